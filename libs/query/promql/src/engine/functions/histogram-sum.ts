import {
  addHistogram,
  compactHistogram,
  copyFloatHistogram,
  divideHistogram,
  type FloatHistogram,
  HINT_NOT_RESET,
  HINT_RESET,
  multiplyHistogram,
} from '@telamon/model';

/** A sum or mean of native histograms that grows one by one, and what there is to say about it. */
export class HistogramSum {
  /** Exponential and custom buckets met; there is no result. */
  isIncompatible = false;
  /** Custom bounds differed and were cut down to those in common. */
  isReconciled = false;
  #sum: FloatHistogram;
  #count = 1;
  /** The sum would overflow: from here on the mean is kept instead. */
  #isMean = false;
  #hasReset = false;
  #hasNotReset = false;

  constructor(first: FloatHistogram) {
    this.#sum = copyFloatHistogram(first);
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
      this.#addTo(this.#sum, histogram);
      return;
    }
    if (!this.#isMean) {
      const next = copyFloatHistogram(this.#sum);
      this.#addTo(next, histogram);
      if (!hasOverflow(next)) {
        this.#sum = next;
        return;
      }
      this.#isMean = true;
      divideHistogram(this.#sum, this.#count - 1);
    }
    multiplyHistogram(this.#sum, (this.#count - 1) / this.#count);
    this.#addTo(this.#sum, divideHistogram(copyFloatHistogram(histogram), this.#count));
  }

  /** The sum, without empty buckets. */
  sum(): FloatHistogram {
    return compactHistogram(this.#sum);
  }

  /** The mean, without empty buckets. */
  mean(): FloatHistogram {
    return compactHistogram(this.#isMean ? this.#sum : divideHistogram(this.#sum, this.#count));
  }

  #addTo(target: FloatHistogram, histogram: FloatHistogram): void {
    const outcome = addHistogram(target, histogram);
    if (outcome === undefined) this.isIncompatible = true;
    else if (outcome.isBoundsReconciled) this.isReconciled = true;
  }

  #noteHint(histogram: FloatHistogram): void {
    if (histogram.counterResetHint === HINT_RESET) this.#hasReset = true;
    if (histogram.counterResetHint === HINT_NOT_RESET) this.#hasNotReset = true;
  }
}

function hasOverflow(h: FloatHistogram): boolean {
  const isInfinite = (value: number): boolean => Math.abs(value) === Infinity;
  return (
    [h.count, h.sum, h.zeroCount].some(isInfinite) ||
    h.positiveBuckets.some(isInfinite) ||
    h.negativeBuckets.some(isInfinite)
  );
}
