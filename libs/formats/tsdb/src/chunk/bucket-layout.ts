import { CUSTOM_BUCKETS_SCHEMA, type Span } from '@telamon/model';
import { CorruptError } from '../format-error.ts';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { readVarbitInt, readVarbitUint, writeVarbitInt, writeVarbitUint } from './varbit.ts';

/** What all histograms of a chunk share; written once, before the first sample. */
export interface BucketLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positiveSpans: readonly Span[];
  readonly negativeSpans: readonly Span[];
  /** Bounds of schema -53, else empty. */
  readonly customValues: Float64Array;
}

/** Most buckets of one sign that a chunk may declare; what Prometheus accepts from the wire is far below. */
const MAX_BUCKETS = 1 << 20;
const WHOLE_LIMIT = 33554430;
const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);

/** Number of buckets that spans stand for. */
export function countBuckets(spans: readonly Span[]): number {
  let count = 0;
  for (const span of spans) count += span.length;
  return count;
}

/**
 * Appends a layout:
 * ```
 * ┌────────────────┬──────────────┬────────────────┬────────────────┬──────────────────────────┐
 * │ zero threshold │ schema       │ positive spans │ negative spans │ bounds (schema -53 only) │
 * │ 1 or 9 bytes   │ varbit int   │                │                │                          │
 * └────────────────┴──────────────┴────────────────┴────────────────┴──────────────────────────┘
 * spans:  count varbit uint, then length varbit uint and offset varbit int each
 * bounds: count varbit uint, then each as thousandths + 1 (varbit uint) or, after a 0 bit, as 64 raw bits
 * ```
 */
export function writeBucketLayout(writer: BitWriter, layout: BucketLayout): void {
  writeZeroThreshold(writer, layout.zeroThreshold);
  writeVarbitInt(writer, layout.schema);
  writeSpans(writer, layout.positiveSpans);
  writeSpans(writer, layout.negativeSpans);
  if (layout.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  writeVarbitUint(writer, layout.customValues.length);
  for (const bound of layout.customValues) writeCustomBound(writer, bound);
}

/** Reads what {@link writeBucketLayout} wrote; {@link CorruptError} for an unknown schema or an impossible number of buckets. */
export function readBucketLayout(reader: BitReader): BucketLayout {
  const zeroThreshold = readZeroThreshold(reader);
  const schema = readVarbitInt(reader);
  if (schema !== CUSTOM_BUCKETS_SCHEMA && (schema < -9 || schema > 52)) {
    throw new CorruptError(`unknown histogram schema ${schema}`);
  }
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const customValues = schema === CUSTOM_BUCKETS_SCHEMA ? readCustomBounds(reader) : new Float64Array(0);
  return { schema, zeroThreshold, positiveSpans, negativeSpans, customValues };
}

/**
 * A power of two from 2^-243 to 2^10 takes one byte (its frexp exponent + 243), 0 is the byte 0, and any other threshold
 * is the byte 255 and 64 raw bits.
 */
function writeZeroThreshold(writer: BitWriter, threshold: number): void {
  if (threshold === 0) {
    writer.writeBits(0, 8);
    return;
  }
  scratch[0] = threshold;
  const low = scratchWords[0]!;
  const high = scratchWords[1]!;
  const exponent = (high >>> 20) - 1022;
  if (low !== 0 || (high & 0xfffff) !== 0 || high < 0 || exponent < -242 || exponent > 11) {
    writer.writeBits(255, 8);
    writer.writeWords(high, low);
    return;
  }
  writer.writeBits(exponent + 243, 8);
}

function readZeroThreshold(reader: BitReader): number {
  const byte = reader.readBits(8);
  if (byte === 0) return 0;
  return byte === 255 ? readRawFloat(reader) : 0.5 * 2 ** (byte - 243);
}

function readRawFloat(reader: BitReader): number {
  scratchWords[1] = reader.readBits(32);
  scratchWords[0] = reader.readBits(32);
  return scratch[0]!;
}

function writeSpans(writer: BitWriter, spans: readonly Span[]): void {
  writeVarbitUint(writer, spans.length);
  for (const span of spans) {
    writeVarbitUint(writer, span.length);
    writeVarbitInt(writer, span.offset);
  }
}

function readSpans(reader: BitReader): Span[] {
  const count = readVarbitUint(reader);
  checkFits(reader, count, 2);
  const spans: Span[] = [];
  let buckets = 0;
  for (let i = 0; i < count; i++) {
    const length = readVarbitUint(reader);
    const offset = readVarbitInt(reader);
    buckets += length;
    // Every bucket takes at least one bit in the first sample.
    checkFits(reader, buckets, 1);
    if (buckets > MAX_BUCKETS || offset !== (offset | 0)) throw new CorruptError('histogram chunk has impossible spans');
    spans.push({ offset, length });
  }
  return spans;
}

function checkFits(reader: BitReader, count: number, bitsEach: number): void {
  if (count * bitsEach > reader.remainingBits) throw new CorruptError('chunk is cut short');
}

function writeCustomBound(writer: BitWriter, bound: number): void {
  const thousandths = bound * 1000;
  const whole = roundHalfAway(thousandths);
  if (!(thousandths >= 0 && thousandths <= WHOLE_LIMIT) || whole / 1000 !== bound) {
    scratch[0] = bound;
    const low = scratchWords[0]!;
    const high = scratchWords[1]!;
    writer.writeBits(0, 1);
    writer.writeWords(high, low);
    return;
  }
  writeVarbitUint(writer, whole + 1);
}

function roundHalfAway(value: number): number {
  const floor = Math.floor(value);
  return value - floor >= 0.5 ? floor + 1 : floor;
}

function readCustomBounds(reader: BitReader): Float64Array {
  const count = readVarbitUint(reader);
  checkFits(reader, count, 1);
  const bounds = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const coded = readVarbitUint(reader);
    bounds[i] = coded === 0 ? readRawFloat(reader) : (coded - 1) / 1000;
  }
  return bounds;
}
