export type { BlockCompaction, BlockFile, BlockMeta, BlockParent, BlockStats, ThanosMeta } from './block/block-meta.ts';
export {
  encodeBlockMeta,
  HINT_FROM_OUT_OF_ORDER,
  HINT_FROM_SELECTED_SERIES,
  HINT_FROM_STALE_SERIES,
  MAX_META_BYTES,
  parseBlockMeta,
} from './block/block-meta.ts';
export type { BlockSeries, ChunkRange, OpenBlockFile } from './block/block-reader.ts';
export { BlockReader } from './block/block-reader.ts';
export type { BlockWriterOptions, CreateBlockFile } from './block/block-writer.ts';
export { BlockWriter, chunkSampleCount } from './block/block-writer.ts';
export type { StoredChunk } from './block/chunk-segment.ts';
export {
  ChunkSegment,
  decodeStoredChunk,
  SEGMENT_HEADER_BYTES,
  SEGMENT_SIZE_BYTES,
  segmentName,
  storedChunkSize,
  verifyStoredChunk,
} from './block/chunk-segment.ts';
export type { FileSink } from './block/chunk-writer.ts';
export { ChunkWriter } from './block/chunk-writer.ts';
export { joinIntervals, Tombstones } from './block/tombstones.ts';
export type { OpenChunk } from './chunk/chunk-cut.ts';
export {
  chunkRangeEnd,
  floatCutTime,
  histogramCutTime,
  isFloatChunkDue,
  isHistogramChunkDue,
  MAX_FLOAT_CHUNK_BYTES_BEFORE_APPEND,
  MAX_OUT_OF_ORDER_CHUNK_SAMPLES,
  MIN_SAMPLES_PER_HISTOGRAM_CHUNK,
  TARGET_HISTOGRAM_CHUNK_BYTES,
  TARGET_SAMPLES_PER_CHUNK,
} from './chunk/chunk-cut.ts';
export {
  ENCODING_AGGREGATE,
  ENCODING_FLOAT_HISTOGRAM,
  ENCODING_FLOAT_HISTOGRAM_ST,
  ENCODING_HISTOGRAM,
  ENCODING_HISTOGRAM_ST,
  ENCODING_XOR,
  ENCODING_XOR2,
  isFloatEncoding,
  isFloatHistogramEncoding,
  isHistogramEncoding,
  isKnownEncoding,
  MAX_SAMPLES_PER_CHUNK,
} from './chunk/chunk-encoding.ts';
export { decodeChunk } from './chunk/decode-chunk.ts';
export { createFloatHistogramAppender, createHistogramAppender, HistogramChunkAppender } from './chunk/histogram-appender.ts';
export type { HistogramReader, IntHistogramReader } from './chunk/histogram-reader.ts';
export { openFloatHistogramChunk, openIntHistogramChunk } from './chunk/histogram-reader.ts';
export type { ChunkView } from './chunk/merge-chunks.ts';
export { mergeChunks, mergeColumns } from './chunk/merge-chunks.ts';
export type { TimeInterval } from './chunk/reencode.ts';
export { reencodeOverlapping, reencodeWithout } from './chunk/reencode.ts';
export { REENCODED_CHUNK_SAMPLES, SeriesEncoder } from './chunk/series-encoder.ts';
export { XorAppender } from './chunk/xor-appender.ts';
export { Xor2Appender } from './chunk/xor2-appender.ts';
export { compactChunks } from './compact/compact-chunks.ts';
export type { MergeBlocksOptions, MergeProgress } from './compact/merge-blocks.ts';
export { mergeBlocks } from './compact/merge-blocks.ts';
export type { CompactionJob } from './compact/plan-compaction.ts';
export { compactedMeta, compactionGroup, planCompaction } from './compact/plan-compaction.ts';
export { dumpBlock } from './dump/dump-block.ts';
export { formatHistogram } from './dump/histogram-text.ts';
export { CorruptError, DownsampledChunkError } from './format-error.ts';
export type { IndexHeaderPlan } from './index/index-header.ts';
export { IndexHeader, planIndexHeader, writeIndexHeader } from './index/index-header.ts';
export type { IndexSeries } from './index/index-reader.ts';
export { IndexReader } from './index/index-reader.ts';
export type { IndexToc } from './index/index-toc.ts';
export { INDEX_TOC_BYTES } from './index/index-toc.ts';
export type { ByteSink } from './index/index-writer.ts';
export { IndexWriter } from './index/index-writer.ts';
export { compareLabelBytes, visitLabelBytes } from './index/label-bytes.ts';
export type { LabelEncoder } from './index/label-encoder.ts';
export { decodePostings, intersectPostings, subtractPostings, unionPostings } from './index/postings.ts';
export type { LabelIndex, PostingsPlan } from './index/postings-plan.ts';
export { evaluatePlan, planPostings, rangesOfPlan } from './index/postings-plan.ts';
export type { PostingsRange } from './index/postings-table.ts';
export { PostingsTable } from './index/postings-table.ts';
export { SeriesColumns } from './index/series-columns.ts';
export type { ChunkMeta, SeriesEntry } from './index/series-entry.ts';
export { decodeSeries, planSeriesRanges, seriesOffset, seriesSize } from './index/series-entry.ts';
export { compareBytes } from './index/symbol-arena.ts';
export { SymbolTable } from './index/symbol-table.ts';
export type { ByteRange } from './source-cursor.ts';
