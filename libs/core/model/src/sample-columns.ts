import type { FloatHistogram } from './histogram.ts';
import { writeStaleAt } from './stale.ts';

/**
 * Samples of one series in columns, ascending in time, no two at one time. Reused between series: `clear`, then append.
 *
 * Row i is a float sample (`values[i]`) unless `histograms[i]` is set. NaN payloads survive, because values are written
 * as two words; see {@link isStaleAt} for staleness markers. `startTimesMs[i]` is 0 where no start time is known.
 */
export class SampleColumns {
  length = 0;
  timesMs: Float64Array;
  values: Float64Array;
  /** View of {@link values} as words, two a sample. */
  words: Uint32Array;
  /** Sparse; undefined as long as the series holds no histogram. */
  histograms: (FloatHistogram | undefined)[] | undefined = undefined;
  /** Undefined as long as no sample has a start time. */
  startTimesMs: Float64Array | undefined = undefined;

  constructor(capacity = 128) {
    this.timesMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.words = new Uint32Array(this.values.buffer);
  }

  /** Forgets all rows, keeps the memory. */
  clear(): void {
    this.length = 0;
    this.histograms = undefined;
    this.startTimesMs = undefined;
  }

  /** Makes room for at least `capacity` rows. */
  reserve(capacity: number): void {
    if (capacity <= this.timesMs.length) return;
    const size = Math.max(capacity, this.timesMs.length * 2);
    const times = new Float64Array(size);
    times.set(this.timesMs);
    const values = new Float64Array(size);
    const words = new Uint32Array(values.buffer);
    words.set(this.words);
    this.timesMs = times;
    this.values = values;
    this.words = words;
    if (this.startTimesMs !== undefined) {
      const starts = new Float64Array(size);
      starts.set(this.startTimesMs);
      this.startTimesMs = starts;
    }
  }

  /** Appends a float given by its two words (little-endian), so that NaN payloads survive. */
  pushWords(timeMs: number, low: number, high: number): void {
    this.reserve(this.length + 1);
    this.timesMs[this.length] = timeMs;
    this.words[2 * this.length] = low;
    this.words[2 * this.length + 1] = high;
    this.length++;
  }

  /** Appends a float. */
  pushFloat(timeMs: number, value: number): void {
    this.reserve(this.length + 1);
    this.timesMs[this.length] = timeMs;
    this.values[this.length] = value;
    this.length++;
  }

  /** Appends a histogram; the columns keep the object. */
  pushHistogram(timeMs: number, histogram: FloatHistogram): void {
    this.reserve(this.length + 1);
    this.timesMs[this.length] = timeMs;
    if (histogram.isStale) writeStaleAt(this.words, this.length);
    else this.values[this.length] = histogram.sum;
    this.histograms ??= [];
    this.histograms[this.length] = histogram;
    this.length++;
  }

  /** Sets the start time of the newest row. */
  setStartTime(startTimeMs: number): void {
    this.startTimesMs ??= new Float64Array(this.timesMs.length);
    this.startTimesMs[this.length - 1] = startTimeMs;
  }
}
