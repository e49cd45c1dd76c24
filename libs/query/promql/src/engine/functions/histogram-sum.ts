import {
  addHistogram,
  compactHistogram,
  copyFloatHistogram,
  equalBounds,
  type FloatHistogram,
  HINT_NOT_RESET,
  HINT_RESET,
  type Span,
} from '@telamon/model';

/** What rounding took from the numbers of a histogram with the same layout. */
interface Compensation {
  count: number;
  sum: number;
  zeroCount: number;
  positiveBuckets: Float64Array;
  negativeBuckets: Float64Array;
}

/** A sum or mean of native histograms that grows one by one, compensated for rounding, and what there is to say about it. */
export class HistogramSum {
  /** Exponential and custom buckets met; there is no result. */
  isIncompatible = false;
  /** Custom bounds differed and were cut down to those in common. */
  isReconciled = false;
  #sum: FloatHistogram;
  #compensation: Compensation;
  #count = 1;
  /** The sum would overflow: from here on the mean is kept instead. */
  #isMean = false;
  #hasReset = false;
  #hasNotReset = false;

  constructor(first: FloatHistogram) {
    this.#sum = copyFloatHistogram(first);
    this.#compensation = noCompensation(first);
    this.#noteHint(first);
  }

  /** Hints that contradict each other were met. */
  get isCollision(): boolean {
    return this.#hasReset && this.#hasNotReset;
  }

  /** Adds a histogram; `keepsMean` guards against overflow, for averages. */
  add(histogram: FloatHistogram, keepsMean: boolean): void {
    if (this.isIncompatible) return;
    this.#noteHint(histogram);
    this.#count++;
    if (!keepsMean) {
      this.#include(histogram);
      return;
    }
    if (!this.#isMean) {
      const sum = copyFloatHistogram(this.#sum);
      const compensation = copyCompensation(this.#compensation);
      this.#include(histogram);
      if (this.isIncompatible || !hasOverflow(this.#sum)) return;
      this.#sum = sum;
      this.#compensation = compensation;
      this.#isMean = true;
      divide(this.#sum, this.#count - 1);
      divide(this.#compensation, this.#count - 1);
    }
    const weight = (this.#count - 1) / this.#count;
    scale(this.#sum, weight);
    scale(this.#compensation, weight);
    const part = copyFloatHistogram(histogram);
    divide(part, this.#count);
    this.#include(part);
  }

  /** The sum, without empty buckets. */
  sum(): FloatHistogram {
    this.#fold();
    return compactHistogram(this.#sum);
  }

  /** The mean, without empty buckets. */
  mean(): FloatHistogram {
    if (!this.#isMean) {
      divide(this.#sum, this.#count);
      divide(this.#compensation, this.#count);
    }
    this.#fold();
    return compactHistogram(this.#sum);
  }

  #include(histogram: FloatHistogram): void {
    if (!isSameLayout(this.#sum, histogram)) this.#foldBuckets();
    const { count, sum, zeroCount } = this.#sum;
    const positive = this.#sum.positiveBuckets.slice();
    const negative = this.#sum.negativeBuckets.slice();
    const isSame = isSameLayout(this.#sum, histogram);
    const outcome = addHistogram(this.#sum, histogram);
    if (outcome === undefined) {
      this.isIncompatible = true;
      return;
    }
    if (outcome.isBoundsReconciled) this.isReconciled = true;
    const lost = this.#compensation;
    lost.count = compensate(lost.count, count, histogram.count);
    lost.sum = compensate(lost.sum, sum, histogram.sum);
    if (!isSame) {
      lost.positiveBuckets = new Float64Array(this.#sum.positiveBuckets.length);
      lost.negativeBuckets = new Float64Array(this.#sum.negativeBuckets.length);
      return;
    }
    lost.zeroCount = compensate(lost.zeroCount, zeroCount, histogram.zeroCount);
    compensateAll(lost.positiveBuckets, positive, histogram.positiveBuckets);
    compensateAll(lost.negativeBuckets, negative, histogram.negativeBuckets);
  }

  /** Gives back what was lost, before the layout changes. */
  #foldBuckets(): void {
    const lost = this.#compensation;
    this.#sum.zeroCount += lost.zeroCount;
    lost.zeroCount = 0;
    addAll(this.#sum.positiveBuckets, lost.positiveBuckets);
    addAll(this.#sum.negativeBuckets, lost.negativeBuckets);
  }

  #fold(): void {
    this.#foldBuckets();
    const lost = this.#compensation;
    this.#sum.count += lost.count;
    this.#sum.sum += lost.sum;
    lost.count = 0;
    lost.sum = 0;
    lost.positiveBuckets.fill(0);
    lost.negativeBuckets.fill(0);
  }

  #noteHint(histogram: FloatHistogram): void {
    if (histogram.counterResetHint === HINT_RESET) this.#hasReset = true;
    if (histogram.counterResetHint === HINT_NOT_RESET) this.#hasNotReset = true;
  }
}

function noCompensation(like: FloatHistogram): Compensation {
  return {
    count: 0,
    sum: 0,
    zeroCount: 0,
    positiveBuckets: new Float64Array(like.positiveBuckets.length),
    negativeBuckets: new Float64Array(like.negativeBuckets.length),
  };
}

function copyCompensation(from: Compensation): Compensation {
  return { ...from, positiveBuckets: from.positiveBuckets.slice(), negativeBuckets: from.negativeBuckets.slice() };
}

/** Neumaier's compensation after `value` was added to `before`. */
function compensate(lost: number, before: number, value: number): number {
  const after = before + value;
  if (Math.abs(after) === Infinity) return 0;
  return lost + (Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before);
}

function compensateAll(lost: Float64Array, before: Float64Array, values: Float64Array): void {
  for (let i = 0; i < lost.length; i++) lost[i] = compensate(lost[i]!, before[i]!, values[i]!);
}

function addAll(target: Float64Array, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) target[i]! += values[i]!;
}

function scale(target: Compensation, factor: number): void {
  target.count *= factor;
  target.sum *= factor;
  target.zeroCount *= factor;
  for (const buckets of [target.positiveBuckets, target.negativeBuckets]) {
    for (let i = 0; i < buckets.length; i++) buckets[i]! *= factor;
  }
}

function divide(target: Compensation, divisor: number): void {
  target.count /= divisor;
  target.sum /= divisor;
  target.zeroCount /= divisor;
  for (const buckets of [target.positiveBuckets, target.negativeBuckets]) {
    for (let i = 0; i < buckets.length; i++) buckets[i]! /= divisor;
  }
}

function isSameLayout(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    equalBounds(a.customValues, b.customValues) &&
    areSameSpans(a.positiveSpans, b.positiveSpans) &&
    areSameSpans(a.negativeSpans, b.negativeSpans) &&
    a.positiveBuckets.length === b.positiveBuckets.length &&
    a.negativeBuckets.length === b.negativeBuckets.length
  );
}

function areSameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  return a.length === b.length && a.every(({ offset, length }, i) => offset === b[i]!.offset && length === b[i]!.length);
}

function hasOverflow(h: FloatHistogram): boolean {
  const isInfinite = (value: number): boolean => Math.abs(value) === Infinity;
  return (
    [h.count, h.sum, h.zeroCount].some(isInfinite) || h.positiveBuckets.some(isInfinite) || h.negativeBuckets.some(isInfinite)
  );
}
