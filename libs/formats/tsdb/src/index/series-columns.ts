import { ByteReader } from '@telamon/bytes';
import type { TimeInterval } from '../chunk/reencode.ts';
import { CorruptError } from '../format-error.ts';
import { type SeriesVisitor, scanSeries } from './series-entry.ts';

const SERIES_AT_FIRST = 64;
const SYMBOLS_A_SERIES = 24;
const NO_BYTES: Uint8Array = new Uint8Array(0);
const NONE: readonly TimeInterval[] = [];

/**
 * Series of an index in columns rather than objects, with those of their chunks that overlap a time. Entry i of a series column
 * belongs to series i; its symbols are [`symbolEnds[i - 1]`, `symbolEnds[i]`) of `symbolRefs`, its chunks likewise. Columns are longer than
 * what is in them, and others after {@link add}. Memory: about 40 bytes a series, 4 a symbol, 32 a chunk.
 */
export class SeriesColumns implements SeriesVisitor {
  /** Series taken. */
  count = 0;
  refs: Float64Array = new Float64Array(SERIES_AT_FIRST);
  symbolEnds: Uint32Array = new Uint32Array(SERIES_AT_FIRST);
  chunkEnds: Uint32Array = new Uint32Array(SERIES_AT_FIRST);
  /** Names and values in turn. */
  symbolRefs: Uint32Array = new Uint32Array(SERIES_AT_FIRST * SYMBOLS_A_SERIES);
  /** Times of chunks, inclusive, ms. */
  minTimesMs: Float64Array = new Float64Array(SERIES_AT_FIRST);
  maxTimesMs: Float64Array = new Float64Array(SERIES_AT_FIRST);
  /** Where chunks are: 0-based index of the segment file, and offset in it. */
  segments: Float64Array = new Float64Array(SERIES_AT_FIRST);
  offsets: Float64Array = new Float64Array(SERIES_AT_FIRST);
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #reader = new ByteReader(NO_BYTES);
  #deleted: readonly TimeInterval[] = NONE;
  #symbolCount = 0;
  #chunkCount = 0;

  /** Takes the chunks that overlap [fromMs, toMs], both inclusive. */
  constructor(fromMs: number, toMs: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
  }

  /** Chunks taken, of all series. */
  get chunkCount(): number {
    return this.#chunkCount;
  }

  /** Where the symbols of series i start. */
  symbolStart(i: number): number {
    return i === 0 ? 0 : this.symbolEnds[i - 1]!;
  }

  /** Where the chunks of series i start. */
  chunkStart(i: number): number {
    return i === 0 ? 0 : this.chunkEnds[i - 1]!;
  }

  /** Leaves no series in it; keeps its memory. */
  clear(): void {
    this.count = 0;
    this.#symbolCount = 0;
    this.#chunkCount = 0;
  }

  /**
   * Decodes the series that starts at `at` and takes it unless none of its chunks overlaps the time, those that lie wholly in one of the
   * `deleted` intervals not counted. False when `bytes` end before the series does. Throws as {@link scanSeries}; the columns are to
   * be cleared then. Cost: O(size).
   */
  add(ref: number, bytes: Uint8Array, at: number, deleted: readonly TimeInterval[] = NONE): boolean {
    const symbolCount = this.#symbolCount;
    const chunkCount = this.#chunkCount;
    this.#deleted = deleted;
    if (!scanSeries(bytes, at, this.#reader, this)) return false;
    if (this.#chunkCount === chunkCount) {
      this.#symbolCount = symbolCount;
      return true;
    }
    if (this.count === this.refs.length) this.#growSeries();
    const i = this.count++;
    this.refs[i] = ref;
    this.symbolEnds[i] = this.#symbolCount;
    this.chunkEnds[i] = this.#chunkCount;
    return true;
  }

  /** For {@link scanSeries} alone. */
  symbol(ref: number): void {
    if (ref > 0xffffffff) throw new CorruptError(`index: unknown symbol ${ref}`);
    if (this.#symbolCount === this.symbolRefs.length) {
      const grown = new Uint32Array(this.symbolRefs.length * 2);
      grown.set(this.symbolRefs);
      this.symbolRefs = grown;
    }
    this.symbolRefs[this.#symbolCount++] = ref;
  }

  /** For {@link scanSeries} alone. */
  chunk(minTimeMs: number, maxTimeMs: number, segment: number, offset: number): void {
    if (maxTimeMs < this.#fromMs || minTimeMs > this.#toMs || this.#isDeleted(minTimeMs, maxTimeMs)) return;
    if (this.#chunkCount === this.offsets.length) this.#growChunks();
    const i = this.#chunkCount++;
    this.minTimesMs[i] = minTimeMs;
    this.maxTimesMs[i] = maxTimeMs;
    this.segments[i] = segment;
    this.offsets[i] = offset;
  }

  #isDeleted(minTimeMs: number, maxTimeMs: number): boolean {
    for (const cut of this.#deleted) if (cut.minTimeMs <= minTimeMs && cut.maxTimeMs >= maxTimeMs) return true;
    return false;
  }

  #growSeries(): void {
    const size = this.refs.length * 2;
    const { refs, symbolEnds, chunkEnds } = this;
    this.refs = new Float64Array(size);
    this.refs.set(refs);
    this.symbolEnds = new Uint32Array(size);
    this.symbolEnds.set(symbolEnds);
    this.chunkEnds = new Uint32Array(size);
    this.chunkEnds.set(chunkEnds);
  }

  #growChunks(): void {
    this.minTimesMs = doubled(this.minTimesMs);
    this.maxTimesMs = doubled(this.maxTimesMs);
    this.segments = doubled(this.segments);
    this.offsets = doubled(this.offsets);
  }
}

function doubled(column: Float64Array): Float64Array {
  const grown = new Float64Array(column.length * 2);
  grown.set(column);
  return grown;
}
