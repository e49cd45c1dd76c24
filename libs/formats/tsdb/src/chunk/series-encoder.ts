import type { FloatHistogram, IntHistogram } from '@telamon/model';
import { ENCODING_FLOAT_HISTOGRAM, ENCODING_HISTOGRAM, ENCODING_XOR } from './chunk-encoding.ts';
import { createFloatHistogramAppender, createHistogramAppender, type HistogramChunkAppender } from './histogram-appender.ts';
import type { ChunkView } from './merge-chunks.ts';
import { XorAppender } from './xor-appender.ts';

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
  #int: HistogramChunkAppender<IntHistogram> | undefined;
  #floatHistogram: HistogramChunkAppender<FloatHistogram> | undefined;

  constructor(maxSamples: number = REENCODED_CHUNK_SAMPLES) {
    this.#maxSamples = maxSamples;
  }

  /** Appends a float given as two words. */
  float(timeMs: number, low: number, high: number): void {
    if (this.#float === undefined || this.#float.sampleCount >= this.#maxSamples) {
      this.#close();
      this.#float = new XorAppender();
    }
    this.#float.appendWords(timeMs, low, high);
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
    if (this.#int !== undefined) this.#push(ENCODING_HISTOGRAM, this.#int);
    if (this.#floatHistogram !== undefined) this.#push(ENCODING_FLOAT_HISTOGRAM, this.#floatHistogram);
    this.#float = undefined;
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
