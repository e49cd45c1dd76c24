import {
  detectReset,
  type FloatHistogram,
  HINT_NOT_RESET,
  HINT_RESET,
  HINT_UNKNOWN,
  type Labels,
  type SampleColumns,
} from '@telamon/model';
import type { Series } from './queryable.ts';

const NO_BUCKETS = new Float64Array(0);

/**
 * A series whose histograms are read without their buckets, for queries that only use count and sum. Resets are looked
 * for while the buckets are still there, so that hints say more than the storage knew.
 */
export class StatsSeries implements Series {
  readonly labels: Labels;
  readonly #series: Series;

  constructor(series: Series) {
    this.labels = series.labels;
    this.#series = series;
  }

  read(fromMs: number, toMs: number, into: SampleColumns): void {
    this.#series.read(fromMs, toMs, into);
    const { histograms } = into;
    if (histograms === undefined) return;
    let previous: FloatHistogram | undefined;
    const stripped: (FloatHistogram | undefined)[] = [];
    for (let i = 0; i < into.length; i++) {
      const current = histograms[i];
      if (current === undefined) continue;
      if (current.isStale) {
        stripped[i] = current;
        continue;
      }
      stripped[i] = withoutBuckets(current, previous);
      previous = current;
    }
    into.histograms = stripped;
  }
}

function withoutBuckets(current: FloatHistogram, previous: FloatHistogram | undefined): FloatHistogram {
  let hint = current.counterResetHint;
  if (hint === HINT_UNKNOWN && previous !== undefined) {
    hint = detectReset(current, previous) ? HINT_RESET : HINT_NOT_RESET;
  }
  return {
    counterResetHint: hint,
    schema: current.schema,
    zeroThreshold: 0,
    zeroCount: 0,
    count: current.count,
    sum: current.sum,
    positiveSpans: [],
    negativeSpans: [],
    positiveBuckets: NO_BUCKETS,
    negativeBuckets: NO_BUCKETS,
    customValues: NO_BUCKETS,
  };
}
