const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
/** Index of a row within its page. */
export const PAGE_MASK: number = PAGE_ROWS - 1;
/** Shift from a ref to its page. */
export const PAGE_SHIFT: number = PAGE_BITS;

/** Doubles of a row. */
export const ROW_FLOATS = 12;
/** Words of a row. */
export const ROW_WORDS: number = ROW_FLOATS * 2;

/** f64: time of the newest in-order sample, ms; -Infinity before the first. */
export const F_LAST_TIME = 0;
/** f64: distance of the two newest samples of the open chunk, ms. */
export const F_DELTA = 1;
/** f64, as words {@link W_VALUE_LOW}/HIGH: newest float value. Never read as a double, which could change a NaN. */
const F_VALUE = 2;
/** f64: time of the first sample of the open chunk, ms. */
export const F_CHUNK_MIN_TIME = 3;
/** f64: a sample at or after this time begins a new chunk, ms. */
export const F_NEXT_AT = 4;
/** u32: low word of the newest float value. */
export const W_VALUE_LOW: number = F_VALUE * 2;
/** u32: high word of the newest float value. */
export const W_VALUE_HIGH: number = F_VALUE * 2 + 1;
/** u32: address of the canonical labels in the arena. */
export const W_LABELS = 10;
/** u32: their length. */
export const W_LABELS_LENGTH = 11;
/** u32: their hash. */
export const W_LABELS_HASH = 12;
/** u32: address of the open float chunk, 0 = none. */
export const W_SLOT = 13;
/** u32: bits of it in use, with the 16 of the count. */
export const W_BITS = 14;
/** u32: leading << 24 | trailing << 16 | samples of the open chunk. Leading 0xff: no window yet. */
export const W_STATE = 15;
/** u32: first of the series' closed chunks, 0 = none. */
export const W_CLOSED_FIRST = 16;
/** u32: last of the series' closed chunks, 0 = none. */
export const W_CLOSED_LAST = 17;
/** u32: FLAG_* in the low byte, above it the epoch of spellings in which the series was spelt as usual (0 = none). */
export const W_FLAGS = 18;
/** u32: number of the request that named the series last, modulo 2^32; 0 = none since the start. */
export const W_REQUEST = 19;
/** f64: {@link F_LAST_TIME} as it was when that request first named the series, ms. */
export const F_PRIOR_TIME = 10;
/** u32: ref of the series that came behind this one in a request, 0 = not known; a guess. */
export const W_NEXT = 22;
/** u32: the `LabelRun` of the row before and this one, 0 = none or not known. */
export const W_RUN = 23;

/** Shift to the epoch in {@link W_FLAGS}. */
export const EPOCH_SHIFT = 8;

/** The row belongs to a series. */
export const FLAG_LIVE = 1;
/** The newest in-order sample is a histogram; its open chunk is in the histogram table. */
export const FLAG_HISTOGRAM = 2;
/** The out-of-order table has an entry. */
export const FLAG_OUT_OF_ORDER = 4;

/**
 * The state of every series in a row of 96 bytes, addressed by its ref, in pages of plain typed arrays.
 *
 * ```
 * ┌───────────┬───────┬───────┬───────────────┬─────────┬────────┬────────┬──────┬
 * │ last time │ delta │ value │ chunk mintime │ next at │ labels │ length │ hash │
 * │ f64       │ f64   │ 2 u32 │ f64           │ f64     │ u32    │ u32    │ u32  │
 * └───────────┴───────┴───────┴───────────────┴─────────┴────────┴────────┴──────┴
 * ┬──────┬──────┬───────┬────────┬───────┬─────────┬────────────┬──────┬───────┐
 * │ slot │ bits │ state │ closed │ flags │ request │ prior time │ next │ run   │
 * │ u32  │ u32  │ u32   │ 2 u32  │ u32   │ u32     │ f64        │ u32  │ u32   │
 * ┴──────┴──────┴───────┴────────┴───────┴─────────┴────────────┴──────┴───────┘
 * ```
 * Rows rather than one array per field, because an append touches nearly all fields of one series and next those of
 * another: two cache lines instead of fifteen. Pages, because growing never copies. Refs of removed series are used again
 * (lowest first) once {@link free} was called; ref 0 is never used.
 */
export class SeriesRows {
  /** Page k as doubles; row r of it begins at `r * ROW_FLOATS`. */
  readonly floats: Float64Array[] = [];
  /** The same memory as words; row r begins at `r * ROW_WORDS`. */
  readonly words: Uint32Array[] = [];
  #free: number[] = [];
  #isFreeSorted = true;
  #end = 1;
  #live = 0;

  /** Series that live. */
  get liveCount(): number {
    return this.#live;
  }

  /** One past the highest ref ever used. */
  get end(): number {
    return this.#end;
  }

  /** A cleared row for a new series. */
  allocate(): number {
    if (!this.#isFreeSorted) {
      this.#free.sort((a, b) => b - a);
      this.#isFreeSorted = true;
    }
    const ref = this.#free.pop() ?? this.#end;
    this.use(ref);
    return ref;
  }

  /** Makes a given ref a live, cleared row (replay). */
  use(ref: number): void {
    while (this.floats.length <= ref >>> PAGE_BITS) {
      const page = new Float64Array(PAGE_ROWS * ROW_FLOATS);
      this.floats.push(page);
      this.words.push(new Uint32Array(page.buffer));
    }
    if (ref >= this.#end) this.#end = ref + 1;
    const page = ref >>> PAGE_BITS;
    const row = ref & PAGE_MASK;
    this.floats[page]!.fill(0, row * ROW_FLOATS, (row + 1) * ROW_FLOATS);
    this.floats[page]![row * ROW_FLOATS + F_LAST_TIME] = Number.NEGATIVE_INFINITY;
    this.words[page]![row * ROW_WORDS + W_FLAGS] = FLAG_LIVE;
    this.#live++;
  }

  /** After a replay: every row that is not live may be given out. Cost: O(rows). */
  collectFree(): void {
    this.#free = [];
    for (let ref = this.#end - 1; ref >= 1; ref--) if (!this.isLive(ref)) this.#free.push(ref);
    this.#isFreeSorted = true;
  }

  /** The series is gone; its ref stays unused until {@link free}. */
  kill(ref: number): void {
    this.words[ref >>> PAGE_BITS]![(ref & PAGE_MASK) * ROW_WORDS + W_FLAGS] = 0;
    this.#live--;
  }

  /** Refs of killed rows that nobody can know any more may be given out again. */
  free(refs: readonly number[]): void {
    for (const ref of refs) this.#free.push(ref);
    this.#isFreeSorted = false;
  }

  /** Whether a ref names a series. */
  isLive(ref: number): boolean {
    return ref > 0 && ref < this.#end && (this.word(ref, W_FLAGS) & FLAG_LIVE) !== 0;
  }

  /** A word of a row (W_*). */
  word(ref: number, field: number): number {
    return this.words[ref >>> PAGE_BITS]![(ref & PAGE_MASK) * ROW_WORDS + field]!;
  }

  /** Sets a word of a row. */
  setWord(ref: number, field: number, value: number): void {
    this.words[ref >>> PAGE_BITS]![(ref & PAGE_MASK) * ROW_WORDS + field] = value;
  }

  /** A double of a row (F_*). */
  float(ref: number, field: number): number {
    return this.floats[ref >>> PAGE_BITS]![(ref & PAGE_MASK) * ROW_FLOATS + field]!;
  }

  /** Sets a double of a row. */
  setFloat(ref: number, field: number, value: number): void {
    this.floats[ref >>> PAGE_BITS]![(ref & PAGE_MASK) * ROW_FLOATS + field] = value;
  }
}
