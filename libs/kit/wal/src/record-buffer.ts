import { RECORD_HEADER_BYTES, sealRecord } from './segment-format.ts';

/** Records waiting to be written, framed; bytes, first and last lsn belong together. */
export interface RecordBatch {
  readonly bytes: Uint8Array;
  readonly firstLsn: number;
  readonly lastLsn: number;
}

const INITIAL_BYTES = 64 << 10;
/** A larger buffer is not kept for the next batch, so that one burst does not hold its memory for ever. */
const KEPT_BYTES = 4 << 20;

/** Collects framed records in one growing buffer and hands them out as a batch. */
export class RecordBuffer {
  readonly #salt: number;
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #spare: Uint8Array | undefined;
  #length = 0;
  #firstLsn = 0;
  #lastLsn = 0;

  constructor(salt: number) {
    this.#salt = salt;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Copies a record, given in parts, behind the others. */
  add(lsn: number, type: number, parts: readonly Uint8Array[]): void {
    let length = 0;
    for (const part of parts) length += part.length;
    this.#reserve(RECORD_HEADER_BYTES + length);
    const at = this.#length;
    let end = at + RECORD_HEADER_BYTES;
    for (const part of parts) {
      this.#bytes.set(part, end);
      end += part.length;
    }
    sealRecord(this.#bytes, this.#view, at, { length, lsn, type, salt: this.#salt });
    if (this.#length === 0) this.#firstLsn = lsn;
    this.#lastLsn = lsn;
    this.#length = end;
  }

  /** Everything that waits, as a batch that owns its memory until {@link recycle}. */
  takeAll(): RecordBatch {
    const batch = { bytes: this.#bytes.subarray(0, this.#length), firstLsn: this.#firstLsn, lastLsn: this.#lastLsn };
    this.#use(this.#spare ?? new Uint8Array(0));
    this.#spare = undefined;
    this.#length = 0;
    return batch;
  }

  /** The first record alone. Cost: linear in what waits. */
  takeFirst(): RecordBatch {
    const end = RECORD_HEADER_BYTES + this.#view.getUint32(4, true);
    const batch = { bytes: this.#bytes.slice(0, end), firstLsn: this.#firstLsn, lastLsn: this.#firstLsn };
    this.#bytes.copyWithin(0, end, this.#length);
    this.#length -= end;
    this.#firstLsn++;
    return batch;
  }

  /** Gives a batch's memory back; the batch must not be used afterwards. */
  recycle(batch: RecordBatch): void {
    const { buffer } = batch.bytes;
    if (batch.bytes.byteOffset !== 0 || buffer.byteLength > KEPT_BYTES) return;
    if ((this.#spare?.length ?? 0) < buffer.byteLength) this.#spare = new Uint8Array(buffer as ArrayBuffer);
  }

  #use(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(INITIAL_BYTES, this.#bytes.length * 2, this.#length + extra));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#use(grown);
  }
}
