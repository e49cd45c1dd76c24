import { crc32c } from '@telamon/bytes';
import type { LogFile } from './log-files.ts';
import { decodeSegmentHeader, RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-format.ts';

const WINDOW_BYTES = 1 << 20;

/** Where a reader stands after {@link SegmentReader.next}. */
export type RecordState = 'record' | 'end' | 'damaged';

/**
 * Reads the records of one file in order, a window at a time. After `next()` returned `record`, {@link type} and
 * {@link payload} describe it; the payload is a view that the following call overwrites. Memory: 1 MiB, or the largest
 * record. Never returns a record whose sum does not hold.
 */
export class SegmentReader {
  header: SegmentHeader | undefined;
  /** Of the record read last. */
  type = 0;
  /** Of the record read last; a view into the window. */
  payload: Uint8Array = new Uint8Array(0);
  /** Place in the file of the record that `next` looks at. */
  offset: number = SEGMENT_HEADER_BYTES;
  readonly #file: LogFile;
  readonly #sizeBytes: number;
  readonly #maxRecordBytes: number;
  #window: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#window.buffer);
  /** Place in the file of the window's first byte. */
  #windowStart = 0;
  #windowLength = 0;

  constructor(file: LogFile, sizeBytes: number, maxRecordBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#maxRecordBytes = maxRecordBytes;
  }

  /** Size of the file when it was opened. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Reads the header; false when the file has none that can be read. */
  async open(): Promise<boolean> {
    await this.#ensure(0, Math.min(SEGMENT_HEADER_BYTES, this.#sizeBytes));
    this.header = decodeSegmentHeader(this.#window.subarray(0, this.#windowLength));
    return this.header !== undefined;
  }

  /**
   * Reads the record at {@link offset}, which must carry the low bits of `lsn`, and moves behind it.
   * `damaged` leaves the offset where it is. Synchronous when the record is in the window (the usual case).
   */
  next(lsn: number): RecordState | Promise<RecordState> {
    if (this.offset === this.#sizeBytes) return 'end';
    const ready = this.#inWindow(this.offset, RECORD_HEADER_BYTES);
    if (ready) {
      const length = this.#view.getUint32(this.offset - this.#windowStart + 4, true);
      if (this.#inWindow(this.offset, RECORD_HEADER_BYTES + length)) return this.#take(lsn);
    }
    return this.#nextSlow(lsn);
  }

  /**
   * Looks behind a damaged place for the next record, one of at most `RECORDS` after `lsn`, and moves to it.
   * Returns its lsn, or undefined when the rest of the file holds none. Cost: linear in the bytes skipped.
   */
  async resync(lsn: number, pause: () => Promise<void> | undefined): Promise<number | undefined> {
    const start = this.offset;
    for (let at = start + 1; at + RECORD_HEADER_BYTES <= this.#sizeBytes; at++) {
      if (((at - start) & 0xffff) === 0) await pause();
      if (!this.#inWindow(at, RECORD_HEADER_BYTES)) await this.#ensure(at, Math.min(WINDOW_BYTES, this.#sizeBytes - at));
      const ahead = (this.#view.getUint32(at - this.#windowStart + 8, true) - lsn) >>> 0;
      // Each record takes at least a header, so that no more than this many can have been lost.
      if (ahead === 0 || ahead > (at - start) / RECORD_HEADER_BYTES + 1) continue;
      this.offset = at;
      if ((await this.next(lsn + ahead)) !== 'record') continue;
      this.offset = at;
      return lsn + ahead;
    }
    this.offset = start;
    return undefined;
  }

  async #nextSlow(lsn: number): Promise<RecordState> {
    const left = this.#sizeBytes - this.offset;
    if (left < RECORD_HEADER_BYTES) return 'damaged';
    await this.#ensure(this.offset, RECORD_HEADER_BYTES);
    const length = this.#view.getUint32(this.offset - this.#windowStart + 4, true);
    if (length > left - RECORD_HEADER_BYTES || length > this.#maxRecordBytes) return 'damaged';
    await this.#ensure(this.offset, RECORD_HEADER_BYTES + length);
    return this.#take(lsn);
  }

  #take(lsn: number): RecordState {
    const at = this.offset - this.#windowStart;
    const length = this.#view.getUint32(at + 4, true);
    if (this.#view.getUint32(at + 8, true) !== lsn >>> 0) return 'damaged';
    const end = at + RECORD_HEADER_BYTES + length;
    if (crc32c(this.#window, at + 4, end, this.header!.salt) !== this.#view.getUint32(at, true)) return 'damaged';
    this.type = this.#window[at + 12]!;
    this.payload = this.#window.subarray(at + RECORD_HEADER_BYTES, end);
    this.offset += RECORD_HEADER_BYTES + length;
    return 'record';
  }

  #inWindow(offset: number, length: number): boolean {
    return offset >= this.#windowStart && offset + length <= this.#windowStart + this.#windowLength;
  }

  /** Moves the window so that `length` bytes from `offset` are in it; throws when the file got shorter meanwhile. */
  async #ensure(offset: number, length: number): Promise<void> {
    if (this.#inWindow(offset, length)) return;
    const capacity = Math.min(Math.max(length, WINDOW_BYTES), this.#sizeBytes - offset);
    const kept = Math.max(0, this.#windowStart + this.#windowLength - offset);
    const target = capacity > this.#window.length ? new Uint8Array(capacity) : this.#window;
    if (kept > 0 && offset >= this.#windowStart) {
      const from = offset - this.#windowStart;
      target.set(this.#window.subarray(from, from + kept));
      this.#windowLength = kept;
    } else {
      this.#windowLength = 0;
    }
    this.#window = target;
    this.#view = new DataView(target.buffer);
    this.#windowStart = offset;
    while (this.#windowLength < length) {
      const into = target.subarray(this.#windowLength, capacity);
      const count = await this.#file.read(into, offset + this.#windowLength);
      if (count <= 0) throw new Error(`log file ends at ${offset + this.#windowLength}, expected ${this.#sizeBytes} bytes`);
      this.#windowLength += count;
    }
  }
}
