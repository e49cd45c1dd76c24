import type { FastHasher } from '@telamon/algo';
import { DecodeError } from '@telamon/bytes';
import type { LabelTexts } from './label-message.ts';
import type { ProtoReader } from './proto-reader.ts';

/** Most bytes of the labels of one series or exemplar: a reference costs one byte, but what it stands for is copied out. */
const MAX_LABEL_BYTES = 4 * 1024 * 1024;

/** The symbols of a version 2 request: places in the body, texts and hashes made on demand. */
export class SymbolTable {
  /** Number of symbols. */
  size = 0;
  readonly #reader: ProtoReader;
  readonly #hasher: FastHasher;
  #starts: Uint32Array = new Uint32Array(64);
  #ends: Uint32Array = new Uint32Array(64);
  /** Two words a symbol; both 0 until computed. */
  #hashes: Int32Array = new Int32Array(0);

  constructor(reader: ProtoReader, hasher: FastHasher) {
    this.#reader = reader;
    this.#hasher = hasher;
  }

  /** Adds the bytes [start, end). */
  add(start: number, end: number): void {
    if (this.size >= this.#starts.length) this.#grow();
    this.#starts[this.size] = start;
    this.#ends[this.size++] = end;
  }

  /** All symbols are known: makes room for their hashes. */
  seal(): void {
    this.#hashes = new Int32Array(2 * this.size);
  }

  startOf(ref: number): number {
    return this.#starts[ref]!;
  }

  endOf(ref: number): number {
    return this.#ends[ref]!;
  }

  /** First hash word of a symbol; the second is {@link hashHighOf}, valid after this. */
  hashLowOf(ref: number): number {
    const at = 2 * ref;
    if (this.#hashes[at] === 0 && this.#hashes[at + 1] === 0) {
      this.#hasher.hash(this.#reader.view, this.#starts[ref]!, this.#ends[ref]!);
      this.#hashes[at] = this.#hasher.low;
      this.#hashes[at + 1] = this.#hasher.high;
    }
    return this.#hashes[at]!;
  }

  hashHighOf(ref: number): number {
    return this.#hashes[2 * ref + 1]!;
  }

  /** Adds the texts that `refs[0, count)` stand for. {@link DecodeError} for odd counts and references out of range. */
  addTexts(refs: Uint32Array, count: number, out: LabelTexts): void {
    this.checkRefs(refs, count);
    for (let i = 0; i < count; i++) out.add(this.#reader.bytes, this.#starts[refs[i]!]!, this.#ends[refs[i]!]!);
  }

  /** Throws what Prometheus answers for references that do not resolve; also for more than {@link MAX_LABEL_BYTES}. */
  checkRefs(refs: Uint32Array, count: number): void {
    if (count % 2 !== 0) throw new DecodeError(`invalid labelRefs length ${count}`);
    let labelBytes = 0;
    for (let i = 0; i < count; i += 2) {
      const name = refs[i]!;
      const value = refs[i + 1]!;
      if (name >= this.size || value >= this.size) {
        throw new DecodeError(`labelRefs ${name} (name) = ${value} (value) outside of symbols table (size ${this.size})`);
      }
      labelBytes += this.endOf(name) - this.startOf(name) + this.endOf(value) - this.startOf(value) + 2;
      if (labelBytes > MAX_LABEL_BYTES) throw new DecodeError(`labels of a series take more than ${MAX_LABEL_BYTES} bytes`);
    }
  }

  #grow(): void {
    const starts = new Uint32Array(this.size * 2);
    const ends = new Uint32Array(this.size * 2);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}
