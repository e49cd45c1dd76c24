export * from './chunk/chunk-encoding.ts';
export { decodeChunk } from './chunk/decode-chunk.ts';
export { createFloatHistogramAppender, createHistogramAppender, HistogramChunkAppender } from './chunk/histogram-appender.ts';
export type { ChunkView } from './chunk/merge-chunks.ts';
export { mergeChunks, mergeColumns } from './chunk/merge-chunks.ts';
export { XorAppender } from './chunk/xor-appender.ts';
export { CorruptError, DownsampledChunkError } from './format-error.ts';
