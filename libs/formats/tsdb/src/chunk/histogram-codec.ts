import { type FloatHistogram, HINT_UNKNOWN, type IntHistogram, type Span, sumDeltas } from '@telamon/model';
import type { BucketCounts, HistogramShape } from './appendability.ts';
import type { BitWriter } from './bit-writer.ts';
import { type BucketInsert, insertCounts, insertDeltas } from './bucket-inserts.ts';
import { ENCODING_FLOAT_HISTOGRAM, ENCODING_HISTOGRAM } from './chunk-encoding.ts';
import { writeVarbitInt, writeVarbitUint } from './varbit.ts';
import { XorColumn } from './xor-column.ts';

/** Spans and inserts that bring a histogram into another layout. */
export interface Relayout {
  readonly positiveSpans: readonly Span[];
  readonly negativeSpans: readonly Span[];
  readonly positiveInserts: readonly BucketInsert[];
  readonly negativeInserts: readonly BucketInsert[];
}

/** The part of a histogram appender that differs between integer and float histograms. One instance serves one chunk. */
export interface HistogramCodec<H extends HistogramShape> {
  readonly encoding: number;
  /** Whether a new chunk's header tells "not reset" and "unknown" apart (integer chunks do). */
  readonly isInteger: boolean;
  /** A codec for the next chunk. */
  fresh(): HistogramCodec<H>;
  /** Absolute counts. */
  counts(histogram: H): BucketCounts;
  /** Copy in another layout. */
  relayout(histogram: H, layout: Relayout): H;
  /** An empty histogram that stands for a staleness marker. */
  stale(): H;
  /** Appends everything of the first sample but layout and time. */
  writeFirst(writer: BitWriter, histogram: H): void;
  /** Appends everything of a further sample but the time. */
  writeNext(writer: BitWriter, histogram: H): void;
}

const NO_BUCKETS = new Float64Array(0);

/** Codec of encoding 2: counts as deltas of deltas, the sum as XOR. */
export class IntHistogramCodec implements HistogramCodec<IntHistogram> {
  readonly encoding: number = ENCODING_HISTOGRAM;
  readonly isInteger: boolean = true;
  readonly #sum = new XorColumn(1);
  #count = 0;
  #zeroCount = 0;
  #countDelta = 0;
  #zeroCountDelta = 0;
  #positive = NO_BUCKETS;
  #negative = NO_BUCKETS;
  #positiveDelta = NO_BUCKETS;
  #negativeDelta = NO_BUCKETS;

  fresh(): IntHistogramCodec {
    return new IntHistogramCodec();
  }

  counts(histogram: IntHistogram): BucketCounts {
    return { positive: sumDeltas(histogram.positiveDeltas), negative: sumDeltas(histogram.negativeDeltas) };
  }

  relayout(histogram: IntHistogram, layout: Relayout): IntHistogram {
    return {
      ...histogram,
      positiveSpans: layout.positiveSpans,
      negativeSpans: layout.negativeSpans,
      positiveDeltas: insertDeltas(histogram.positiveDeltas, layout.positiveInserts),
      negativeDeltas: insertDeltas(histogram.negativeDeltas, layout.negativeInserts),
    };
  }

  stale(): IntHistogram {
    return { ...STALE_SHAPE, positiveDeltas: NO_BUCKETS, negativeDeltas: NO_BUCKETS };
  }

  writeFirst(writer: BitWriter, histogram: IntHistogram): void {
    writeVarbitUint(writer, histogram.count);
    writeVarbitUint(writer, histogram.zeroCount);
    this.#sum.writeRaw(writer, 0, histogram.sum, histogram.isStale);
    this.#count = histogram.count;
    this.#zeroCount = histogram.zeroCount;
    this.#positive = histogram.positiveDeltas.slice();
    this.#negative = histogram.negativeDeltas.slice();
    this.#positiveDelta = new Float64Array(this.#positive.length);
    this.#negativeDelta = new Float64Array(this.#negative.length);
    for (const delta of this.#positive) writeVarbitInt(writer, delta);
    for (const delta of this.#negative) writeVarbitInt(writer, delta);
  }

  writeNext(writer: BitWriter, histogram: IntHistogram): void {
    const countDelta = histogram.count - this.#count;
    const zeroCountDelta = histogram.zeroCount - this.#zeroCount;
    const isStale = histogram.isStale === true;
    writeVarbitInt(writer, isStale ? 0 : countDelta - this.#countDelta);
    writeVarbitInt(writer, isStale ? 0 : zeroCountDelta - this.#zeroCountDelta);
    this.#sum.write(writer, 0, histogram.sum, isStale);
    this.#count = histogram.count;
    this.#zeroCount = histogram.zeroCount;
    this.#countDelta = countDelta;
    this.#zeroCountDelta = zeroCountDelta;
    if (isStale) return;
    writeDeltas(writer, histogram.positiveDeltas, this.#positive, this.#positiveDelta);
    writeDeltas(writer, histogram.negativeDeltas, this.#negative, this.#negativeDelta);
  }
}

function writeDeltas(writer: BitWriter, values: Float64Array, last: Float64Array, lastDelta: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const delta = values[i]! - last[i]!;
    writeVarbitInt(writer, delta - lastDelta[i]!);
    last[i] = values[i]!;
    lastDelta[i] = delta;
  }
}

/** Codec of encoding 3: every number as XOR to the one before. */
export class FloatHistogramCodec implements HistogramCodec<FloatHistogram> {
  readonly encoding: number = ENCODING_FLOAT_HISTOGRAM;
  readonly isInteger: boolean = false;
  #column = new XorColumn(3);

  fresh(): FloatHistogramCodec {
    return new FloatHistogramCodec();
  }

  counts(histogram: FloatHistogram): BucketCounts {
    return { positive: histogram.positiveBuckets, negative: histogram.negativeBuckets };
  }

  relayout(histogram: FloatHistogram, layout: Relayout): FloatHistogram {
    return {
      ...histogram,
      positiveSpans: layout.positiveSpans,
      negativeSpans: layout.negativeSpans,
      positiveBuckets: insertCounts(histogram.positiveBuckets, layout.positiveInserts),
      negativeBuckets: insertCounts(histogram.negativeBuckets, layout.negativeInserts),
    };
  }

  stale(): FloatHistogram {
    return { ...STALE_SHAPE, positiveBuckets: NO_BUCKETS, negativeBuckets: NO_BUCKETS };
  }

  writeFirst(writer: BitWriter, histogram: FloatHistogram): void {
    const { positiveBuckets, negativeBuckets } = histogram;
    const column = new XorColumn(3 + positiveBuckets.length + negativeBuckets.length);
    this.#column = column;
    let at = 0;
    column.writeRaw(writer, at++, histogram.count);
    column.writeRaw(writer, at++, histogram.zeroCount);
    column.writeRaw(writer, at++, histogram.sum, histogram.isStale);
    for (const count of positiveBuckets) column.writeRaw(writer, at++, count);
    for (const count of negativeBuckets) column.writeRaw(writer, at++, count);
  }

  writeNext(writer: BitWriter, histogram: FloatHistogram): void {
    const column = this.#column;
    let at = 0;
    column.write(writer, at++, histogram.count);
    column.write(writer, at++, histogram.zeroCount);
    column.write(writer, at++, histogram.sum, histogram.isStale);
    for (const count of histogram.positiveBuckets) column.write(writer, at++, count);
    for (const count of histogram.negativeBuckets) column.write(writer, at++, count);
  }
}

/** What a staleness marker has but its buckets, of which there are none. */
export const STALE_SHAPE: HistogramShape & { readonly isStale: true } = {
  isStale: true,
  counterResetHint: HINT_UNKNOWN,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: Number.NaN,
  positiveSpans: [],
  negativeSpans: [],
  customValues: NO_BUCKETS,
};
