import { formatG } from '@telamon/model';
import type { PositionRange } from '../parser/ast.ts';
import { quoteGo } from '../parser/go-quote.ts';
import { describePosition } from '../parser/parse-errors.ts';
import { formatTwoDigits } from './go-format.ts';

/** Operation on histograms that a note speaks of. */
export type HistogramOperation = 'addition' | 'subtraction' | 'aggregation';

/** How the counts of buckets had to be bent, which a forced-monotonicity note sums up. */
export interface MonotonicityFix {
  readonly timeMs: number;
  readonly minBucket: number;
  readonly maxBucket: number;
  readonly maxDifference: number;
}

interface Note {
  readonly isWarning: boolean;
  readonly text: string;
  readonly position: PositionRange;
  /** Prints what was gathered over several occurrences. */
  readonly detail?: () => string;
}

interface MonotonicityTotal {
  minTimeMs: number;
  maxTimeMs: number;
  minBucket: number;
  maxBucket: number;
  maxDifference: number;
  count: number;
}

/**
 * Warnings and infos of one query. Equal texts are one note, whose position is that of the latest; texts are Prometheus'.
 */
export class Annotations {
  readonly #notes = new Map<string, Note>();
  readonly #fixes = new Map<string, MonotonicityTotal>();
  readonly #overlaps = new Map<string, { count: number }>();

  /** Adds a warning. */
  warn(text: string, position: PositionRange): void {
    this.#notes.set(text, { isWarning: true, text: `PromQL warning: ${text}`, position });
  }

  /** Adds an info. */
  info(text: string, position: PositionRange): void {
    this.#notes.set(`i${text}`, { isWarning: false, text: `PromQL info: ${text}`, position });
  }

  /** Notes that buckets of a classic histogram were made monotonic; occurrences are summed up. */
  forcedMonotonicity(metricName: string, position: PositionRange, fix: MonotonicityFix): void {
    const text = withMetricName(
      'input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)',
      metricName,
    );
    const total = this.#fixes.get(text);
    if (total === undefined) {
      const { timeMs, minBucket, maxBucket, maxDifference } = fix;
      this.#fixes.set(text, { minTimeMs: timeMs, maxTimeMs: timeMs, minBucket, maxBucket, maxDifference, count: 1 });
    } else {
      total.minTimeMs = Math.min(total.minTimeMs, fix.timeMs);
      total.maxTimeMs = Math.max(total.maxTimeMs, fix.timeMs);
      total.minBucket = Math.min(total.minBucket, fix.minBucket);
      total.maxBucket = Math.max(total.maxBucket, fix.maxBucket);
      total.maxDifference = Math.max(total.maxDifference, fix.maxDifference);
      total.count++;
    }
    if (this.#notes.has(`i${text}`)) return;
    const detail = (): string => describeFixes(this.#fixes.get(text)!);
    this.#notes.set(`i${text}`, { isWarning: false, text: `PromQL info: ${text}`, position, detail });
  }

  /** Notes that a sample's start time lies before the sample that precedes it; occurrences are counted. */
  startTimeOverlap(metricName: string, position: PositionRange): void {
    const text = `sample has start time that overlaps with previous sample timestamp for metric ${quoteGo(metricName)}`;
    const seen = this.#overlaps.get(text);
    if (seen !== undefined) {
      seen.count++;
      return;
    }
    const counter = { count: 1 };
    this.#overlaps.set(text, counter);
    const detail = (): string => (counter.count > 1 ? ` (${counter.count} occurrences)` : '');
    this.#notes.set(text, { isWarning: true, text: `PromQL warning: ${text}`, position, detail });
  }

  /** Texts with ` (line:col)`; without positions and details when the query's text is not known. */
  render(query: string): { warnings: string[]; infos: string[] } {
    const warnings: string[] = [];
    const infos: string[] = [];
    for (const note of this.#notes.values()) {
      const text =
        query === '' ? note.text : `${note.text}${note.detail?.() ?? ''} (${describePosition(query, note.position.start)})`;
      (note.isWarning ? warnings : infos).push(text);
    }
    return { warnings, infos };
  }
}

function describeFixes(total: MonotonicityTotal): string {
  const from = formatG(total.minBucket);
  const to = formatG(total.maxBucket);
  return `, from buckets ${from} to ${to}, with a max diff of ${formatTwoDigits(total.maxDifference)}, over ${total.count} samples from ${rfc3339(total.minTimeMs)} to ${rfc3339(total.maxTimeMs)}`;
}

function rfc3339(timeMs: number): string {
  return `${new Date(Math.trunc(timeMs / 1000) * 1000).toISOString().slice(0, -5)}Z`;
}

/** Appends the metric's name to a text when it is known. */
function withMetricName(text: string, metricName: string): string {
  return metricName === '' ? text : `${text} for metric name ${quoteGo(metricName)}`;
}

/** Texts of the notes that more than one operator or function gives. */
export const noteTexts = {
  invalidQuantile: (q: number): string => `quantile value should be between 0 and 1, got ${formatG(q)}`,
  invalidRatio: (ratio: number, cap: number): string =>
    `ratio value should be between -1 and 1, got ${formatG(ratio)}, capping to ${formatG(cap)}`,
  badBucketLabel: (metricName: string, label: string): string =>
    withMetricName(`bucket label "le" is missing or has a malformed value of ${quoteGo(label)}`, metricName),
  mixedFloatsHistograms: (metricName: string): string =>
    `encountered a mix of histograms and floats for metric name ${quoteGo(metricName)}`,
  mixedFloatsHistogramsAggregation: 'encountered a mix of histograms and floats for aggregation',
  mixedClassicNative: (metricName: string): string =>
    withMetricName('vector contains a mix of classic and native histograms', metricName),
  notCounter: (metricName: string): string => `this native histogram metric is not a counter: ${quoteGo(metricName)}`,
  notGauge: (metricName: string): string => `this native histogram metric is not a gauge: ${quoteGo(metricName)}`,
  mixedSchemas: (metricName: string): string =>
    `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${quoteGo(metricName)}`,
  incompatibleLayout: (operator: string): string => `incompatible bucket layout encountered for binary operator ${operator}`,
  sortInRangeQuery: 'sort is ineffective for range queries since results are always ordered by labels',
  possibleNonCounter: (metricName: string): string =>
    `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${quoteGo(metricName)}`,
  possibleNonCounterLabel: (metricName: string, type: string): string =>
    `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${quoteGo(type)}: ${quoteGo(metricName)}`,
  incompatibleTypes: (left: string, operator: string, right: string): string =>
    `incompatible sample types encountered for binary operator ${quoteGo(operator)}: ${left} ${operator} ${right}`,
  histogramIgnoredInAggregation: (aggregation: string): string => `ignored histogram in ${aggregation} aggregation`,
  histogramIgnoredInRange: (metricName: string): string =>
    `ignored histograms in a range containing both floats and histograms for metric name ${quoteGo(metricName)}`,
  quantileOfNaN: (metricName: string): string =>
    withMetricName('input to histogram_quantile has NaN observations, result is NaN', metricName),
  quantileSkewed: (metricName: string): string =>
    withMetricName('input to histogram_quantile has NaN observations, result is skewed higher', metricName),
  fractionOfNaN: (metricName: string): string =>
    withMetricName('input to histogram_fraction has NaN observations, which are excluded from all fractions', metricName),
  counterResetCollision: (operation: HistogramOperation): string => `conflicting counter resets during histogram ${operation}`,
  mismatchedCustomBuckets: (operation: HistogramOperation): string =>
    `mismatched custom buckets were reconciled during ${operation}`,
} as const;
