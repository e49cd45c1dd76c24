import {
  type CounterResetHint,
  type FloatHistogram,
  HINT_GAUGE,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type IntHistogram,
  isStaleAt,
  toFloatHistogram,
} from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import { BitReader } from './bit-reader.ts';
import { type BucketLayout, countBuckets, readBucketLayout } from './bucket-layout.ts';
import { STALE_SHAPE } from './histogram-codec.ts';
import { StartTimeReader } from './start-time.ts';
import { readVarbitInt, readVarbitUint } from './varbit.ts';
import { XorColumn } from './xor-column.ts';

const HEADER_BYTES = 3;
const NO_BUCKETS = new Float64Array(0);
const HINT_BY_FLAGS: readonly CounterResetHint[] = [HINT_UNKNOWN, HINT_NOT_RESET, HINT_RESET, HINT_GAUGE];

/** Walks over the samples of a histogram chunk. */
export interface HistogramReader {
  /** Samples that the header announces. */
  readonly sampleCount: number;
  /** What the header says about a reset before the chunk. */
  readonly headerHint: CounterResetHint;
  /** Time of the current sample. */
  readonly timeMs: number;
  /** Start time of the current sample, 0 when unknown. */
  readonly startTimeMs: number;
  /** Moves to the next sample; false at the end. {@link CorruptError} when the chunk is damaged. */
  next(): boolean;
  /** Whether the current sample is a staleness marker. */
  isStale(): boolean;
  /**
   * Copy of the current sample with absolute counts; spans and bounds are shared between the samples of the chunk.
   * As Prometheus' iterators: the first sample's hint is unknown whatever the header says, because nobody knows that the
   * chunk before is still its neighbour; later ones are "not reset"; those of a gauge chunk are gauges.
   */
  floatHistogram(): FloatHistogram;
}

/** A {@link HistogramReader} that can also give the integers it read. */
export interface IntHistogramReader extends HistogramReader {
  /** Copy of the current sample as it was written. */
  intHistogram(): IntHistogram;
}

/** What both kinds share: header, layout, times. */
abstract class ChunkReader {
  protected readonly reader: BitReader;
  protected layout: BucketLayout | undefined;
  protected positiveCount = 0;
  protected negativeCount = 0;
  readonly sampleCount: number;
  readonly headerHint: CounterResetHint;
  readonly #startTimes: StartTimeReader;
  #index = -1;
  #timeMs = 0;
  #timeDelta = 0;

  constructor(data: Uint8Array, hasStartTimes: boolean) {
    if (data.length < HEADER_BYTES) throw new CorruptError('chunk is shorter than its header');
    this.reader = new BitReader(data, HEADER_BYTES);
    const count = (data[0]! << 8) | data[1]!;
    this.sampleCount = hasStartTimes ? count & 0x3fff : count;
    this.headerHint = HINT_BY_FLAGS[(hasStartTimes ? data[0]! : data[2]!) >>> 6]!;
    this.#startTimes = new StartTimeReader(hasStartTimes ? data[2]! : 0);
    if (this.sampleCount > this.reader.remainingBits) throw new CorruptError('chunk is cut short');
  }

  get timeMs(): number {
    return this.#timeMs;
  }

  get startTimeMs(): number {
    return this.#startTimes.startTimeMs;
  }

  next(): boolean {
    if (this.#index + 1 >= this.sampleCount) return false;
    const before = this.#timeMs;
    if (this.#index < 0) {
      this.layout = readBucketLayout(this.reader);
      this.positiveCount = countBuckets(this.layout.positiveSpans);
      this.negativeCount = countBuckets(this.layout.negativeSpans);
      this.#timeMs = readVarbitInt(this.reader);
      this.readFirst();
    } else {
      this.#timeDelta += readVarbitInt(this.reader);
      this.#timeMs += this.#timeDelta;
      if (!(this.#timeMs > before)) throw new CorruptError('samples of a chunk do not ascend in time');
      this.readNext();
    }
    this.#index++;
    this.#startTimes.read(this.reader, this.#index, this.#timeMs, before);
    return true;
  }

  protected hint(): CounterResetHint {
    if (this.headerHint === HINT_GAUGE) return HINT_GAUGE;
    return this.#index > 0 ? HINT_NOT_RESET : HINT_UNKNOWN;
  }

  protected abstract readFirst(): void;
  protected abstract readNext(): void;
}

class IntReader extends ChunkReader implements IntHistogramReader {
  readonly #sum = new XorColumn(1);
  readonly #sumWords = new Uint32Array(this.#sum.values.buffer);
  #count = 0;
  #zeroCount = 0;
  #countDelta = 0;
  #zeroCountDelta = 0;
  /** Bucket deltas, positive then negative, and how they last changed. */
  #buckets = NO_BUCKETS;
  #bucketDeltas = NO_BUCKETS;

  isStale(): boolean {
    return isStaleAt(this.#sumWords, 0);
  }

  intHistogram(): IntHistogram {
    if (this.isStale()) return { ...STALE_SHAPE, positiveDeltas: NO_BUCKETS, negativeDeltas: NO_BUCKETS };
    return {
      counterResetHint: this.hint(),
      ...this.layout!,
      count: this.#count,
      zeroCount: this.#zeroCount,
      sum: this.#sum.values[0]!,
      positiveDeltas: this.#buckets.slice(0, this.positiveCount),
      negativeDeltas: this.#buckets.slice(this.positiveCount),
    };
  }

  floatHistogram(): FloatHistogram {
    return toFloatHistogram(this.intHistogram());
  }

  protected readFirst(): void {
    this.#count = readVarbitUint(this.reader);
    this.#zeroCount = readVarbitUint(this.reader);
    this.#sum.readRaw(this.reader, 0);
    this.#buckets = new Float64Array(this.positiveCount + this.negativeCount);
    this.#bucketDeltas = new Float64Array(this.#buckets.length);
    for (let i = 0; i < this.#buckets.length; i++) this.#buckets[i] = readVarbitInt(this.reader);
  }

  protected readNext(): void {
    this.#countDelta += readVarbitInt(this.reader);
    this.#count += this.#countDelta;
    this.#zeroCountDelta += readVarbitInt(this.reader);
    this.#zeroCount += this.#zeroCountDelta;
    this.#sum.read(this.reader, 0);
    if (this.isStale()) return;
    const deltas = this.#bucketDeltas;
    for (let i = 0; i < deltas.length; i++) {
      deltas[i]! += readVarbitInt(this.reader);
      this.#buckets[i]! += deltas[i]!;
    }
  }
}

class FloatReader extends ChunkReader implements HistogramReader {
  #column = new XorColumn(3);
  #words = new Uint32Array(this.#column.values.buffer);

  isStale(): boolean {
    return isStaleAt(this.#words, 2);
  }

  floatHistogram(): FloatHistogram {
    const { values } = this.#column;
    if (this.isStale()) return { ...STALE_SHAPE, positiveBuckets: NO_BUCKETS, negativeBuckets: NO_BUCKETS };
    const split = 3 + this.positiveCount;
    return {
      counterResetHint: this.hint(),
      ...this.layout!,
      count: values[0]!,
      zeroCount: values[1]!,
      sum: values[2]!,
      positiveBuckets: values.slice(3, split),
      negativeBuckets: values.slice(split),
    };
  }

  protected readFirst(): void {
    this.#column = new XorColumn(3 + this.positiveCount + this.negativeCount);
    this.#words = new Uint32Array(this.#column.values.buffer);
    for (let i = 0; i < this.#column.values.length; i++) this.#column.readRaw(this.reader, i);
  }

  protected readNext(): void {
    const column = this.#column;
    for (let i = 0; i < 3; i++) column.read(this.reader, i);
    if (this.isStale()) return;
    for (let i = 3; i < column.values.length; i++) column.read(this.reader, i);
  }
}

/** Opens a chunk of encoding 2 or, with start times, 5. */
export function openIntHistogramChunk(data: Uint8Array, hasStartTimes: boolean): IntHistogramReader {
  return new IntReader(data, hasStartTimes);
}

/** Opens a chunk of encoding 3 or, with start times, 6. */
export function openFloatHistogramChunk(data: Uint8Array, hasStartTimes: boolean): HistogramReader {
  return new FloatReader(data, hasStartTimes);
}
