import {
  compactHistogram,
  copyFloatHistogram,
  type FloatHistogram,
  formatHistogramExpression,
  isStaleAt,
  type Labels,
} from '@telamon/model';
import { almostEqual } from '../engine/float-math.ts';
import type { MatrixSeries, QueryValue, VectorSample } from '../engine/result.ts';
import type { EvalCommand, ExpectedSeries } from './script.ts';
import type { SequenceValue } from './sequence-value.ts';

/** Relative error that results may have. */
const EPSILON = 1e-6;

/** What differs between a result and what is expected, undefined when nothing does. */
export function compareResult(command: EvalCommand, value: QueryValue): string | undefined {
  switch (value.type) {
    case 'string':
      return value.value === command.expectedString
        ? undefined
        : `expected string "${command.expectedString}", got "${value.value}"`;
    case 'scalar':
      return compareScalar(command, value.value);
    case 'vector':
      return command.expectsScalar ? 'expected a scalar, got a vector' : compareVector(command, value.samples);
    case 'matrix':
      return compareMatrix(command, value.series);
  }
}

function compareScalar(command: EvalCommand, value: number): string | undefined {
  if (!command.expectsScalar) return `expected a vector or matrix, got the scalar ${value}`;
  const expected = command.expected[0]!.values[0]!;
  return isFloat(expected, value) ? undefined : `expected the scalar ${expected.value}, got ${value}`;
}

/** Compares the samples of an instant vector, in order if the command says so. */
export function compareVector(command: EvalCommand, samples: readonly VectorSample[]): string | undefined {
  const seen = new Set<ExpectedSeries>();
  for (let i = 0; i < samples.length; i++) {
    const { labels, value, histogram } = samples[i]!;
    const got = histogram === undefined ? String(value) : formatHistogramExpression(histogram);
    const expected = findExpected(command, labels);
    if (expected === undefined) return `unexpected ${labels} = ${got}`;
    if (command.isOrdered && expected.position !== i + 1) {
      return `expected ${labels} at position ${expected.position}, got it at ${i + 1}`;
    }
    const wanted = expected.values[0]!;
    if (!isSame(wanted, value, histogram)) return `expected ${labels} = ${describe(wanted)}, got ${got}`;
    seen.add(expected);
  }
  return missing(command, seen);
}

function compareMatrix(command: EvalCommand, series: readonly MatrixSeries[]): string | undefined {
  if (command.isOrdered) return 'expected an ordered result, got a matrix';
  if (command.expectsScalar) return 'expected a scalar, got a matrix';
  const disorder = findDisorder(series);
  if (disorder !== undefined) return disorder;
  const seen = new Set<ExpectedSeries>();
  for (const one of series) {
    const expected = findExpected(command, one.labels);
    if (expected === undefined) return `unexpected series ${one.labels} with ${[...one.values].join(' ')}`;
    seen.add(expected);
    const difference = compareSeries(command, expected, one);
    if (difference !== undefined) return difference;
  }
  return missing(command, seen);
}

function findDisorder(series: readonly MatrixSeries[]): string | undefined {
  for (let i = 1; i < series.length; i++) {
    if (series[i - 1]!.labels.compare(series[i]!.labels) > 0) return `series are not sorted at ${series[i]!.labels}`;
  }
  return undefined;
}

function compareSeries(command: EvalCommand, expected: ExpectedSeries, series: MatrixSeries): string | undefined {
  let floats = 0;
  let histograms = 0;
  const has = `${series.labels} has ${[...series.values].map((v, i) => `${v}@${series.timesMs[i]}`).join(' ')} and ${series.histograms.map(formatHistogramExpression).join(' ')}`;
  for (let i = 0; i < expected.values.length; i++) {
    const wanted = expected.values[i]!;
    if (wanted.isOmitted) continue;
    const timeMs = command.startMs + i * command.stepMs;
    if (timeMs > command.endMs) return `more points expected for ${series.labels} than the range has`;
    const index = wanted.histogram === undefined ? floats++ : histograms++;
    const times = wanted.histogram === undefined ? series.timesMs : series.histogramTimesMs;
    const histogram = wanted.histogram === undefined ? undefined : series.histograms[index];
    if (times[index] !== timeMs || !isSame(wanted, series.values[index]!, histogram)) {
      return `expected ${describe(wanted)} at ${timeMs}: ${has}`;
    }
  }
  if (floats === series.values.length && histograms === series.histograms.length) return undefined;
  return `expected ${floats} floats and ${histograms} histograms: ${has}`;
}

function findExpected(command: EvalCommand, labels: Labels): ExpectedSeries | undefined {
  return command.expected.find((expected) => expected.labels.equals(labels));
}

function missing(command: EvalCommand, seen: ReadonlySet<ExpectedSeries>): string | undefined {
  const left = command.expected.find((expected) => !seen.has(expected));
  return left === undefined ? undefined : `expected ${left.labels} = ${left.values.map(describe).join(' ')}, not found`;
}

function describe(value: SequenceValue): string {
  if (value.isOmitted) return '_';
  return value.histogram === undefined ? String(value.value) : formatHistogramExpression(value.histogram);
}

function isSame(expected: SequenceValue, value: number, histogram: FloatHistogram | undefined): boolean {
  if (expected.histogram !== undefined && histogram !== undefined) {
    return isSameHistogram(expected.histogram, histogram, expected.hasHint);
  }
  return expected.histogram === undefined && histogram === undefined && isFloat(expected, value);
}

function isFloat(expected: SequenceValue, value: number): boolean {
  if (expected.isStale || isStale(value)) return expected.isStale && isStale(value);
  return almostEqual(expected.value, value, EPSILON);
}

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** As far as a number can tell: on its way here the marker may have become another NaN. */
function isStale(value: number): boolean {
  scratch[0] = value;
  return isStaleAt(scratchWords, 0);
}

/** Equality of histograms within the tolerance; the reset hint counts only when it was written out. */
function isSameHistogram(expected: FloatHistogram, actual: FloatHistogram, withHint: boolean): boolean {
  const a = compactHistogram(copyFloatHistogram(expected));
  const b = compactHistogram(copyFloatHistogram(actual));
  if (withHint && a.counterResetHint !== b.counterResetHint) return false;
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.count, b.count, EPSILON) &&
    almostEqual(a.sum, b.sum, EPSILON) &&
    almostEqual(a.zeroCount, b.zeroCount, EPSILON) &&
    isSameList(a.customValues, b.customValues) &&
    isSameSide(a.positiveSpans, a.positiveBuckets, b.positiveSpans, b.positiveBuckets) &&
    isSameSide(a.negativeSpans, a.negativeBuckets, b.negativeSpans, b.negativeBuckets)
  );
}

function isSameList(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, i) => almostEqual(value, b[i]!, EPSILON));
}

function isSameSide(
  aSpans: FloatHistogram['positiveSpans'],
  aBuckets: Float64Array,
  bSpans: FloatHistogram['positiveSpans'],
  bBuckets: Float64Array,
): boolean {
  const areSpansSame =
    aSpans.length === bSpans.length &&
    aSpans.every(({ offset, length }, i) => offset === bSpans[i]!.offset && length === bSpans[i]!.length);
  return areSpansSame && isSameList(aBuckets, bBuckets);
}
