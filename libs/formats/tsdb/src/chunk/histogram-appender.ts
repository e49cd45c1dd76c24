import {
  type CounterResetHint,
  type FloatHistogram,
  HINT_GAUGE,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type IntHistogram,
} from '@telamon/model';
import { type BucketCounts, examineCounter, examineGauge, type HeldHistogram, type HistogramShape } from './appendability.ts';
import { BitWriter } from './bit-writer.ts';
import { type SpanMerge, spansWithInserts } from './bucket-inserts.ts';
import { type BucketLayout, writeBucketLayout } from './bucket-layout.ts';
import { MAX_SAMPLES_PER_CHUNK } from './chunk-encoding.ts';
import { FloatHistogramCodec, type HistogramCodec, IntHistogramCodec, type Relayout } from './histogram-codec.ts';
import { openFloatHistogramChunk, openIntHistogramChunk } from './histogram-reader.ts';
import { writeVarbitInt } from './varbit.ts';

const HEADER_BYTES = 3;
const FLAGS_AT = 2;
/** Header bits by counter reset hint: unknown 00, reset 10, not reset 01, gauge 11. */
const FLAGS_BY_HINT: readonly number[] = [0x00, 0x80, 0x40, 0xc0];

/** Reads back the histograms of a chunk, for recoding. */
type ChunkRows<H> = (data: Uint8Array) => Iterable<{ readonly timeMs: number; readonly histogram: H }>;

/**
 * Writes a native histogram chunk (encoding 2 or 3), byte for byte as Prometheus does.
 *
 * ```
 * ┌───────────┬───────────┬────────┬──────────────┬─────────────────────────────────────┬──────────┬─────
 * │ count u16 │ flags u8  │ layout │ t varbit int │ count, zero count, sum, +/- buckets │ ΔΔt, ... │ ...
 * └───────────┴───────────┴────────┴──────────────┴─────────────────────────────────────┴──────────┴─────
 *               top two bits: 10 counter reset, 01 no reset, 11 gauge, 00 unknown
 * encoding 2: counts varbit uint and bucket deltas varbit int, then all as ΔΔ varbit int; sum raw, then XOR
 * encoding 3: everything raw, then XOR
 * ```
 * A staleness marker is written as its sum alone, without buckets.
 */
export class HistogramChunkAppender<H extends HistogramShape> {
  #codec: HistogramCodec<H>;
  readonly #rows: ChunkRows<H>;
  #writer = new BitWriter(HEADER_BYTES, 128);
  #count = 0;
  #minTimeMs = 0;
  #timeMs = Number.NEGATIVE_INFINITY;
  #timeDelta = 0;
  #hint: CounterResetHint = HINT_UNKNOWN;
  #layout: BucketLayout | undefined;
  #last: H | undefined;
  #counts: BucketCounts | undefined;

  constructor(codec: HistogramCodec<H>, rows: ChunkRows<H>) {
    this.#codec = codec;
    this.#rows = rows;
  }

  /** 2 or 3. */
  get encoding(): number {
    return this.#codec.encoding;
  }

  /** Samples so far. */
  get sampleCount(): number {
    return this.#count;
  }

  /** Bytes so far; what `bytes().length` would be. */
  get sizeBytes(): number {
    return this.#writer.sizeBytes;
  }

  /** Time of the first sample; meaningless when empty. */
  get minTimeMs(): number {
    return this.#minTimeMs;
  }

  /** Time of the newest sample, -Infinity when empty. */
  get maxTimeMs(): number {
    return this.#timeMs;
  }

  /** What the header says about a reset before the chunk. */
  get counterResetHint(): CounterResetHint {
    return this.#hint;
  }

  /** The chunk so far: a view that later appends may outdate. Copy it to keep it. */
  bytes(): Uint8Array {
    return this.#writer.bytes();
  }

  /**
   * Appends a histogram newer than all before and returns the appender that holds it: this one (the chunk may have been
   * written anew with more buckets), or, when the histogram does not fit, a new one; the caller then closes this chunk.
   * `previous`, the appender of the chunk before, tells for the first sample whether a reset lies between.
   * The histogram is not changed. Throws assertions when the time does not ascend or the chunk is full.
   */
  append(timeMs: number, histogram: H, previous?: HistogramChunkAppender<H>): HistogramChunkAppender<H> {
    if (!(timeMs > this.#timeMs)) throw new Error(`histogram chunk: time ${timeMs} is not after ${this.#timeMs}`);
    if (this.#count === MAX_SAMPLES_PER_CHUNK) throw new Error('histogram chunk: full');
    if (this.#count === 0) {
      this.#appendFirst(timeMs, histogram, previous);
      return this;
    }
    return histogram.counterResetHint === HINT_GAUGE
      ? this.#appendGauge(timeMs, histogram)
      : this.#appendCounter(timeMs, histogram);
  }

  #appendFirst(timeMs: number, histogram: H, previous: HistogramChunkAppender<H> | undefined): void {
    this.#write(timeMs, histogram);
    const { counterResetHint } = histogram;
    if (counterResetHint === HINT_GAUGE || counterResetHint === HINT_RESET) this.#setHint(counterResetHint);
    else if (previous !== undefined && previous.#count > 0) {
      const { verdict } = examineCounter(previous.#held(), histogram, this.#codec.counts(histogram));
      if (this.#codec.isInteger) this.#setHint(verdict);
      else this.#setHint(verdict === HINT_RESET ? HINT_RESET : HINT_NOT_RESET);
    }
  }

  #appendCounter(timeMs: number, histogram: H): HistogramChunkAppender<H> {
    const found = examineCounter(this.#held(), histogram, this.#codec.counts(histogram));
    if (!found.isAppendable) {
      const hint = this.#codec.isInteger || found.verdict === HINT_RESET ? found.verdict : HINT_UNKNOWN;
      return this.#startNext(timeMs, histogram, hint);
    }
    let adapted = histogram;
    const { positive, negative } = found;
    const isForward = positive.forward.length + negative.forward.length > 0;
    if (positive.backward.length + negative.backward.length > 0) {
      const layout = this.#layout!;
      adapted = this.#codec.relayout(histogram, {
        positiveSpans: isForward ? spansWithInserts(histogram.positiveSpans, positive.backward) : layout.positiveSpans,
        negativeSpans: isForward ? spansWithInserts(histogram.negativeSpans, negative.backward) : layout.negativeSpans,
        positiveInserts: positive.backward,
        negativeInserts: negative.backward,
      });
    }
    if (isForward) this.#recode(forwardLayout(adapted, positive, negative));
    this.#write(timeMs, adapted);
    return this;
  }

  #appendGauge(timeMs: number, histogram: H): HistogramChunkAppender<H> {
    const merge = examineGauge(this.#held(), histogram);
    if (merge === undefined) return this.#startNext(timeMs, histogram, HINT_GAUGE);
    const { positive, negative } = merge;
    let adapted = histogram;
    if (positive.backward.length + negative.backward.length > 0) {
      adapted = this.#codec.relayout(histogram, {
        positiveSpans: positive.spans,
        negativeSpans: negative.spans,
        positiveInserts: positive.backward,
        negativeInserts: negative.backward,
      });
    }
    if (positive.forward.length + negative.forward.length > 0) this.#recode(forwardLayout(adapted, positive, negative));
    this.#write(timeMs, adapted);
    return this;
  }

  #startNext(timeMs: number, histogram: H, hint: CounterResetHint): HistogramChunkAppender<H> {
    const next = new HistogramChunkAppender<H>(this.#codec.fresh(), this.#rows);
    next.#write(timeMs, histogram);
    next.#setHint(hint);
    return next;
  }

  /** Writes all samples anew with more buckets; the header stays. */
  #recode(layout: Relayout): void {
    const rows = this.#rows(this.bytes().slice());
    const hint = this.#hint;
    this.#writer = new BitWriter(HEADER_BYTES, this.#writer.sizeBytes * 2);
    this.#codec = this.#codec.fresh();
    this.#count = 0;
    for (const row of rows) this.#write(row.timeMs, this.#codec.relayout(row.histogram, layout));
    this.#setHint(hint);
  }

  #write(timeMs: number, histogram: H): void {
    const sample = histogram.isStale ? this.#codec.stale() : histogram;
    if (this.#count === 0) {
      this.#layout = {
        schema: sample.schema,
        zeroThreshold: sample.zeroThreshold,
        positiveSpans: sample.positiveSpans.slice(),
        negativeSpans: sample.negativeSpans.slice(),
        customValues: sample.customValues.slice(),
      };
      writeBucketLayout(this.#writer, this.#layout);
      writeVarbitInt(this.#writer, timeMs);
      this.#codec.writeFirst(this.#writer, sample);
      this.#minTimeMs = timeMs;
      this.#timeDelta = 0;
    } else {
      const delta = timeMs - this.#timeMs;
      writeVarbitInt(this.#writer, delta - this.#timeDelta);
      this.#codec.writeNext(this.#writer, sample);
      this.#timeDelta = delta;
    }
    this.#timeMs = timeMs;
    this.#last = sample;
    this.#counts = undefined;
    this.#count++;
    this.#writer.setByte(0, this.#count >>> 8);
    this.#writer.setByte(1, this.#count & 0xff);
  }

  #held(): HeldHistogram {
    const last = this.#last!;
    this.#counts ??= this.#codec.counts(last);
    return {
      isGauge: this.#hint === HINT_GAUGE,
      isStale: last.isStale === true,
      layout: this.#layout!,
      count: last.count,
      zeroCount: last.zeroCount,
      counts: this.#counts,
    };
  }

  #setHint(hint: CounterResetHint): void {
    this.#hint = hint;
    this.#writer.setByte(FLAGS_AT, FLAGS_BY_HINT[hint]!);
  }
}

function forwardLayout(histogram: HistogramShape, positive: SpanMerge, negative: SpanMerge): Relayout {
  return {
    positiveSpans: histogram.positiveSpans,
    negativeSpans: histogram.negativeSpans,
    positiveInserts: positive.forward,
    negativeInserts: negative.forward,
  };
}

/** An empty appender for integer native histograms (encoding 2). */
export function createHistogramAppender(): HistogramChunkAppender<IntHistogram> {
  return new HistogramChunkAppender(new IntHistogramCodec(), intRows);
}

/** An empty appender for float native histograms (encoding 3). */
export function createFloatHistogramAppender(): HistogramChunkAppender<FloatHistogram> {
  return new HistogramChunkAppender(new FloatHistogramCodec(), floatRows);
}

function* intRows(data: Uint8Array): Iterable<{ timeMs: number; histogram: IntHistogram }> {
  const reader = openIntHistogramChunk(data, false);
  while (reader.next()) yield { timeMs: reader.timeMs, histogram: reader.intHistogram() };
}

function* floatRows(data: Uint8Array): Iterable<{ timeMs: number; histogram: FloatHistogram }> {
  const reader = openFloatHistogramChunk(data, false);
  while (reader.next()) yield { timeMs: reader.timeMs, histogram: reader.floatHistogram() };
}
