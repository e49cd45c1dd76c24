import { TelamonError } from '@telamon/model';
import type { FrameChunk } from './series-frame.ts';

/** Bytes of a chunk before its data. */
const CHUNK_HEAD_BYTES = 21;

/**
 * A series of a frame (see `series-frame.ts`) that is not taken apart: where it stands, and what its chunks sum up to. Valid as long
 * as the frame is.
 */
export interface SeriesRecord {
  /** The whole frame. */
  readonly frame: Buffer;
  /** Labels are `frame[labelsAt, labelsEnd)`. */
  readonly labelsAt: number;
  readonly labelsEnd: number;
  /** Where the record ends. */
  readonly end: number;
  readonly chunkCount: number;
  /** Bytes of the chunks' data. */
  readonly chunkBytes: number;
}

/** Series of a frame one by one, without an object for each chunk. TelamonError 500 when the frame is cut short. Cost: O(chunks). */
export function* readSeriesRecords(bytes: Uint8Array): IterableIterator<SeriesRecord> {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(frame, 0, 4);
  const count = frame.readUInt32LE(0);
  let at = 4;
  for (let i = 0; i < count; i++) {
    checkSize(frame, at, 4);
    const labelsAt = at + 4;
    const labelsEnd = labelsAt + frame.readUInt32LE(at);
    checkSize(frame, labelsEnd, 4);
    const chunkCount = frame.readUInt32LE(labelsEnd);
    at = labelsEnd + 4;
    let chunkBytes = 0;
    for (let c = 0; c < chunkCount; c++) {
      checkSize(frame, at, CHUNK_HEAD_BYTES);
      const size = frame.readUInt32LE(at + 17);
      at += CHUNK_HEAD_BYTES + size;
      checkSize(frame, at, 0);
      chunkBytes += size;
    }
    yield { frame, labelsAt, labelsEnd, end: at, chunkCount, chunkBytes };
  }
}

/** The chunks of a record: views into its frame. */
export function chunksOfRecord({ frame, labelsEnd, chunkCount }: SeriesRecord): FrameChunk[] {
  const chunks: FrameChunk[] = [];
  let at = labelsEnd + 4;
  for (let c = 0; c < chunkCount; c++) {
    const dataAt = at + CHUNK_HEAD_BYTES;
    const end = dataAt + frame.readUInt32LE(at + 17);
    chunks.push({
      encoding: frame[at]!,
      minTimeMs: frame.readDoubleLE(at + 1),
      maxTimeMs: frame.readDoubleLE(at + 9),
      data: viewOf(frame, dataAt, end),
    });
    at = end;
  }
  return chunks;
}

/** Canonical label bytes of a record: a view into its frame. */
export function labelsOfRecord({ frame, labelsAt, labelsEnd }: SeriesRecord): Uint8Array {
  return viewOf(frame, labelsAt, labelsEnd);
}

/** Whether two records are the same byte for byte. */
export function areSameRecords(a: SeriesRecord, b: SeriesRecord): boolean {
  if (a.end - a.labelsAt !== b.end - b.labelsAt) return false;
  return a.frame.compare(b.frame, b.labelsAt, b.end, a.labelsAt, a.end) === 0;
}

/** Buffer's own subarray is several times slower. */
function viewOf(frame: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(frame.buffer, frame.byteOffset + start, end - start);
}

function checkSize(frame: Buffer, at: number, size: number): void {
  if (at + size > frame.length) throw new TelamonError('series frame is cut short', { status: 500 });
}
