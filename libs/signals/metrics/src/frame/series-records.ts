import { TelamonError } from '@telamon/model';
import type { FrameChunk } from './series-frame.ts';

/** Bytes of a chunk before its data. */
const CHUNK_HEAD_BYTES = 21;

/** Where a series stands in a frame. */
export interface RecordPlace {
  /** The whole frame. */
  readonly frame: Buffer;
  readonly view: DataView;
  /** Labels are `frame[labelsAt, labelsEnd)`. */
  readonly labelsAt: number;
  readonly labelsEnd: number;
  /** Where the record ends. */
  readonly end: number;
  readonly chunkCount: number;
}

/**
 * A series of a frame (see `series-frame.ts`) that is not taken apart: where it stands, and what its chunks sum up to. Valid as long
 * as the frame is.
 */
export class SeriesRecord implements RecordPlace {
  readonly frame: Buffer;
  readonly view: DataView;
  readonly labelsAt: number;
  readonly labelsEnd: number;
  readonly end: number;
  readonly chunkCount: number;
  /** Bytes of the chunks' data. */
  readonly chunkBytes: number;
  /** What other sources have of the same series, each different from all others. */
  others: SeriesRecord[] | undefined = undefined;

  /** Takes the record whose labels begin at `labelsAt`. TelamonError 500 when the frame is cut short. */
  constructor(frame: Buffer, view: DataView, labelsAt: number) {
    this.frame = frame;
    this.view = view;
    this.labelsAt = labelsAt;
    this.labelsEnd = endOfLabels(frame, view, labelsAt);
    this.end = endOfRecord(frame, view, this.labelsEnd);
    this.chunkCount = view.getUint32(this.labelsEnd, true);
    this.chunkBytes = this.end - this.labelsEnd - 4 - this.chunkCount * CHUNK_HEAD_BYTES;
  }

  /** Adds what another source has of the same series. What is the same byte for byte is kept once: replicas mostly cut alike. */
  join(other: SeriesRecord): void {
    this.#add(other);
    for (const record of other.others ?? []) this.#add(record);
  }

  #add(record: SeriesRecord): void {
    if (areSameRecords(this, record)) return;
    if (this.others === undefined) this.others = [record];
    else if (!this.others.some((held) => areSameRecords(held, record))) this.others.push(record);
  }
}

/** Where the labels of a record end that begin at `labelsAt`; its count of chunks stands there. TelamonError 500 when the frame is cut short. */
export function endOfLabels(frame: Buffer, view: DataView, labelsAt: number): number {
  checkSize(frame, labelsAt, 0);
  const labelsEnd = labelsAt + view.getUint32(labelsAt - 4, true);
  checkSize(frame, labelsEnd, 4);
  return labelsEnd;
}

/** Where a record ends whose labels end at `labelsEnd`. TelamonError 500 when the frame is cut short. */
export function endOfRecord(frame: Buffer, view: DataView, labelsEnd: number): number {
  const chunkCount = view.getUint32(labelsEnd, true);
  let end = labelsEnd + 4;
  for (let i = 0; i < chunkCount; i++) {
    checkSize(frame, end, CHUNK_HEAD_BYTES);
    end += CHUNK_HEAD_BYTES + view.getUint32(end + 17, true);
  }
  checkSize(frame, end, 0);
  return end;
}

/** Series of a frame, without an object for each chunk. TelamonError 500 when the frame is cut short. Cost: O(chunks). */
export function readSeriesRecords(bytes: Uint8Array): SeriesRecord[] {
  const frame = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkSize(frame, 0, 4);
  const count = view.getUint32(0, true);
  const records: SeriesRecord[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const record = new SeriesRecord(frame, view, at + 4);
    records.push(record);
    at = record.end;
  }
  return records;
}

/** The chunks of a record: views into its frame. */
export function chunksOfRecord({ frame, view, labelsEnd, chunkCount }: RecordPlace): FrameChunk[] {
  const chunks: FrameChunk[] = [];
  let at = labelsEnd + 4;
  for (let c = 0; c < chunkCount; c++) {
    const dataAt = at + CHUNK_HEAD_BYTES;
    const end = dataAt + view.getUint32(at + 17, true);
    chunks.push({
      encoding: frame[at]!,
      minTimeMs: view.getFloat64(at + 1, true),
      maxTimeMs: view.getFloat64(at + 9, true),
      data: viewOf(frame, dataAt, end),
    });
    at = end;
  }
  return chunks;
}

/** Canonical label bytes of a record: a view into its frame. */
export function labelsOfRecord({ frame, labelsAt, labelsEnd }: RecordPlace): Uint8Array {
  return viewOf(frame, labelsAt, labelsEnd);
}

/** Whether two records have the same labels. */
export function haveSameLabels(a: RecordPlace, b: RecordPlace): boolean {
  if (a.labelsEnd - a.labelsAt !== b.labelsEnd - b.labelsAt) return false;
  return a.frame.compare(b.frame, b.labelsAt, b.labelsEnd, a.labelsAt, a.labelsEnd) === 0;
}

/**
 * Orders records as Prometheus orders their labels: pair by pair, names then values, bytewise; a prefix comes first.
 * Cost: O(common prefix), four bytes at a time.
 */
export function compareRecords(a: RecordPlace, b: RecordPlace): number {
  const [x, y] = [a.view, b.view];
  let i = a.labelsAt;
  let j = b.labelsAt;
  while (i < a.labelsEnd && j < b.labelsEnd) {
    let lengthA = x.getUint8(i++);
    if (lengthA >= 0x80) [lengthA, i] = readSize(x, i - 1);
    let lengthB = y.getUint8(j++);
    if (lengthB >= 0x80) [lengthB, j] = readSize(y, j - 1);
    const end = i + Math.min(lengthA, lengthB);
    if (end > a.labelsEnd || end - i > b.labelsEnd - j) throw cutShort();
    for (const last = end - 4; i <= last && x.getInt32(i, true) === y.getInt32(j, true); i += 4) j += 4;
    for (; i < end; i++, j++) {
      const difference = x.getUint8(i) - y.getUint8(j);
      if (difference !== 0) return difference;
    }
    if (lengthA !== lengthB) return lengthA - lengthB;
  }
  return a.labelsEnd - i - (b.labelsEnd - j);
}

/** Whether two records are the same byte for byte. */
export function areSameRecords(a: RecordPlace, b: RecordPlace): boolean {
  if (a.end - a.labelsAt !== b.end - b.labelsAt) return false;
  return a.frame.compare(b.frame, b.labelsAt, b.end, a.labelsAt, a.end) === 0;
}

/** Buffer's own subarray is several times slower. */
function viewOf(frame: Buffer, start: number, end: number): Uint8Array {
  return new Uint8Array(frame.buffer, frame.byteOffset + start, end - start);
}

/** A uvarint of at most five bytes, and where it ends. */
function readSize(view: DataView, at: number): readonly [size: number, end: number] {
  let size = 0;
  for (let i = 0; i < 5 && at + i < view.byteLength; i++) {
    const byte = view.getUint8(at + i);
    size += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [size, at + i + 1];
  }
  throw cutShort();
}

/** Throws unless `frame[at, at + size)` is there. */
export function checkSize(frame: Buffer, at: number, size: number): void {
  if (at + size > frame.length) throw cutShort();
}

function cutShort(): TelamonError {
  return new TelamonError('series frame is cut short', { status: 500 });
}
