import { ByteWriter, crc32c } from '@telamon/bytes';
import { encodeIndexToc, INDEX_MAGIC, type IndexToc, SERIES_ALIGNMENT } from './index-toc.ts';
import { visitLabelBytes } from './label-bytes.ts';
import { PostingsBuilder } from './postings-builder.ts';
import type { ChunkMeta } from './series-entry.ts';
import { SymbolArena } from './symbol-arena.ts';

/** Takes the next bytes of a file. The array is the sink's to keep. */
export type ByteSink = (bytes: Uint8Array) => void;

const FLUSH_BYTES: number = 1024 * 1024;
const TWO_32 = 2 ** 32;
/** Series refs are 32 bits of 16-byte steps. */
const MAX_INDEX_BYTES: number = 16 * (TWO_32 - 1);

/**
 * Writes an index of version 2, byte for byte as Prometheus does (see `IndexReader` for the format): symbols first, then
 * series in the order of their labels, then everything else at {@link finish}. Output goes to the sink in pieces of about
 * 1 MiB. Misuse (wrong order, unknown symbols, overlapping chunks) throws assertions. Memory: see {@link SymbolArena} and
 * {@link PostingsBuilder}; about 100 bytes a series of ten labels.
 */
export class IndexWriter {
  readonly #sink: ByteSink;
  readonly #buffer = new ByteWriter(FLUSH_BYTES + 64 * 1024);
  readonly #symbols = new SymbolArena();
  readonly #postings = new PostingsBuilder();
  #flushed = 0;
  #symbolsAt = 0;
  #seriesAt = 0;
  #lastRefs: ArrayLike<number> = [];
  #lastChunk: ChunkMeta | undefined;
  #stage: 'symbols' | 'series' | 'done' = 'symbols';

  constructor(sink: ByteSink) {
    this.#sink = sink;
    this.#buffer.u32be(INDEX_MAGIC).u8(2);
  }

  /** Bytes written so far. */
  get sizeBytes(): number {
    return this.#flushed + this.#buffer.length;
  }

  /** Number of series written. */
  get seriesCount(): number {
    return this.#postings.seriesCount;
  }

  /**
   * Writes all symbols: sorted bytewise, distinct, '' among them (the heads of Prometheus have it). Must be called once, before the first
   * series. Views may be reused by the iterable; they are copied.
   */
  writeSymbols(symbols: Iterable<Uint8Array>): void {
    if (this.#stage !== 'symbols') throw new Error('index: symbols were written already');
    let size = 4;
    for (const symbol of symbols) {
      this.#symbols.push(symbol);
      size += uvarintSize(symbol.length) + symbol.length;
    }
    if (size >= TWO_32) throw new Error('index: symbols exceed 4 GiB');
    this.#stage = 'series';
    this.#symbolsAt = this.sizeBytes;
    this.#buffer.u32be(size);
    let crc = this.#hashed(0, () => this.#buffer.u32be(this.#symbols.count));
    for (let i = 0; i < this.#symbols.count; i++)
      crc = this.#hashed(crc, () => this.#buffer.uvarintBytes(this.#symbols.bytes(i)));
    this.#buffer.u32be(crc);
    this.#seriesAt = this.sizeBytes;
  }

  /** Ordinal of a symbol, -1 when it was not written. */
  symbolRef(bytes: Uint8Array, start: number, end: number): number {
    return this.#symbols.find(bytes, start, end);
  }

  /** Writes a series given by canonical label bytes; see {@link addSeries}. */
  addLabels(labels: Uint8Array, chunks: readonly ChunkMeta[]): number {
    const refs: number[] = [];
    visitLabelBytes(labels, (start, end) => refs.push(this.symbolRef(labels, start, end)));
    return this.addSeries(refs, chunks);
  }

  /**
   * Writes a series given by symbol ordinals, name and value in turn, and returns its ref. Series must ascend by labels, chunks
   * by time without overlapping, and chunk refs over all series.
   */
  addSeries(symbolRefs: readonly number[], chunks: readonly ChunkMeta[]): number {
    if (this.#stage !== 'series') throw new Error(`index: a series while at ${this.#stage}`);
    if (this.#postings.seriesCount > 0 && compareRefs(this.#lastRefs, symbolRefs) >= 0)
      throw new Error('index: series out of order');
    this.#align(SERIES_ALIGNMENT);
    const at = this.sizeBytes;
    if (at > MAX_INDEX_BYTES) throw new Error('index: exceeds 64 GiB');
    this.#writeSeries(symbolRefs, chunks);
    this.#flush();
    this.#lastRefs = symbolRefs;
    this.#postings.add(at / SERIES_ALIGNMENT, symbolRefs);
    return at / SERIES_ALIGNMENT;
  }

  /** Writes postings, their offset table and the table of contents; the writer is done. Cost: O(labels of all series). */
  finish(): IndexToc {
    if (this.#stage === 'symbols') this.writeSymbols([]);
    if (this.#stage !== 'series') throw new Error('index: finished already');
    this.#stage = 'done';
    const labelIndices = this.sizeBytes;
    // The table of contents names the place before the padding, as Prometheus does.
    const postings = this.sizeBytes;
    this.#align(4);
    const listsAt = this.sizeBytes;
    const pairs = this.#postings.sortedPairs();
    this.#writeList(this.#postings.seriesRefs);
    for (const list of this.#postings.lists(pairs)) this.#writeList(list.refs);
    const postingsTable = this.sizeBytes;
    this.#writeOffsetTable(pairs, listsAt);
    const toc = {
      symbols: this.#symbolsAt,
      series: this.#seriesAt,
      labelIndices,
      labelIndicesTable: postingsTable,
      postings,
      postingsTable,
    };
    this.#buffer.bytes(encodeIndexToc(toc));
    this.#flush(0);
    return toc;
  }

  #writeSeries(symbolRefs: readonly number[], chunks: readonly ChunkMeta[]): void {
    const body = new ByteWriter(64 + chunks.length * 12);
    body.uvarint(symbolRefs.length / 2);
    for (const ref of symbolRefs) {
      if (!(ref >= 0 && ref < this.#symbols.count)) throw new Error(`index: unknown symbol ${ref}`);
      body.uvarint(ref);
    }
    body.uvarint(chunks.length);
    let last: ChunkMeta | undefined;
    for (const chunk of chunks) {
      this.#checkChunk(chunk, last);
      const ref = chunk.segment * TWO_32 + chunk.offset;
      if (last === undefined) body.varint(chunk.minTimeMs);
      else body.uvarint(chunk.minTimeMs - last.maxTimeMs);
      body.uvarint(chunk.maxTimeMs - chunk.minTimeMs);
      if (last === undefined) body.uvarint(ref);
      else body.varint(ref - (last.segment * TWO_32 + last.offset));
      last = chunk;
      this.#lastChunk = chunk;
    }
    this.#buffer.uvarint(body.length);
    this.#buffer.bytes(body.view()).u32be(crc32c(body.view()));
  }

  #checkChunk(chunk: ChunkMeta, last: ChunkMeta | undefined): void {
    const before = this.#lastChunk;
    if (chunk.maxTimeMs < chunk.minTimeMs) throw new Error('index: a chunk ends before it starts');
    if (last !== undefined && chunk.minTimeMs <= last.maxTimeMs) throw new Error('index: chunks of a series overlap');
    if (before !== undefined && (chunk.segment - before.segment || chunk.offset - before.offset) < 0) {
      throw new Error('index: chunk refs do not ascend');
    }
  }

  #writeList(refs: Uint32Array): void {
    this.#buffer.u32be(4 + 4 * refs.length);
    let crc = this.#hashed(0, () => this.#buffer.u32be(refs.length));
    const step = FLUSH_BYTES / 4;
    for (let start = 0; start < refs.length; start += step) {
      const end = Math.min(start + step, refs.length);
      crc = this.#hashed(crc, () => {
        for (let i = start; i < end; i++) this.#buffer.u32be(refs[i]!);
      });
    }
    this.#buffer.u32be(crc);
    this.#flush();
  }

  #writeOffsetTable(pairs: Uint32Array, listsAt: number): void {
    const entries = (): Iterable<OffsetEntry> => this.#offsetEntries(pairs, listsAt);
    let size = 4;
    for (const { name, value, offset } of entries()) {
      size += 1 + uvarintSize(name.length) + name.length + uvarintSize(value.length) + value.length + uvarintSize(offset);
    }
    if (size >= TWO_32) throw new Error('index: postings offset table exceeds 4 GiB');
    this.#buffer.u32be(size);
    let crc = this.#hashed(0, () => this.#buffer.u32be(pairs.length + 1));
    for (const { name, value, offset } of entries()) {
      crc = this.#hashed(crc, () => this.#buffer.u8(2).uvarintBytes(name).uvarintBytes(value).uvarint(offset));
    }
    this.#buffer.u32be(crc);
  }

  *#offsetEntries(pairs: Uint32Array, listsAt: number): IterableIterator<OffsetEntry> {
    const nothing = new Uint8Array(0);
    let offset = listsAt;
    yield { name: nothing, value: nothing, offset };
    offset += listSize(this.#postings.seriesCount);
    for (const pair of pairs) {
      const name = this.#symbols.bytes(this.#postings.nameRef(pair));
      yield { name, value: this.#symbols.bytes(this.#postings.valueRef(pair)), offset };
      offset += listSize(this.#postings.listLength(pair));
    }
  }

  /** Runs a write, continues a checksum over what it wrote, and flushes. */
  #hashed(crc: number, write: () => void): number {
    const start = this.#buffer.length;
    write();
    const next = crc32c(this.#buffer.view(), start, this.#buffer.length, crc);
    this.#flush();
    return next;
  }

  #align(alignment: number): void {
    for (let pad = (alignment - (this.sizeBytes % alignment)) % alignment; pad > 0; pad--) this.#buffer.u8(0);
  }

  #flush(limitBytes: number = FLUSH_BYTES): void {
    if (this.#buffer.length <= limitBytes) return;
    this.#flushed += this.#buffer.length;
    this.#sink(this.#buffer.finish());
    this.#buffer.clear();
  }
}

interface OffsetEntry {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  readonly offset: number;
}

/** Bytes of a postings list, which is a multiple of 4, so that lists need no padding between them. */
function listSize(count: number): number {
  return 12 + 4 * count;
}

function uvarintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Order of two series by their symbol ordinals, which ascend as the symbols do. */
function compareRefs(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
