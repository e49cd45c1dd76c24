import type { FloatHistogram, IntHistogram } from '@telamon/model';
import { ENCODING_FLOAT_HISTOGRAM, ENCODING_HISTOGRAM, ENCODING_XOR, ENCODING_XOR2 } from './chunk-encoding.ts';
import { createFloatHistogramAppender, createHistogramAppender, type HistogramChunkAppender } from './histogram-appender.ts';
import type { ChunkView } from './merge-chunks.ts';
import { XorAppender } from './xor-appender.ts';
import { Xor2Appender } from './xor2-appender.ts';

/** Samples after which Prometheus cuts a chunk that it writes anew while compacting. */
export const REENCODED_CHUNK_SAMPLES = 120;

/**
 * Turns the samples of one series, ascending in time, into chunks: a new one for another kind of sample, after
 * `maxSamples`, and where a histogram does not fit the open one. Used while compacting; a head has rules of its own.
 */
export class SeriesEncoder {
  readonly #maxSamples: number;
  readonly #chunks: ChunkView[] = [];
  #float: XorAppender | undefined;
  #floatWithStart: Xor2Appender | undefined;
  #int: HistogramChunkAppender<IntHistogram> | undefined;
  #floatHistogram: HistogramChunkAppender<FloatHistogram> | undefined;

  constructor(maxSamples: number = REENCODED_CHUNK_SAMPLES) {
    this.#maxSamples = maxSamples;
  }

  /** Appends a float given as two words. One with a start time (not 0) needs encoding 4, which then stays open for others. */
  float(timeMs: number, low: number, high: number, startTimeMs: number = 0): void {
    const isFull = (this.#float ?? this.#floatWithStart ?? { sampleCount: 0 }).sampleCount >= this.#maxSamples;
    if (this.#floatWithStart === undefined ? this.#float === undefined || isFull || startTimeMs !== 0 : isFull) {
      this.#close();
      if (startTimeMs === 0) this.#float = new XorAppender();
      else this.#floatWithStart = new Xor2Appender();
    }
    this.#float?.appendWords(timeMs, low, high);
    this.#floatWithStart?.appendWords(timeMs, low, high, startTimeMs);
  }

  /** Appends an integer histogram. */
  intHistogram(timeMs: number, histogram: IntHistogram): void {
    if (this.#int === undefined || this.#int.sampleCount >= this.#maxSamples) {
      this.#close();
      this.#int = createHistogramAppender();
    }
    const open = this.#int;
    const held = open.append(timeMs, histogram);
    if (held === open) return;
    this.#close();
    this.#int = held;
  }

  /** Appends a float histogram. */
  floatHistogram(timeMs: number, histogram: FloatHistogram): void {
    if (this.#floatHistogram === undefined || this.#floatHistogram.sampleCount >= this.#maxSamples) {
      this.#close();
      this.#floatHistogram = createFloatHistogramAppender();
    }
    const open = this.#floatHistogram;
    const held = open.append(timeMs, histogram);
    if (held === open) return;
    this.#close();
    this.#floatHistogram = held;
  }

  /** The chunks, ascending; the encoder must not be used afterwards. */
  finish(): ChunkView[] {
    this.#close();
    return this.#chunks;
  }

  #close(): void {
    if (this.#float !== undefined) this.#push(ENCODING_XOR, this.#float);
    if (this.#floatWithStart !== undefined) this.#push(ENCODING_XOR2, this.#floatWithStart);
    if (this.#int !== undefined) this.#push(ENCODING_HISTOGRAM, this.#int);
    if (this.#floatHistogram !== undefined) this.#push(ENCODING_FLOAT_HISTOGRAM, this.#floatHistogram);
    this.#float = undefined;
    this.#floatWithStart = undefined;
    this.#int = undefined;
    this.#floatHistogram = undefined;
  }

  #push(encoding: number, appender: { minTimeMs: number; maxTimeMs: number; bytes(): Uint8Array }): void {
    this.#chunks.push({
      encoding,
      minTimeMs: appender.minTimeMs,
      maxTimeMs: appender.maxTimeMs,
      data: appender.bytes().slice(),
    });
  }
}
