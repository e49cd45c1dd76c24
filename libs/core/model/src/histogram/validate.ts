import { CUSTOM_BUCKETS_SCHEMA, type FloatHistogram, type IntHistogram, type Span } from '../histogram.ts';
import { formatG, formatScalar } from '../number-text.ts';
import { TelamonError } from '../telamon-error.ts';
import { MAX_EXPONENTIAL_SCHEMA, MAX_RESERVED_SCHEMA, MIN_EXPONENTIAL_SCHEMA, MIN_RESERVED_SCHEMA } from './bucket-bounds.ts';
import { isIntHistogram, sumDeltas } from './shape.ts';

const ID = 'err-mimir-native-histogram-';

/** Whether a schema is known, though it may have to be reduced to 8: -9..52 and -53. */
export function isKnownSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA || (schema >= MIN_RESERVED_SCHEMA && schema <= MAX_RESERVED_SCHEMA);
}

/** Whether a schema is one that is stored: -4..8 and -53. */
export function isValidSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA || (schema >= MIN_EXPONENTIAL_SCHEMA && schema <= MAX_EXPONENTIAL_SCHEMA);
}

/**
 * Checks a histogram as Prometheus does on append: schema, spans against buckets, counts, custom bounds. Throws a
 * {@link TelamonError} of status 400 with Mimir's id and Prometheus' text. A float histogram's count is not compared with
 * its buckets, because of rounding. Cost: O(buckets).
 */
export function validateHistogram(histogram: IntHistogram | FloatHistogram): void {
  const isInt = isIntHistogram(histogram);
  const positive = isInt ? sumDeltas(histogram.positiveDeltas) : histogram.positiveBuckets;
  const negative = isInt ? sumDeltas(histogram.negativeDeltas) : histogram.negativeBuckets;
  if (histogram.schema === CUSTOM_BUCKETS_SCHEMA) checkCustom(histogram, positive, negative);
  else if (isValidSchema(histogram.schema)) checkExponential(histogram, positive, negative);
  else refuseSchema(histogram.schema);
  if (!isInt && histogram.count < 0) {
    refuse('negative-count', `observation count is  ${formatG(histogram.count)}: histogram's observation count is negative`);
  }
  const format = isInt ? formatScalar : formatG;
  const inNegative = checkCounts(negative, 'negative side', format);
  const inPositive = checkCounts(positive, 'positive side', format);
  if (isInt) checkSum(histogram, inNegative + inPositive + histogram.zeroCount);
}

function checkCustom(histogram: IntHistogram | FloatHistogram, positive: Float64Array, negative: Float64Array): void {
  checkBounds(histogram.customValues);
  checkSpans(histogram.positiveSpans, positive.length, { side: 'custom buckets', firstMayBeNegative: false });
  const covered = histogram.positiveSpans.reduce((sum, span) => sum + span.offset + span.length, 0);
  if (histogram.customValues.length + 1 < covered) {
    const bounds = histogram.customValues.length;
    refuse(
      'custom-buckets-mismatch',
      `custom buckets: only ${bounds} custom bounds defined which is insufficient to cover total span length of ${covered}: histogram custom bounds are too few`,
    );
  }
  if (histogram.zeroCount !== 0) refuse('custom-buckets-zero-count', 'custom buckets: must have zero count of 0');
  if (histogram.zeroThreshold !== 0) refuse('custom-buckets-zero-threshold', 'custom buckets: must have zero threshold of 0');
  if (histogram.negativeSpans.length > 0) refuse('custom-buckets-negative-spans', 'custom buckets: must not have negative spans');
  if (negative.length > 0) refuse('custom-buckets-negative-buckets', 'custom buckets: must not have negative buckets');
}

function checkBounds(bounds: Float64Array): void {
  let previous = Number.NEGATIVE_INFINITY;
  for (const [i, bound] of bounds.entries()) {
    if (Number.isNaN(bound)) refuse('custom-buckets-nan', 'custom buckets: histogram custom bounds must not be NaN');
    if (i > 0 && bound <= previous) {
      const texts = `previous bound is ${formatF(previous)} and current is ${formatF(bound)}`;
      refuse('custom-buckets-invalid', `custom buckets: ${texts}: histogram custom bounds must be in strictly increasing order`);
    }
    previous = bound;
  }
  if (previous === Number.POSITIVE_INFINITY) {
    refuse(
      'custom-buckets-infinite',
      'custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite',
    );
  }
}

function checkExponential(histogram: IntHistogram | FloatHistogram, positive: Float64Array, negative: Float64Array): void {
  checkSpans(histogram.positiveSpans, positive.length, { side: 'positive side', firstMayBeNegative: true });
  checkSpans(histogram.negativeSpans, negative.length, { side: 'negative side', firstMayBeNegative: true });
  if (histogram.zeroCount < 0) {
    const text = `zero bucket has observation count of ${formatG(histogram.zeroCount)}`;
    refuse('negative-bucket-count', `${text}: histogram has a bucket whose observation count is negative`);
  }
  if (histogram.customValues.length > 0) {
    refuse('custom-bounds-on-exponential', 'histogram with exponential schema must not have custom bounds');
  }
}

interface SpanRule {
  readonly side: string;
  readonly firstMayBeNegative: boolean;
}

function checkSpans(spans: readonly Span[], buckets: number, rule: SpanRule): void {
  let needed = 0;
  for (const [i, span] of spans.entries()) {
    if (span.offset < 0 && (i > 0 || !rule.firstMayBeNegative)) {
      const text = `${rule.side}: span number ${i + 1} with offset ${span.offset}`;
      refuse('span-negative-offset', `${text}: histogram has a span whose offset is negative`);
    }
    needed += span.length;
  }
  if (needed !== buckets) {
    const text = `${rule.side}: spans need ${needed} buckets, have ${buckets} buckets`;
    refuse('spans-buckets-mismatch', `${text}: histogram spans specify different number of buckets than provided`);
  }
}

function checkCounts(counts: Float64Array, side: string, format: (count: number) => string): number {
  let sum = 0;
  for (const [i, count] of counts.entries()) {
    if (count < 0) {
      const text = `${side}: bucket number ${i + 1} has observation count of ${format(count)}`;
      refuse('negative-bucket-count', `${text}: histogram has a bucket whose observation count is negative`);
    }
    sum += count;
  }
  return sum;
}

/** With NaN observed, which fall into no bucket, the count may exceed the buckets. */
function checkSum(histogram: IntHistogram, inBuckets: number): void {
  const text = `${formatScalar(inBuckets)} observations found in buckets, but the Count field is ${formatScalar(histogram.count)}`;
  if (Number.isNaN(histogram.sum)) {
    if (inBuckets > histogram.count) {
      refuse(
        'count-not-big-enough',
        `${text}: histogram's observation count should be at least the number of observations found in the buckets`,
      );
    }
  } else if (inBuckets !== histogram.count) {
    refuse(
      'count-mismatch',
      `${text}: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)`,
    );
  }
}

function refuseSchema(schema: number): never {
  const [low, high] = [MIN_EXPONENTIAL_SCHEMA, MAX_EXPONENTIAL_SCHEMA];
  const rule = `must be between ${low} and ${high} for exponential buckets, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets`;
  throw new TelamonError(`histogram has an invalid schema, which ${rule}, got schema ${schema}`, {
    id: 'err-mimir-invalid-native-histogram-schema',
    status: 400,
  });
}

function refuse(id: string, message: string): never {
  throw new TelamonError(message, { id: ID + id, status: 400 });
}

/** Go's `%f`. */
function formatF(value: number): string {
  return Number.isFinite(value) && Math.abs(value) < 1e21 ? value.toFixed(6) : formatScalar(value);
}
