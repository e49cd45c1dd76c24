import { SampleColumns } from '@telamon/model';
import type { TimeSlice } from '@telamon/telemetry';
import { type ChunkView, mergeChunks } from '@telamon/tsdb';
import { SeriesFrameWriter } from '../frame/series-frame.ts';
import { rangeEnd } from './chunk-cutting.ts';
import { encodeColumns } from './encode-columns.ts';
import type { HeadState } from './head-state.ts';
import { compareLabelRanges } from './label-bytes.ts';
import { chunksOf, type HeadChunk, loadChunks } from './series-chunks.ts';
import { sortInSlices } from './sort-in-slices.ts';

/** A time range to make a block of: minMs <= t < maxMs. */
export interface BlockRange {
  readonly minMs: number;
  readonly maxMs: number;
  /** Samples that came late, after the range's own block was cut: the block overlaps another. */
  readonly isLate: boolean;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);
/** Many, because in the order of labels chunks are scattered over the files: so neighbours are read together. */
const SERIES_A_READ = 8192;
const FRAME_BYTES = 1 << 20;

/**
 * The oldest range that is ready to become a block, if any. In-order data: when the head spans more than 1.5 block ranges,
 * or `isIdle` (nothing was written for an hour), up to the newest sample. Late data in ranges that are cut already: after
 * an in-order cut (`isLateDue`) or when idle.
 */
export function compactableRange(state: HeadState, isIdle: boolean, isLateDue: boolean): BlockRange | undefined {
  const { rangeMs, oldestMs, lateOldestMs, newestMs, truncatedMs } = state;
  if (Number.isFinite(lateOldestMs) && (isIdle || isLateDue)) {
    const maxMs = rangeEnd(lateOldestMs, rangeMs);
    if (maxMs <= truncatedMs || (isIdle && maxMs - rangeMs < oldestMs && newestMs < truncatedMs)) {
      // Where blocks were cut must not move beyond what may still come.
      return { minMs: maxMs - rangeMs, maxMs: Math.min(maxMs, Math.max(truncatedMs, newestMs + 1)), isLate: true };
    }
  }
  const firstMs = isIdle ? Math.min(oldestMs, lateOldestMs) : oldestMs;
  if (!Number.isFinite(firstMs)) return undefined;
  if (!isIdle && newestMs - firstMs <= rangeMs * 1.5) return undefined;
  const maxMs = rangeEnd(firstMs, rangeMs);
  return { minMs: maxMs - rangeMs, maxMs: isIdle ? Math.min(maxMs, newestMs + 1) : maxMs, isLate: false };
}

/**
 * Frames of all series with samples in a range, sorted by labels (within a frame and from frame to frame), their chunks
 * clipped to the range, in order and without overlaps: what a block is written from. Late samples given out here are the
 * ones that the next truncation may drop; no truncation may run meanwhile. From now on no in-order sample enters the range, or it would be dropped unread.
 */
export async function* blockFrames(
  state: HeadState,
  range: BlockRange,
  slice: TimeSlice,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  state.truncatedMs = Math.max(state.truncatedMs, Math.min(range.maxMs, state.newestMs + 1));
  const refs = await sortedRefs(state, slice);
  const writer = new SeriesFrameWriter();
  for (let from = 0; from < refs.length; from += SERIES_A_READ) {
    const series: { labels: Uint8Array; chunks: HeadChunk[] }[] = [];
    for (const ref of refs.slice(from, from + SERIES_A_READ)) {
      if (!state.rows.isLive(ref)) continue;
      coverLate(state, ref, range);
      const chunks = chunksOf(state, ref, { fromMs: range.minMs, toMs: range.maxMs - 1, isKept: true });
      if (chunks.length > 0) series.push({ labels: state.labelBytes(ref).slice(), chunks });
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
    await loadChunks(
      state,
      series.flatMap(({ chunks }) => chunks),
    );
    for (const { labels, chunks } of series) {
      writeClipped(writer, labels, chunks.map(toView), range);
      if (writer.sizeBytes >= FRAME_BYTES) yield writer.finish();
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
  }
  if (writer.seriesCount > 0) yield writer.finish();
}

async function sortedRefs(state: HeadState, slice: TimeSlice): Promise<number[]> {
  const refs: number[] = [];
  for (const ref of state.postings.all()) if (state.rows.isLive(ref)) refs.push(ref);
  // Series that go meanwhile must still compare; their bytes stay in the arena, if perhaps as something else.
  const a = { bytes: NO_BYTES, start: 0, end: 0 };
  const b = { bytes: NO_BYTES, start: 0, end: 0 };
  return sortInSlices(refs, (x, y) => compareLabelRanges(state.aimAtLabels(x, a), state.aimAtLabels(y, b)), slice);
}

function coverLate(state: HeadState, ref: number, range: BlockRange): void {
  const late = state.late.get(ref);
  if (late === undefined) return;
  state.flushLate(ref);
  late.covered = new Set();
  for (const id of late.chunks) {
    const isInside = state.closed.minTimeMs(id) >= range.minMs && state.closed.maxTimeMs(id) < range.maxMs;
    if (isInside) late.covered.add(id);
  }
}

function writeClipped(writer: SeriesFrameWriter, labels: Uint8Array, chunks: readonly ChunkView[], range: BlockRange): void {
  if (isClean(chunks, range)) {
    writer.beginSeries(labels);
    for (const chunk of chunks) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.data);
    return;
  }
  const columns = new SampleColumns();
  mergeChunks(chunks, range.minMs, range.maxMs - 1, columns);
  if (columns.length === 0) return;
  writer.beginSeries(labels);
  encodeColumns(columns, (chunk) => writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.bytes));
}

function isClean(chunks: readonly ChunkView[], range: BlockRange): boolean {
  let endMs = range.minMs - 1;
  for (const chunk of chunks) {
    if (chunk.minTimeMs <= endMs || chunk.maxTimeMs >= range.maxMs) return false;
    endMs = chunk.maxTimeMs;
  }
  return true;
}

function toView(chunk: HeadChunk): ChunkView {
  return { encoding: chunk.encoding, minTimeMs: chunk.minTimeMs, maxTimeMs: chunk.maxTimeMs, data: chunk.bytes! };
}
