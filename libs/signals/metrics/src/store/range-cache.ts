import { LruMap } from '@telamon/algo';
import { CorruptError } from '@telamon/tsdb';
import { eachBounded } from './each-bounded.ts';
import type { ObjectReader } from './read-object.ts';
import { SharedFetch } from './shared-fetch.ts';

/** Objects are fetched and kept in pages of this size. */
const PAGE_BYTES = 64 * 1024;
/** Most pages of one request; neighbours are fetched together. */
const RUN_PAGES = 64;
/** Up to this many pages between two wanted ones are fetched rather than asking twice. */
const GAP_PAGES = 1;
/** Requests of one load at once. */
const REQUESTS_AT_ONCE = 16;

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Part of an object. */
export interface WantedRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Bytes of one object that are in memory as long as this is. */
export class LoadedPages {
  readonly #key: string;
  readonly #pages: Map<number, Uint8Array>;
  /** The page that was aimed at last. */
  bytes: Uint8Array = NO_BYTES;
  #aimed = -1;

  /** Takes the map over. */
  constructor(key: string, pages: Map<number, Uint8Array>) {
    this.#key = key;
    this.#pages = pages;
  }

  /**
   * Up to `sizeBytes` from `offset` on, fewer at the end of the object: a view where they lie in one page, else a copy. The
   * range must have been asked for. CorruptError when nothing is there.
   */
  read(offset: number, sizeBytes: number): Uint8Array {
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((offset + Math.max(sizeBytes, 1) - 1) / PAGE_BYTES);
    const start = offset - first * PAGE_BYTES;
    if (first === last) return this.#page(first).subarray(start, start + sizeBytes);
    const parts: Uint8Array[] = [];
    for (let page = first; page <= last; page++) {
      const bytes = this.#page(page);
      const from = page === first ? start : 0;
      parts.push(bytes.subarray(from, page === last ? offset + sizeBytes - page * PAGE_BYTES : PAGE_BYTES));
      // The object ends here.
      if (bytes.length < PAGE_BYTES) break;
    }
    return Buffer.concat(parts);
  }

  /**
   * Where `offset` stands in {@link bytes}, which becomes the page that holds it; reading there makes no object. What reaches beyond the page
   * must be {@link read}. CorruptError when nothing is there.
   */
  aim(offset: number): number {
    const index = Math.floor(offset / PAGE_BYTES);
    if (index !== this.#aimed) {
      this.bytes = this.#page(index);
      this.#aimed = index;
    }
    return offset - index * PAGE_BYTES;
  }

  /** Whether the pages of a range are there. One page at the least is looked for. */
  has(offset: number, sizeBytes: number): boolean {
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((offset + Math.max(sizeBytes, 1) - 1) / PAGE_BYTES);
    if (first === last && first === this.#aimed) return true;
    for (let page = first; page <= last; page++) if (!this.#pages.has(page)) return false;
    return true;
  }

  /** Adds the pages of another load of the same object. */
  add(other: LoadedPages): void {
    for (const [index, page] of other.#pages) this.#pages.set(index, page);
  }

  #page(index: number): Uint8Array {
    const page = this.#pages.get(index);
    if (page === undefined) throw new CorruptError(`${this.#key} ends before ${index * PAGE_BYTES}`);
    return page;
  }
}

/**
 * Reads objects of a bucket by pages and keeps those used last, at most `maxBytes`. What is being fetched is not asked for again.
 * Objects must never change under one key, as the files of blocks don't.
 */
export class RangeCache {
  readonly #bucket: ObjectReader;
  readonly #pages: LruMap<string, Uint8Array>;
  /** Pages that are being fetched. */
  readonly #fetching = new Map<string, SharedFetch<ReadonlyMap<number, Uint8Array>>>();

  constructor(bucket: ObjectReader, maxBytes: number) {
    this.#bucket = bucket;
    this.#pages = new LruMap({ maxCost: maxBytes, costOf: (page) => page.length + 128 });
  }

  /** Drops the pages of all objects whose keys begin so. Cost: O(pages kept). */
  forget(prefix: string): void {
    for (const [key] of [...this.#pages.entries()]) {
      if (key.startsWith(prefix, key.indexOf(':') + 1)) this.#pages.delete(key);
    }
  }

  /** Where the bytes come from. */
  get bucket(): ObjectReader {
    return this.#bucket;
  }

  /**
   * Loads ranges of one object, in any order, overlapping or not. The caller bounds their sum: all of it is in memory until the
   * result is dropped. Throws the bucket's errors.
   */
  async load(key: string, ranges: readonly WantedRange[], signal: AbortSignal): Promise<LoadedPages> {
    const found = new Map<number, Uint8Array>();
    const missing: number[] = [];
    const joined: Promise<void>[] = [];
    const take = (pages: ReadonlyMap<number, Uint8Array>): void => {
      for (const [page, bytes] of pages) found.set(page, bytes);
    };
    for (const page of pagesOf(ranges)) {
      const name = `${page}:${key}`;
      const kept = this.#pages.get(name);
      const fetching = this.#fetching.get(name);
      if (kept !== undefined) found.set(page, kept);
      else if (fetching === undefined) missing.push(page);
      else joined.push(fetching.join(signal).then(take));
    }
    const own = eachBounded(
      runsOf(missing),
      REQUESTS_AT_ONCE,
      async ([first, count]) => take(await this.#fetch(key, first, count).join(signal)),
      signal,
    );
    const outcomes = await Promise.allSettled([own, ...joined]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return new LoadedPages(key, found);
  }

  /** Fetches neighbouring pages; whoever wants one of them meanwhile joins. */
  #fetch(key: string, first: number, count: number): SharedFetch<ReadonlyMap<number, Uint8Array>> {
    const names = Array.from({ length: count }, (_, i) => `${first + i}:${key}`);
    const fetch = new SharedFetch<ReadonlyMap<number, Uint8Array>>(
      async (signal) => {
        const range = { offset: first * PAGE_BYTES, length: count * PAGE_BYTES };
        const read = await this.#bucket.getRange(key, range, signal);
        // Pages are no Buffers, which are slower to cut and to take beside other arrays.
        const bytes = new Uint8Array(read.buffer, read.byteOffset, read.length);
        const pages = new Map<number, Uint8Array>();
        for (let i = 0; i * PAGE_BYTES < bytes.length; i++) {
          // A copy, so that a page that is kept does not hold its neighbours.
          const page = bytes.slice(i * PAGE_BYTES, (i + 1) * PAGE_BYTES);
          pages.set(first + i, page);
          this.#pages.set(names[i]!, page);
        }
        return pages;
      },
      () => {
        for (const name of names) if (this.#fetching.get(name) === fetch) this.#fetching.delete(name);
      },
    );
    for (const name of names) this.#fetching.set(name, fetch);
    return fetch;
  }
}

/** Distinct pages, ascending. Cost: linear when the ranges ascend. */
function pagesOf(ranges: readonly WantedRange[]): number[] {
  const pages: number[] = [];
  let newest = -1;
  let isAscending = true;
  for (const { offset, sizeBytes } of ranges) {
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((offset + Math.max(sizeBytes, 1) - 1) / PAGE_BYTES);
    if (first < newest) isAscending = false;
    for (let page = first; page <= last; page++) {
      if (page === newest) continue;
      pages.push(page);
      newest = page;
    }
  }
  return isAscending ? pages : [...new Set(pages)].sort((a, b) => a - b);
}

/** Joins ascending pages to runs of [first, count]. */
function runsOf(pages: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const page of pages) {
    if (last !== undefined && page - (last[0] + last[1]) <= GAP_PAGES && page - last[0] < RUN_PAGES) last[1] = page - last[0] + 1;
    else {
      last = [page, 1];
      runs.push(last);
    }
  }
  return runs;
}
