import { Labels, type SampleColumns } from '@telamon/model';
import type { Series } from '@telamon/promql';
import { mergeChunks } from '@telamon/tsdb';
import type { FrameChunk } from '../frame/series-frame.ts';

/** A series whose samples stand in chunks of one or more frames; the frames must stay unchanged while it lives. */
export class FrameSeries implements Series {
  readonly labels: Labels;
  /** Canonical label bytes. */
  readonly labelBytes: Uint8Array;
  #chunks: FrameChunk[];
  readonly #oldestMs: number;

  /** Samples before `oldestMs` are not read. */
  constructor(labels: Uint8Array, chunks: readonly FrameChunk[], oldestMs: number) {
    this.#oldestMs = oldestMs;
    this.labelBytes = labels;
    this.labels = Labels.fromBytes(labels);
    this.#chunks = chunks as FrameChunk[];
  }

  /** Chunks ascending by their first sample. */
  get chunks(): readonly FrameChunk[] {
    return this.#chunks;
  }

  /**
   * Adds the chunks of another source for the same series, which ascend as well. Chunks that are byte for byte the same are kept once:
   * replicas mostly cut alike, and samples that are decoded once cost half. Cost: linear.
   */
  addChunks(chunks: readonly FrameChunk[]): void {
    const mine = this.#chunks;
    const merged: FrameChunk[] = [];
    let at = 0;
    for (const chunk of chunks) {
      while (at < mine.length && mine[at]!.minTimeMs < chunk.minTimeMs) merged.push(mine[at++]!);
      if (!isAmong(mine, at, chunk)) merged.push(chunk);
    }
    while (at < mine.length) merged.push(mine[at++]!);
    this.#chunks = merged;
  }

  /** See {@link Series.read}. */
  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    mergeChunks(this.#chunks, Math.max(fromMs, this.#oldestMs), toMs, into);
  }
}

/** Whether one of the chunks from `at` on that begin with the same sample is the same. */
function isAmong(chunks: readonly FrameChunk[], at: number, wanted: FrameChunk): boolean {
  for (let i = at; i < chunks.length && chunks[i]!.minTimeMs === wanted.minTimeMs; i++) {
    const { maxTimeMs, encoding, data } = chunks[i]!;
    if (maxTimeMs === wanted.maxTimeMs && encoding === wanted.encoding && Buffer.compare(data, wanted.data) === 0) return true;
  }
  return false;
}
