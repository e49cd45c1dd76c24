import { TooLargeError } from '@telamon/bytes';
import { BYTES, FIXED64, type ProtoReader, VARINT } from './proto-reader.ts';

/** Field 1, 8 bytes. */
const VALUE_TAG = 0x09;
/** Field 2, varint. */
const TIME_TAG = 0x10;
/** Of the field with its tag. */
const VALUE_BYTES = 9;
const DEFAULT_MAX_PER_SERIES = 1_000_000;

/** Samples of the present series and the places of its rarer parts; reused from series to series. */
export class SeriesColumns {
  sampleCount = 0;
  timesMs: Float64Array = new Float64Array(16);
  startTimesMs: Float64Array = new Float64Array(16);
  values: Float64Array = new Float64Array(16);
  words: Uint32Array = new Uint32Array(this.values.buffer);
  readonly histograms: Ranges;
  readonly exemplars: Ranges;
  readonly #max: number;
  readonly #hasStartTimes: boolean;

  /** `hasStartTimes`: whether field 3 of a sample is its start time (version 2, messages between roles) or unknown. */
  constructor(hasStartTimes: boolean, maxPerSeries: number = DEFAULT_MAX_PER_SERIES) {
    this.#hasStartTimes = hasStartTimes;
    this.#max = maxPerSeries;
    this.histograms = new Ranges(maxPerSeries);
    this.exemplars = new Ranges(maxPerSeries);
  }

  clear(): void {
    this.sampleCount = 0;
    this.histograms.count = 0;
    this.exemplars.count = 0;
  }

  /**
   * Reads a sample message that starts at the reader's position: value 1 (double), timestamp 2 (int64), in version 2
   * start timestamp 3 (int64), which version 1 does not have and skips.
   */
  readSample(reader: ProtoReader, end: number): void {
    const row = this.sampleCount;
    if (row >= this.timesMs.length) this.#grow();
    const { words, timesMs } = this;
    let low = 0;
    let high = 0;
    let timeMs = 0;
    let startTimeMs = 0;
    const { at: start, bytes, view } = reader;
    if (end - start > VALUE_BYTES && bytes[start] === VALUE_TAG && bytes[start + VALUE_BYTES] === TIME_TAG) {
      // As all senders write it; the loop goes on behind it, mostly with nothing.
      low = view.getInt32(start + 1, true);
      high = view.getInt32(start + 5, true);
      reader.at = start + VALUE_BYTES + 1;
      timeMs = reader.readInt64();
    }
    while (reader.readTag(end)) {
      if (reader.field === 1) {
        reader.expect(FIXED64, 'Value');
        const { at } = reader;
        reader.skip(end);
        low = reader.view.getInt32(at, true);
        high = reader.view.getInt32(at + 4, true);
      } else if (reader.field === 2) {
        reader.expect(VARINT, 'Timestamp');
        timeMs = reader.readInt64();
      } else if (reader.field === 3 && this.#hasStartTimes) {
        reader.expect(VARINT, 'StartTimestamp');
        startTimeMs = reader.readInt64();
      } else reader.skip(end);
    }
    words[2 * row] = low;
    words[2 * row + 1] = high;
    timesMs[row] = timeMs;
    this.startTimesMs[row] = startTimeMs;
    this.sampleCount = row + 1;
  }

  #grow(): void {
    const size = this.timesMs.length * 2;
    if (this.sampleCount >= this.#max) throw tooMany(this.#max);
    this.timesMs = copyOf(this.timesMs, size);
    this.startTimesMs = copyOf(this.startTimesMs, size);
    const words = new Uint32Array(2 * size);
    words.set(this.words);
    this.words = words;
    this.values = new Float64Array(words.buffer);
  }
}

/** Places of nested messages. */
export class Ranges {
  count = 0;
  starts: Uint32Array = new Uint32Array(4);
  ends: Uint32Array = new Uint32Array(4);
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Notes the field that the reader stands before, and skips it. */
  add(reader: ProtoReader, limit: number, name: string): void {
    reader.expect(BYTES, name);
    const end = reader.readEnd(limit);
    if (this.count >= this.starts.length) this.#grow();
    this.starts[this.count] = reader.at;
    this.ends[this.count++] = end;
    reader.at = end;
  }

  #grow(): void {
    if (this.count >= this.#max) throw tooMany(this.#max);
    const size = this.starts.length * 2;
    const starts = new Uint32Array(size);
    const ends = new Uint32Array(size);
    starts.set(this.starts);
    ends.set(this.ends);
    this.starts = starts;
    this.ends = ends;
  }
}

function copyOf(from: Float64Array, size: number): Float64Array {
  const to = new Float64Array(size);
  to.set(from);
  return to;
}

function tooMany(max: number): TooLargeError {
  return new TooLargeError(`a series carries more than ${max} samples, histograms or exemplars`, max);
}
