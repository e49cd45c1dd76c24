import type { FloatHistogram, IntHistogram } from '@telamon/model';
import { createFloatHistogramAppender, createHistogramAppender, type HistogramChunkAppender } from '@telamon/tsdb';
import { chunkEnd, MIN_HISTOGRAMS_PER_CHUNK, rangeEnd, TARGET_HISTOGRAM_CHUNK_BYTES } from './chunk-cutting.ts';
import type { AnyHistogram } from './histogram-bytes.ts';

type IntAppender = HistogramChunkAppender<IntHistogram>;
type FloatAppender = HistogramChunkAppender<FloatHistogram>;

/** A chunk that ended: encoding, times and bytes (a view that the receiver copies at once). */
export interface EndedChunk {
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly bytes: Uint8Array;
}

/** Where ended chunks go. */
export type ChunkSink = (chunk: EndedChunk) => void;

/** The open histogram chunk of one series, cut by the rules for histograms. */
export class HistogramSeries {
  /** The newest histogram. */
  last: AnyHistogram | undefined;
  readonly #rangeMs: number;
  #kind: 'int' | 'float' = 'int';
  #open: IntAppender | FloatAppender | undefined;
  #nextAtMs = 0;
  #isEndPredicted = false;

  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  /** Samples of the open chunk. */
  get sampleCount(): number {
    return this.#open?.sampleCount ?? 0;
  }

  /** The open chunk, if it holds anything; the bytes are a view. */
  view(): EndedChunk | undefined {
    const open = this.#open;
    if (open === undefined || open.sampleCount === 0) return undefined;
    return { encoding: open.encoding, minTimeMs: open.minTimeMs, maxTimeMs: open.maxTimeMs, bytes: open.bytes() };
  }

  /** Appends a histogram newer than the newest; chunks that end by it go to `sink`. */
  append(timeMs: number, value: AnyHistogram, sink: ChunkSink): void {
    this.last = value;
    let previous = this.#open;
    if (this.#open !== undefined && (this.#kind !== value.kind || this.#mustCut(timeMs))) {
      this.end(sink);
      if (this.#kind !== value.kind) previous = undefined;
    }
    if (this.#open === undefined) {
      this.#kind = value.kind;
      this.#open = value.kind === 'int' ? createHistogramAppender() : createFloatHistogramAppender();
      this.#startRange(timeMs);
    } else previous = undefined;
    const before = this.#open;
    // The kinds agree, which the type of a union of appenders cannot tell.
    const after = (before as FloatAppender).append(
      timeMs,
      value.histogram as FloatHistogram,
      previous as FloatAppender | undefined,
    );
    if (after === before) return;
    this.end(sink);
    this.#open = after;
    this.#startRange(timeMs);
  }

  /** Ends the open chunk. */
  end(sink: ChunkSink): void {
    const chunk = this.view();
    if (chunk !== undefined) sink(chunk);
    this.#open = undefined;
  }

  #startRange(timeMs: number): void {
    this.#nextAtMs = rangeEnd(timeMs, this.#rangeMs);
    this.#isEndPredicted = false;
  }

  #mustCut(timeMs: number): boolean {
    const open = this.#open!;
    const { sizeBytes, sampleCount } = open;
    const rangeEndMs = rangeEnd(open.minTimeMs, this.#rangeMs);
    if (!this.#isEndPredicted && sizeBytes >= TARGET_HISTOGRAM_CHUNK_BYTES / 4) {
      this.#nextAtMs = chunkEnd(open.minTimeMs, open.maxTimeMs, this.#nextAtMs, TARGET_HISTOGRAM_CHUNK_BYTES / sizeBytes);
      this.#isEndPredicted = true;
    }
    const isDue = timeMs >= this.#nextAtMs || sizeBytes >= TARGET_HISTOGRAM_CHUNK_BYTES * 2;
    return isDue && (sampleCount >= MIN_HISTOGRAMS_PER_CHUNK || timeMs >= rangeEndMs);
  }
}
