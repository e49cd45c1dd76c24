import { DecodeError } from '@telamon/bytes';
import { BYTES, FIXED64, VARINT } from '../proto-reader.ts';
import {
  nsToMs,
  type OtlpBuckets,
  type OtlpExemplar,
  type OtlpExponentialPoint,
  type OtlpHistogramPoint,
  type OtlpNumberPoint,
  type OtlpSummaryPoint,
} from './otlp-metrics.ts';
import type { OtlpAttribute } from './otlp-value.ts';
import { type OtlpReader, openMessage, readAttribute, skipUnknown } from './proto-attributes.ts';

const TWO_32 = 2 ** 32;

/** Fields of a point that are counted at once. */
const FIELDS_PER_LOOK = 256;

/** Stand for what most points do not have; never changed. */
const NO_EXEMPLARS: OtlpExemplar[] = [];
const NO_NUMBERS: number[] = [];
const NO_QUANTILES: { quantile: number; value: number }[] = [];
const NO_BUCKETS: OtlpBuckets = { offset: 0, counts: NO_NUMBERS };

/** Fields of a point while it is read; each kind numbers them in its own way. */
class PointFields {
  attributes: OtlpAttribute[] = [];
  startTimeNs = 0n;
  timeNs = 0n;
  startTimeMs = 0;
  timeMs = 0;
  flags = 0;
  asInt: bigint | undefined = undefined;
  asDouble: number | undefined = undefined;
  exemplars: OtlpExemplar[] = NO_EXEMPLARS;
  count = 0;
  sum: number | undefined = undefined;
  min: number | undefined = undefined;
  max: number | undefined = undefined;
  bucketCounts: number[] = NO_NUMBERS;
  explicitBounds: number[] = NO_NUMBERS;
  scale = 0;
  zeroCount = 0;
  zeroThreshold = 0;
  positive: OtlpBuckets = NO_BUCKETS;
  negative: OtlpBuckets = NO_BUCKETS;
  quantiles: { quantile: number; value: number }[] = NO_QUANTILES;

  addExemplar(exemplar: OtlpExemplar): void {
    if (this.exemplars === NO_EXEMPLARS) this.exemplars = [exemplar];
    else this.exemplars.push(exemplar);
  }

  addQuantile(quantile: { quantile: number; value: number }): void {
    if (this.quantiles === NO_QUANTILES) this.quantiles = [quantile];
    else this.quantiles.push(quantile);
  }
}

/** Reads a `NumberDataPoint` field. */
export function readNumberPoint(reader: OtlpReader, limit: number): OtlpNumberPoint {
  const f = readPoint(reader, limit, readNumberField);
  // Written out: this is made for every point, and spreading costs more than all the rest.
  return {
    attributes: f.attributes,
    startTimeNs: f.startTimeNs,
    timeNs: f.timeNs,
    startTimeMs: f.startTimeMs,
    timeMs: f.timeMs,
    flags: f.flags,
    asInt: f.asInt,
    asDouble: f.asDouble,
    exemplars: f.exemplars,
  };
}

/** Reads a `HistogramDataPoint` field. */
export function readHistogramPoint(reader: OtlpReader, limit: number): OtlpHistogramPoint {
  const f = readPoint(reader, limit, readHistogramField);
  return {
    attributes: f.attributes,
    startTimeNs: f.startTimeNs,
    timeNs: f.timeNs,
    startTimeMs: f.startTimeMs,
    timeMs: f.timeMs,
    flags: f.flags,
    count: f.count,
    sum: f.sum,
    min: f.min,
    max: f.max,
    bucketCounts: f.bucketCounts,
    explicitBounds: f.explicitBounds,
    exemplars: f.exemplars,
  };
}

/** Reads an `ExponentialHistogramDataPoint` field. */
export function readExponentialPoint(reader: OtlpReader, limit: number): OtlpExponentialPoint {
  const f = readPoint(reader, limit, readExponentialField);
  return {
    attributes: f.attributes,
    startTimeNs: f.startTimeNs,
    timeNs: f.timeNs,
    startTimeMs: f.startTimeMs,
    timeMs: f.timeMs,
    flags: f.flags,
    count: f.count,
    sum: f.sum,
    min: f.min,
    max: f.max,
    scale: f.scale,
    zeroCount: f.zeroCount,
    zeroThreshold: f.zeroThreshold,
    positive: f.positive,
    negative: f.negative,
    exemplars: f.exemplars,
  };
}

/** Reads a `SummaryDataPoint` field. */
export function readSummaryPoint(reader: OtlpReader, limit: number): OtlpSummaryPoint {
  const f = readPoint(reader, limit, readSummaryField);
  const { attributes, startTimeNs, timeNs, startTimeMs, timeMs, flags, count, sum = 0, quantiles } = f;
  return { attributes, startTimeNs, timeNs, startTimeMs, timeMs, flags, count, sum, quantiles };
}

type FieldReader = (reader: OtlpReader, end: number, fields: PointFields) => void;

/** Times are fields 2 and 3 of every kind. */
function readPoint(reader: OtlpReader, limit: number, readField: FieldReader): PointFields {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const fields = new PointFields();
  for (let count = 1; proto.readTag(end); count++) {
    // Fields that are told again and again make nothing, but cost time.
    if (count % FIELDS_PER_LOOK === 0) reader.budget.takeNumbers(FIELDS_PER_LOOK);
    if (proto.field === 2) {
      fields.startTimeNs = readFixed(reader, end);
      fields.startTimeMs = readMs(reader, proto.at - 8);
    } else if (proto.field === 3) {
      fields.timeNs = readFixed(reader, end);
      fields.timeMs = readMs(reader, proto.at - 8);
    } else readField(reader, end, fields);
  }
  return fields;
}

function readNumberField(reader: OtlpReader, end: number, fields: PointFields): void {
  const { proto } = reader;
  switch (proto.field) {
    case 4:
      fields.asDouble = readDouble(reader, end);
      fields.asInt = undefined;
      return;
    case 5:
      fields.addExemplar(readExemplar(reader, end));
      return;
    case 6:
      fields.asInt = BigInt.asIntN(64, readFixed(reader, end));
      fields.asDouble = undefined;
      return;
    case 7:
      fields.attributes.push(readAttribute(reader, end));
      return;
    case 8:
      fields.flags = readUint32(reader);
      return;
    default:
      skipUnknown(reader, end);
  }
}

function readHistogramField(reader: OtlpReader, end: number, fields: PointFields): void {
  switch (reader.proto.field) {
    case 4:
      fields.count = Number(readFixed(reader, end));
      return;
    case 5:
      fields.sum = readDouble(reader, end);
      return;
    case 6:
      fields.bucketCounts = readNumbers(reader, end, fields.bucketCounts, false);
      return;
    case 7:
      fields.explicitBounds = readNumbers(reader, end, fields.explicitBounds, true);
      return;
    case 8:
      fields.addExemplar(readExemplar(reader, end));
      return;
    case 9:
      fields.attributes.push(readAttribute(reader, end));
      return;
    case 10:
      fields.flags = readUint32(reader);
      return;
    case 11:
      fields.min = readDouble(reader, end);
      return;
    case 12:
      fields.max = readDouble(reader, end);
      return;
    default:
      skipUnknown(reader, end);
  }
}

function readExponentialField(reader: OtlpReader, end: number, fields: PointFields): void {
  const { proto } = reader;
  switch (proto.field) {
    case 1:
      fields.attributes.push(readAttribute(reader, end));
      return;
    case 4:
      fields.count = Number(readFixed(reader, end));
      return;
    case 5:
      fields.sum = readDouble(reader, end);
      return;
    case 6:
      proto.expect(VARINT, 'scale');
      fields.scale = proto.readSint32();
      return;
    case 7:
      fields.zeroCount = Number(readFixed(reader, end));
      return;
    case 8:
      fields.positive = readBuckets(reader, end);
      return;
    case 9:
      fields.negative = readBuckets(reader, end);
      return;
    default:
      readExponentialRest(reader, end, fields);
  }
}

function readExponentialRest(reader: OtlpReader, end: number, fields: PointFields): void {
  switch (reader.proto.field) {
    case 10:
      fields.flags = readUint32(reader);
      return;
    case 11:
      fields.addExemplar(readExemplar(reader, end));
      return;
    case 12:
      fields.min = readDouble(reader, end);
      return;
    case 13:
      fields.max = readDouble(reader, end);
      return;
    case 14:
      fields.zeroThreshold = readDouble(reader, end);
      return;
    default:
      skipUnknown(reader, end);
  }
}

function readSummaryField(reader: OtlpReader, end: number, fields: PointFields): void {
  switch (reader.proto.field) {
    case 4:
      fields.count = Number(readFixed(reader, end));
      return;
    case 5:
      fields.sum = readDouble(reader, end);
      return;
    case 6:
      fields.addQuantile(readQuantile(reader, end));
      return;
    case 7:
      fields.attributes.push(readAttribute(reader, end));
      return;
    case 8:
      fields.flags = readUint32(reader);
      return;
    default:
      skipUnknown(reader, end);
  }
}

function readQuantile(reader: OtlpReader, limit: number): { quantile: number; value: number } {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const out = { quantile: 0, value: 0 };
  while (proto.readTag(end)) {
    if (proto.field === 1) out.quantile = readDouble(reader, end);
    else if (proto.field === 2) out.value = readDouble(reader, end);
    else skipUnknown(reader, end);
  }
  return out;
}

/** `offset` 1 (sint32), `bucket_counts` 2 (repeated uint64, packed or not). */
function readBuckets(reader: OtlpReader, limit: number): OtlpBuckets {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const counts: number[] = [];
  let offset = 0;
  while (proto.readTag(end)) {
    if (proto.field === 1) {
      proto.expect(VARINT, 'offset');
      offset = proto.readSint32();
    } else if (proto.field !== 2) skipUnknown(reader, end);
    else readCounts(reader, end, counts);
  }
  return { offset, counts };
}

function readCounts({ proto, budget }: OtlpReader, end: number, counts: number[]): void {
  let stop = proto.at + 1;
  if (proto.wireType !== VARINT) {
    proto.expect(BYTES, 'bucket_counts');
    stop = proto.readEnd(end);
  }
  const isPacked = proto.wireType !== VARINT;
  while (proto.at < stop) {
    budget.takeNumbers(1);
    counts.push(proto.readUvarint());
  }
  if (isPacked && proto.at !== stop) throw new DecodeError('proto: packed field ends inside a number');
}

/** time 2, double 3, span id 4, trace id 5, int 6, filtered attributes 7. */
function readExemplar(reader: OtlpReader, limit: number): OtlpExemplar {
  const { proto } = reader;
  const end = openMessage(reader, limit);
  const attributes: OtlpAttribute[] = [];
  let timeNs = 0n;
  let asInt: bigint | undefined;
  let asDouble: number | undefined;
  let traceId = '';
  let spanId = '';
  while (proto.readTag(end)) {
    if (proto.field === 2) timeNs = readFixed(reader, end);
    else if (proto.field === 3) asDouble = readDouble(reader, end);
    else if (proto.field === 4) spanId = readHex(reader, end);
    else if (proto.field === 5) traceId = readHex(reader, end);
    else if (proto.field === 6) asInt = BigInt.asIntN(64, readFixed(reader, end));
    else if (proto.field === 7) attributes.push(readAttribute(reader, end));
    else skipUnknown(reader, end);
  }
  return { attributes, timeNs, timeMs: nsToMs(timeNs), asInt, asDouble, traceId, spanId };
}

function readFixed({ proto }: OtlpReader, end: number): bigint {
  proto.expect(FIXED64, 'fixed64');
  const { at } = proto;
  proto.skip(end);
  return proto.view.getBigUint64(at, true);
}

function readDouble({ proto }: OtlpReader, end: number): number {
  proto.expect(FIXED64, 'double');
  return proto.readDouble(end);
}

function readUint32({ proto }: OtlpReader): number {
  proto.expect(VARINT, 'flags');
  return proto.readUvarint() % TWO_32;
}

/** Ids longer than they should be are kept as sent; anything up to 64 bytes. */
function readHex({ proto }: OtlpReader, limit: number): string {
  proto.expect(BYTES, 'id');
  const end = proto.readEnd(limit);
  if (end - proto.at > 64) throw new DecodeError('proto: id is longer than 64 bytes');
  const hex = Buffer.from(proto.bytes.subarray(proto.at, end)).toString('hex');
  proto.at = end;
  return hex;
}

/** Repeated fixed64 or double, packed or not; appends to `known` and answers the list. */
function readNumbers(reader: OtlpReader, end: number, known: number[], isDouble: boolean): number[] {
  const { proto } = reader;
  const out = known === NO_NUMBERS ? [] : known;
  if (proto.wireType === FIXED64) {
    reader.budget.takeNumbers(1);
    out.push(isDouble ? proto.readDouble(end) : Number(readFixed(reader, end)));
    return out;
  }
  proto.expect(BYTES, 'numbers');
  const stop = proto.readEnd(end);
  if ((stop - proto.at) % 8 !== 0) throw new DecodeError('proto: packed field ends inside a number');
  reader.budget.takeNumbers((stop - proto.at) / 8);
  for (; proto.at < stop; proto.at += 8) {
    out.push(isDouble ? proto.view.getFloat64(proto.at, true) : Number(proto.view.getBigUint64(proto.at, true)));
  }
  return out;
}

/** The fixed64 of nanoseconds that starts at `at`, in whole milliseconds. */
function readMs({ proto }: OtlpReader, at: number): number {
  const low = proto.view.getUint32(at, true);
  const high = proto.view.getUint32(at + 4, true);
  // 2^32 = 4294 * 10^6 + 967296, and everything below stays under 2^53: exact without a bigint.
  return high * 4294 + Math.floor((high * 967296 + low) / 1e6);
}
