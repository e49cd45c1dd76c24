import type { ByteReader, ByteWriter } from '@telamon/bytes';
import { type CounterResetHint, CUSTOM_BUCKETS_SCHEMA, type FloatHistogram, type IntHistogram, type Span } from '@telamon/model';

/** A native histogram of either kind, as it arrives. */
export type AnyHistogram =
  | { readonly kind: 'int'; readonly histogram: IntHistogram }
  | { readonly kind: 'float'; readonly histogram: FloatHistogram };

/** Tells the two kinds of histograms apart by their buckets. */
export function tagHistogram(histogram: IntHistogram | FloatHistogram): AnyHistogram {
  return 'positiveDeltas' in histogram ? { kind: 'int', histogram } : { kind: 'float', histogram };
}

const FLAG_FLOAT = 0x80;
const FLAG_STALE = 0x40;

const STALE = { isStale: true } as const;

const NONE = new Float64Array(0);
const EMPTY: Omit<IntHistogram, 'positiveDeltas' | 'negativeDeltas'> = {
  counterResetHint: 0,
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positiveSpans: [],
  negativeSpans: [],
  customValues: NONE,
};

/**
 * Writes a histogram for the log.
 *
 * ```
 * ┌────────────────────────────┬───────────────┬────────────┬────────────────────┬────────────┬─────────┬───────┬─────────┬──────────┐
 * │ 0x80 float, 0x40 stale,    │ schema varint │ sum f64    │ zero threshold f64 │ count,     │ spans + │ spans │ buckets │ custom   │
 * │ 0x03 counter reset hint u8 │               │ (not stale)│                    │ zero count │         │ -     │ + then -│ (-53)    │
 * └────────────────────────────┴───────────────┴────────────┴────────────────────┴────────────┴─────────┴───────┴─────────┴──────────┘
 * ```
 * Counts and buckets are varints (integer) or f64 (float); spans are a count, then offset varint and length uvarint each.
 */
export function writeHistogram(writer: ByteWriter, value: AnyHistogram): void {
  const { histogram } = value;
  const isFloat = value.kind === 'float';
  const { isStale } = histogram;
  writer.u8((isFloat ? FLAG_FLOAT : 0) | (isStale ? FLAG_STALE : 0) | histogram.counterResetHint);
  writer.varint(histogram.schema);
  if (!isStale) writer.f64le(histogram.sum);
  writer.f64le(histogram.zeroThreshold);
  const number = isFloat ? (count: number) => writer.f64le(count) : (count: number) => writer.varint(count);
  number(histogram.count);
  number(histogram.zeroCount);
  writeSpans(writer, histogram.positiveSpans);
  writeSpans(writer, histogram.negativeSpans);
  const [positive, negative] =
    value.kind === 'float'
      ? [value.histogram.positiveBuckets, value.histogram.negativeBuckets]
      : [value.histogram.positiveDeltas, value.histogram.negativeDeltas];
  for (const buckets of [positive, negative]) {
    writer.uvarint(buckets.length);
    for (const bucket of buckets) number(bucket);
  }
  if (histogram.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  writer.uvarint(histogram.customValues.length);
  for (const bound of histogram.customValues) writer.f64le(bound);
}

/** Reads what {@link writeHistogram} wrote; throws as the reader does. */
export function readHistogram(reader: ByteReader): AnyHistogram {
  const flags = reader.u8();
  const isFloat = (flags & FLAG_FLOAT) !== 0;
  const schema = reader.varint();
  const isStale = (flags & FLAG_STALE) !== 0;
  const sum = isStale ? Number.NaN : reader.f64le();
  const zeroThreshold = reader.f64le();
  const number = isFloat ? () => reader.f64le() : () => reader.varint();
  const count = number();
  const zeroCount = number();
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const positive = readNumbers(reader, number);
  const negative = readNumbers(reader, number);
  const customValues = schema === CUSTOM_BUCKETS_SCHEMA ? readNumbers(reader, () => reader.f64le()) : new Float64Array(0);
  const counterResetHint = (flags & 3) as CounterResetHint;
  const numbers = { schema, zeroThreshold, zeroCount, count, sum, positiveSpans, negativeSpans, customValues };
  const shape = { ...(isStale ? STALE : undefined), counterResetHint, ...numbers };
  return isFloat
    ? { kind: 'float', histogram: { ...shape, positiveBuckets: positive, negativeBuckets: negative } }
    : { kind: 'int', histogram: { ...shape, positiveDeltas: positive, negativeDeltas: negative } };
}

/** Whether two histograms are the same sample, NaN sums included; hints are not compared. */
export function sameHistogram(a: AnyHistogram, b: AnyHistogram): boolean {
  const x = a.histogram;
  const y = b.histogram;
  if (a.kind !== b.kind || x.isStale !== y.isStale) return false;
  if (x.isStale) return true;
  if (x.schema !== y.schema || x.count !== y.count || x.zeroCount !== y.zeroCount || !Object.is(x.sum, y.sum)) return false;
  if (x.zeroThreshold !== y.zeroThreshold || !sameNumbers(x.customValues, y.customValues)) return false;
  if (!sameSpans(x.positiveSpans, y.positiveSpans) || !sameSpans(x.negativeSpans, y.negativeSpans)) return false;
  if (a.kind === 'int' && b.kind === 'int') {
    return (
      sameNumbers(a.histogram.positiveDeltas, b.histogram.positiveDeltas) &&
      sameNumbers(a.histogram.negativeDeltas, b.histogram.negativeDeltas)
    );
  }
  const floatA = x as FloatHistogram;
  const floatB = y as FloatHistogram;
  return (
    sameNumbers(floatA.positiveBuckets, floatB.positiveBuckets) && sameNumbers(floatA.negativeBuckets, floatB.negativeBuckets)
  );
}

/** The staleness marker as a histogram of a kind. */
export function staleHistogram(kind: 'int' | 'float'): AnyHistogram {
  return ofKind(kind, { ...EMPTY, ...STALE, sum: Number.NaN });
}

/** The histogram of nothing that fits another one: same kind and buckets, told to be a reset of the counter. */
export function emptyHistogram(like: AnyHistogram): AnyHistogram {
  const { schema, zeroThreshold, customValues } = like.histogram;
  return ofKind(like.kind, { ...EMPTY, counterResetHint: 1, schema, zeroThreshold, customValues });
}

function ofKind(kind: 'int' | 'float', shape: typeof EMPTY): AnyHistogram {
  return kind === 'int'
    ? { kind, histogram: { ...shape, positiveDeltas: NONE, negativeDeltas: NONE } }
    : { kind, histogram: { ...shape, positiveBuckets: NONE, negativeBuckets: NONE } };
}

function writeSpans(writer: ByteWriter, spans: readonly Span[]): void {
  writer.uvarint(spans.length);
  for (const span of spans) writer.varint(span.offset).uvarint(span.length);
}

function readSpans(reader: ByteReader): Span[] {
  const count = reader.uvarint();
  const spans: Span[] = [];
  for (let i = 0; i < count; i++) {
    const offset = reader.varint();
    spans.push({ offset, length: reader.uvarint() });
  }
  return spans;
}

function readNumbers(reader: ByteReader, next: () => number): Float64Array {
  const count = reader.uvarint();
  // Each number takes at least a byte, so that a wrong count cannot allocate more than the record is long.
  if (count > reader.remaining) throw new Error('histogram record is cut short');
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = next();
  return numbers;
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function sameSpans(a: readonly Span[], b: readonly Span[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i]!.offset !== b[i]!.offset || a[i]!.length !== b[i]!.length) return false;
  return true;
}
