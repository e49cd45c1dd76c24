import { MinHeap } from '@telamon/algo';
import type { BlockMeta } from '../block/block-meta.ts';
import type { BlockReader } from '../block/block-reader.ts';
import type { BlockWriter } from '../block/block-writer.ts';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import { visitLabelBytes } from '../index/label-bytes.ts';
import { compareBytes } from '../index/symbol-arena.ts';
import { compactChunks } from './compact-chunks.ts';

/** Series between two yields; a yield costs next to nothing. */
const SERIES_PER_YIELD = 16;

/** Bounds of a merge. */
export interface MergeBlocksOptions {
  /** Samples before are left out. */
  readonly minTimeMs: number;
  /** Samples from here on are left out, as a block's maxTime is. */
  readonly maxTimeMs: number;
  /** Which of the writers takes a series, by its canonical label bytes. Needed when there are several. */
  readonly writerOf?: (labels: Uint8Array) => number;
}

/** How far a merge is. */
export interface MergeProgress {
  readonly seriesCount: number;
  readonly sampleCount: number;
}

/** A reader on its way through its series. */
interface Cursor {
  readonly order: number;
  readonly reader: BlockReader;
  readonly refs: Uint32Array;
  /** New ordinal of each old symbol; undefined for version 1, whose refs are offsets. */
  readonly symbolMap: Uint32Array | undefined;
  next: number;
  /** Labels of the current series in new ordinals, which compare as the labels do. */
  symbolRefs: readonly number[];
  /** Position of the writer that takes it. */
  writer: number;
  chunks: readonly ChunkView[];
}

/**
 * Merges blocks into fresh writers and finishes them: series by their labels, chunks passed through, those that overlap written
 * anew without duplicates (the block that stands first wins), deleted samples left out. All symbols of the inputs are
 * kept, as Prometheus does. Yields its progress every few series, so that the caller can stop (by not going on) or make room for others;
 * symbols at the start and postings at the end run through. Returns the final meta of each writer; with no samples in it that block is
 * to be dropped. Throws `CorruptError` for damaged inputs. Memory: symbols and postings of the result (see `IndexWriter`).
 */
export function* mergeBlocks(
  readers: readonly BlockReader[],
  writers: readonly BlockWriter[],
  options: MergeBlocksOptions,
): Generator<MergeProgress, BlockMeta[]> {
  const maps = readers.map((reader) => (reader.index.version === 1 ? undefined : new Uint32Array(reader.index.symbols.count)));
  for (const writer of writers) writer.writeSymbols(mergeSymbols(readers, maps));
  const heap = new MinHeap<Cursor>((a, b) => compareRefs(a.symbolRefs, b.symbolRefs) || a.order - b.order);
  readers.forEach((reader, order) => {
    const refs = reader.index.select([]);
    const cursor: Cursor = { order, reader, refs, symbolMap: maps[order], next: 0, symbolRefs: [], writer: 0, chunks: [] };
    if (advance(cursor, writers, options)) heap.push(cursor);
  });
  for (let steps = 1; heap.size > 0; steps++) {
    const { symbolRefs, writer } = heap.peek()!;
    const lists: (readonly ChunkView[])[] = [];
    while (heap.size > 0 && compareRefs(heap.peek()!.symbolRefs, symbolRefs) === 0) {
      const cursor = heap.peek()!;
      lists.push(cursor.chunks);
      if (advance(cursor, writers, options)) heap.replaceTop(cursor);
      else heap.pop();
    }
    writers[writer]!.addSeries(symbolRefs, compactChunks(lists));
    if (steps % SERIES_PER_YIELD === 0) yield progressOf(writers);
  }
  return writers.map((writer) => writer.finish());
}

function progressOf(writers: readonly BlockWriter[]): MergeProgress {
  let [seriesCount, sampleCount] = [0, 0];
  for (const { stats } of writers) {
    seriesCount += stats.numSeries;
    sampleCount += stats.numSamples;
  }
  return { seriesCount, sampleCount };
}

/** Loads the next series that has chunks left; false at the end. */
function advance(cursor: Cursor, writers: readonly BlockWriter[], options: MergeBlocksOptions): boolean {
  const { reader } = cursor;
  while (cursor.next < cursor.refs.length) {
    const ref = cursor.refs[cursor.next++]!;
    const entry = reader.index.entry(ref);
    cursor.chunks = reader.chunksOf(ref, entry.chunks, {
      minTimeMs: options.minTimeMs,
      maxTimeMs: options.maxTimeMs - 1,
      isTrimming: true,
    });
    if (cursor.chunks.length === 0) continue;
    const { symbolMap } = cursor;
    if (options.writerOf !== undefined) cursor.writer = options.writerOf(reader.index.labelBytes(entry));
    if (symbolMap !== undefined) cursor.symbolRefs = entry.symbolRefs.map((old) => symbolMap[old]!);
    else cursor.symbolRefs = lookUp(reader.index.labelBytes(entry), writers[0]!);
    return true;
  }
  return false;
}

function lookUp(labels: Uint8Array, writer: BlockWriter): number[] {
  const refs: number[] = [];
  visitLabelBytes(labels, (start, end) => refs.push(writer.symbolRef(labels, start, end)));
  return refs;
}

/** All symbols of all readers, sorted, each once; notes the new ordinal of every old one. */
function* mergeSymbols(
  readers: readonly BlockReader[],
  maps: readonly (Uint32Array | undefined)[],
): IterableIterator<Uint8Array> {
  interface Source {
    readonly symbols: Iterator<Uint8Array>;
    readonly map: Uint32Array | undefined;
    old: number;
    bytes: Uint8Array;
  }
  const heap = new MinHeap<Source>((a, b) => compareBytes(a.bytes, b.bytes));
  const step = (source: Source): boolean => {
    const next = source.symbols.next();
    if (next.done === true) return false;
    // The view dies when the table's window moves on.
    source.bytes = next.value.slice();
    source.old++;
    return true;
  };
  readers.forEach((reader, i) => {
    const source: Source = { symbols: reader.index.symbols.all(), map: maps[i], old: -1, bytes: new Uint8Array(0) };
    if (step(source)) heap.push(source);
  });
  for (let ordinal = 0; heap.size > 0; ordinal++) {
    const { bytes } = heap.peek()!;
    while (heap.size > 0 && compareBytes(heap.peek()!.bytes, bytes) === 0) {
      const source = heap.peek()!;
      if (source.map !== undefined) source.map[source.old] = ordinal;
      if (step(source)) heap.replaceTop(source);
      else heap.pop();
    }
    yield bytes;
  }
}

function compareRefs(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
