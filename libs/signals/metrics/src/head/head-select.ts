import type { Matcher } from '@telamon/model';
import type { TimeSlice } from '@telamon/telemetry';
import { FRAME_BYTES, SeriesFrameWriter } from '../frame/series-frame.ts';
import type { HeadState } from './head-state.ts';
import { KeptBytes } from './kept-bytes.ts';
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
  const waiting = new WaitingSeries(state, writer);
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
        else waiting.add(ref, chunks);
      }
    }
    const isOver = (i & 15) === 0 && slice.isOver;
    if (isOver || waiting.chunkCount >= CHUNKS_A_READ || writer.sizeBytes >= FRAME_BYTES) await waiting.flush();
    if (writer.sizeBytes >= FRAME_BYTES) yield writer.finish();
    if (isOver) await slice.next();
  }
  await waiting.flush();
  if (writer.seriesCount > 0) yield writer.finish();
}

/** Series with chunks on disk. What waits must be read before the event loop gets its turn, or its chunks might be gone. */
class WaitingSeries {
  /** Chunks of all that waits. */
  chunkCount = 0;
  readonly #state: HeadState;
  readonly #writer: SeriesFrameWriter;
  readonly #kept = new KeptBytes();
  #series: { readonly labels: Uint8Array; readonly chunks: readonly HeadChunk[] }[] = [];

  constructor(state: HeadState, writer: SeriesFrameWriter) {
    this.#state = state;
    this.#writer = writer;
  }

  /** Keeps a series and those of its chunks that are in memory. */
  add(ref: number, chunks: readonly HeadChunk[]): void {
    for (const chunk of chunks) if (chunk.bytes !== undefined) chunk.bytes = this.#kept.keep(chunk.bytes);
    this.#series.push({ labels: this.#kept.keep(this.#state.labelBytes(ref)), chunks });
    this.chunkCount += chunks.length;
  }

  /** Reads what is missing, and writes all. */
  async flush(): Promise<void> {
    if (this.chunkCount === 0) return;
    const chunks: HeadChunk[] = [];
    for (const series of this.#series) chunks.push(...series.chunks);
    await loadChunks(this.#state, chunks);
    for (const series of this.#series) writeSeries(this.#writer, series.labels, series.chunks);
    this.#series = [];
    this.chunkCount = 0;
    this.#kept.clear();
  }
}

function writeSeries(writer: SeriesFrameWriter, labels: Uint8Array, chunks: readonly HeadChunk[]): void {
  writer.beginSeries(labels);
  for (const chunk of chunks) writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.bytes!);
}
