import { ENCODING_XOR, XorAppender } from '@telamon/tsdb';
import { rangeEnd } from './chunk-cutting.ts';
import type { AnyHistogram } from './histogram-bytes.ts';
import { sameHistogram } from './histogram-bytes.ts';
import { type ChunkSink, HistogramSeries } from './histogram-series.ts';

/** Samples that an out-of-order chunk holds at most. */
export const OUT_OF_ORDER_CAPACITY = 32;

/** What became of an out-of-order sample. */
export type InsertVerdict = 'inserted' | 'repeated' | 'conflicting';

/**
 * Out-of-order samples of one series: a sorted buffer that is written as chunks when it is full. Chunks may overlap each
 * other and the in-order ones; readers merge them.
 */
export class OutOfOrderSeries {
  /** Ids of the chunks that were written. */
  chunks: number[] = [];
  /** Those of them that are in the block that is being built, and may go when it is done. */
  covered: Set<number> = new Set();
  #length = 0;
  readonly #timesMs = new Float64Array(OUT_OF_ORDER_CAPACITY);
  readonly #words = new Uint32Array(2 * OUT_OF_ORDER_CAPACITY);
  readonly #histograms: (AnyHistogram | undefined)[] = [];
  readonly #rangeMs: number;

  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  /** Samples in the buffer. */
  get bufferedCount(): number {
    return this.#length;
  }

  /** Time of the oldest and newest sample in the buffer, ms; both NaN when it is empty. */
  get bufferedRange(): readonly [minTimeMs: number, maxTimeMs: number] {
    return this.#length === 0 ? [Number.NaN, Number.NaN] : [this.#timesMs[0]!, this.#timesMs[this.#length - 1]!];
  }

  /**
   * Puts a sample, float (two words) or histogram, in its place. A full buffer goes to `sink` first. Of one time the first
   * stays: the same sample again is `repeated`, another is `conflicting`, as far as the buffer knows.
   */
  insert(sample: OutOfOrderSample, sink: ChunkSink): InsertVerdict {
    let at = this.#length;
    while (at > 0 && this.#timesMs[at - 1]! >= sample.timeMs) at--;
    if (at < this.#length && this.#timesMs[at] === sample.timeMs) return this.#isSame(at, sample) ? 'repeated' : 'conflicting';
    if (this.#length === OUT_OF_ORDER_CAPACITY) {
      this.flush(sink);
      at = 0;
    }
    this.#timesMs.copyWithin(at + 1, at, this.#length);
    this.#words.copyWithin(2 * at + 2, 2 * at, 2 * this.#length);
    this.#histograms.splice(at, 0, sample.histogram);
    this.#timesMs[at] = sample.timeMs;
    this.#words[2 * at] = sample.low;
    this.#words[2 * at + 1] = sample.high;
    this.#length++;
    return 'inserted';
  }

  /** Writes the buffer as chunks and empties it. */
  flush(sink: ChunkSink): void {
    this.encode(sink);
    this.#length = 0;
    this.#histograms.length = 0;
  }

  /** Writes the buffer as chunks and keeps it. */
  encode(sink: ChunkSink): void {
    for (let from = 0; from < this.#length; ) {
      const isHistogram = this.#histograms[from] !== undefined;
      const endMs = rangeEnd(this.#timesMs[from]!, this.#rangeMs);
      let to = from + 1;
      while (to < this.#length && this.#timesMs[to]! < endMs && (this.#histograms[to] !== undefined) === isHistogram) to++;
      if (isHistogram) this.#encodeHistograms(from, to, sink);
      else this.#encodeFloats(from, to, sink);
      from = to;
    }
  }

  /** The buffered samples, for the log. */
  *samples(): IterableIterator<OutOfOrderSample> {
    for (let i = 0; i < this.#length; i++) {
      yield {
        timeMs: this.#timesMs[i]!,
        low: this.#words[2 * i]!,
        high: this.#words[2 * i + 1]!,
        histogram: this.#histograms[i],
      };
    }
  }

  #isSame(at: number, sample: OutOfOrderSample): boolean {
    const held = this.#histograms[at];
    if (held !== undefined || sample.histogram !== undefined) {
      return held !== undefined && sample.histogram !== undefined && sameHistogram(held, sample.histogram);
    }
    return this.#words[2 * at] === sample.low && this.#words[2 * at + 1] === sample.high;
  }

  #encodeFloats(from: number, to: number, sink: ChunkSink): void {
    const appender = new XorAppender();
    for (let i = from; i < to; i++) appender.appendWords(this.#timesMs[i]!, this.#words[2 * i]! | 0, this.#words[2 * i + 1]! | 0);
    sink({ encoding: ENCODING_XOR, minTimeMs: this.#timesMs[from]!, maxTimeMs: this.#timesMs[to - 1]!, bytes: appender.bytes() });
  }

  #encodeHistograms(from: number, to: number, sink: ChunkSink): void {
    const series = new HistogramSeries(this.#rangeMs);
    for (let i = from; i < to; i++) series.append(this.#timesMs[i]!, this.#histograms[i]!, sink);
    series.end(sink);
  }
}

/** A sample that came late. `low` and `high` are the words of a float. */
export interface OutOfOrderSample {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly histogram: AnyHistogram | undefined;
}
