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

  /** Adds the chunks of another source for the same series. */
  addChunks(chunks: readonly FrameChunk[]): void {
    this.#chunks = [...this.#chunks, ...chunks].sort((a, b) => a.minTimeMs - b.minTimeMs);
  }

  /** See {@link Series.read}. */
  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    mergeChunks(this.#chunks, Math.max(fromMs, this.#oldestMs), toMs, into);
  }
}
