const PAGE_BITS = 10;
const PAGE_ROWS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_ROWS - 1;
const FLOATS = 4;
const WORDS = 8;
const W_OFFSET = 4;
const W_FILE = 5;
const W_SIZE = 6;
const W_NEXT = 7;

/** Where a closed chunk's bytes stand in the spill files. */
export interface ChunkPlace {
  readonly file: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A closed chunk without its bytes. */
export interface ClosedChunk extends ChunkPlace {
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}

/**
 * Times and places of all closed chunks of a head, in linked lists, 32 bytes each. Ids start at 1; 0 ends a list.
 *
 * ```
 * ┌──────────┬──────────┬────────────┬──────────┬──────────────────────────┬──────────┐
 * │ mint f64 │ maxt f64 │ offset u32 │ file u32 │ size u24 | encoding << 24│ next u32 │
 * └──────────┴──────────┴────────────┴──────────┴──────────────────────────┴──────────┘
 * ```
 */
export class ClosedChunks {
  readonly #floats: Float64Array[] = [];
  readonly #words: Uint32Array[] = [];
  #end = 1;
  #freeHead = 0;
  #count = 0;

  /** Chunks held. */
  get count(): number {
    return this.#count;
  }

  /** Adds a chunk (below 16 MiB) and returns its id. */
  add(chunk: ClosedChunk): number {
    let id = this.#freeHead;
    if (id !== 0) this.#freeHead = this.next(id);
    else {
      id = this.#end++;
      if (id >>> PAGE_BITS >= this.#floats.length) {
        const page = new Float64Array(PAGE_ROWS * FLOATS);
        this.#floats.push(page);
        this.#words.push(new Uint32Array(page.buffer));
      }
    }
    const floats = this.#floats[id >>> PAGE_BITS]!;
    const words = this.#words[id >>> PAGE_BITS]!;
    const row = id & PAGE_MASK;
    floats[row * FLOATS] = chunk.minTimeMs;
    floats[row * FLOATS + 1] = chunk.maxTimeMs;
    words[row * WORDS + W_OFFSET] = chunk.offset;
    words[row * WORDS + W_FILE] = chunk.file;
    words[row * WORDS + W_SIZE] = (chunk.sizeBytes & 0xffffff) | (chunk.encoding << 24);
    words[row * WORDS + W_NEXT] = 0;
    this.#count++;
    return id;
  }

  /** What is known of a chunk. */
  get(id: number): ClosedChunk {
    const floats = this.#floats[id >>> PAGE_BITS]!;
    const words = this.#words[id >>> PAGE_BITS]!;
    const row = id & PAGE_MASK;
    const size = words[row * WORDS + W_SIZE]!;
    return {
      minTimeMs: floats[row * FLOATS]!,
      maxTimeMs: floats[row * FLOATS + 1]!,
      offset: words[row * WORDS + W_OFFSET]!,
      file: words[row * WORDS + W_FILE]!,
      sizeBytes: size & 0xffffff,
      encoding: size >>> 24,
    };
  }

  /** First time of a chunk, ms. */
  minTimeMs(id: number): number {
    return this.#floats[id >>> PAGE_BITS]![(id & PAGE_MASK) * FLOATS]!;
  }

  /** Last time of a chunk, ms. */
  maxTimeMs(id: number): number {
    return this.#floats[id >>> PAGE_BITS]![(id & PAGE_MASK) * FLOATS + 1]!;
  }

  /** The chunk behind this one, 0 = none. */
  next(id: number): number {
    return this.#words[id >>> PAGE_BITS]![(id & PAGE_MASK) * WORDS + W_NEXT]!;
  }

  /** Puts `next` behind `id`. */
  link(id: number, next: number): void {
    this.#words[id >>> PAGE_BITS]![(id & PAGE_MASK) * WORDS + W_NEXT] = next;
  }

  /** Forgets a chunk; its id is given out again. */
  remove(id: number): void {
    this.link(id, this.#freeHead);
    this.#freeHead = id;
    this.#count--;
  }
}
