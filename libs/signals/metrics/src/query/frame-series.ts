import { Labels, type SampleColumns } from '@telamon/model';
import type { Series } from '@telamon/promql';
import { decodeChunk, mergeChunks } from '@telamon/tsdb';
import type { FrameChunk } from '../frame/series-frame.ts';

/** A series whose samples stand in chunks of one or more frames; the frames must stay unchanged while it lives. */
export class FrameSeries implements Series {
  readonly labels: Labels;
  /** Canonical label bytes. */
  readonly labelBytes: Uint8Array;
  #chunks: FrameChunk[];
  /** Whether no chunk begins before the one before it ends, found out at the first read. */
  #isDisjoint: boolean | undefined;

  constructor(labels: Uint8Array, chunks: readonly FrameChunk[]) {
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
    this.#isDisjoint = undefined;
  }

  /** See {@link Series.read}. */
  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    this.#isDisjoint ??= areDisjoint(this.#chunks);
    const chunks = this.#chunks;
    if (!this.#isDisjoint) {
      mergeChunks(chunks, fromMs, toMs, into);
      return;
    }
    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i]!;
      if (chunk.maxTimeMs < fromMs || chunk.minTimeMs > toMs) continue;
      decodeChunk(chunk.encoding, chunk.data, fromMs, toMs, into);
    }
  }
}

function areDisjoint(chunks: readonly FrameChunk[]): boolean {
  for (let i = 1; i < chunks.length; i++) if (chunks[i]!.minTimeMs <= chunks[i - 1]!.maxTimeMs) return false;
  return true;
}
