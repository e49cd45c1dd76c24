export { ProtoReader } from './proto-reader.ts';
export { ProtoWriter } from './proto-writer.ts';
export * from './write-request.ts';
export { WriteRequestCursor } from './write-request-cursor.ts';
export type { ExemplarToWrite, HistogramToWrite, SampleToWrite, SeriesToWrite } from './write-request-encoder.ts';
export { WriteRequestEncoder, WriteRequestV2Encoder } from './write-request-encoder.ts';
export { WriteRequestV2Cursor } from './write-request-v2-cursor.ts';
