import type { Matcher } from '@telamon/model';
import type { TimeSlice } from '@telamon/telemetry';
import { FRAME_BYTES, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { HeadState } from './head-state.ts';
import type { LabelOrder } from './label-order.ts';
import { resolveMatchers, type SeriesIndex } from './resolve-matchers.ts';
import { chunksOf, type HeadChunk, hasChunks, loadChunks } from './series-chunks.ts';

/** Chunks that are read from disk at once. */
const CHUNKS_A_READ = 2048;

/** Which series, and when; times inclusive, ms. */
export interface HeadSelect {
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly isLabelsOnly: boolean;
  /** 0 = all. */
  readonly limit: number;
}

/** The head's index as the matchers see it. */
export function indexOf(state: HeadState): SeriesIndex {
  return { postings: state.postings, end: state.rows.end, labelValue: (ref, name) => state.labelValue(ref, name) };
}

/** Whether a head may hold samples of a time range. */
export function overlaps(state: HeadState, fromMs: number, toMs: number): boolean {
  return toMs >= Math.min(state.oldestMs, state.lateOldestMs) && fromMs <= state.newestMs;
}

/**
 * Frames of the series that match, with the chunks that overlap the range; series without any chunk there are left out. In the
 * order of their labels, but for what {@link LabelOrder} says.
 */
export async function* selectFrames(
  state: HeadState,
  select: HeadSelect,
  slice: TimeSlice,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  if (!overlaps(state, select.fromMs, select.toMs)) return;
  const refs = await state.order.arrange(await resolveMatchers(indexOf(state), select.matchers, slice), slice);
  const writer = new SeriesFrameWriter();
  const waiting: { ref: number; chunks: HeadChunk[] }[] = [];
  let waitingChunks = 0;
  let left = select.limit > 0 ? select.limit : Number.POSITIVE_INFINITY;
  const { fromMs, toMs } = select;
  for (let i = 0; i < refs.length && left > 0; i++) {
    const ref = refs[i]!;
    const isLive = state.rows.isLive(ref);
    if (isLive && select.isLabelsOnly) {
      if (hasChunks(state, ref, fromMs, toMs)) {
        writer.beginSeries(state.labelBytes(ref));
        left--;
      }
    } else if (isLive) {
      const chunks = chunksOf(state, ref, { fromMs, toMs, isKept: false });
      if (chunks.length > 0) {
        left--;
        if (chunks.every((chunk) => chunk.bytes !== undefined)) writeSeries(writer, state.labelBytes(ref), chunks);
        else {
          keep(chunks);
          waitingChunks += chunks.length;
          waiting.push({ ref, chunks });
        }
      }
    }
    if (waitingChunks >= CHUNKS_A_READ) {
      waitingChunks = 0;
      await flushWaiting(state, waiting, writer);
    }
    const isOver = (i & 15) === 0 && slice.isOver;
    if (isOver || writer.sizeBytes >= FRAME_BYTES) {
      waitingChunks = 0;
      await flushWaiting(state, waiting, writer);
    }
    if (writer.sizeBytes >= FRAME_BYTES) yield writer.finish();
    if (isOver) await slice.next();
  }
  await flushWaiting(state, waiting, writer);
  if (writer.seriesCount > 0) yield writer.finish();
}

/** What waits must be read before the event loop gets its turn, or its chunks might be gone. */
async function flushWaiting(
  state: HeadState,
  waiting: { ref: number; chunks: HeadChunk[] }[],
  writer: SeriesFrameWriter,
): Promise<void> {
  if (waiting.length === 0) return;
  const series = waiting.splice(0).map(({ ref, chunks }) => ({ labels: state.labelBytes(ref).slice(), chunks }));
  await loadChunks(
    state,
    series.flatMap(({ chunks }) => chunks),
  );
  for (const { labels, chunks } of series) writeSeries(writer, labels, chunks);
}

function keep(chunks: HeadChunk[]): void {
  for (const chunk of chunks) chunk.bytes = chunk.bytes?.slice();
}

function writeSeries(writer: SeriesFrameWriter, labels: Uint8Array, chunks: readonly HeadChunk[]): void {
  writer.beginSeries(labels);
  for (const chunk of chunks) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.bytes!);
}
