import { DecodeError } from '@telamon/bytes';
import { type CounterResetHint, isStaleWords, type Span } from '@telamon/model';
import { BYTES, FIXED64, type ProtoReader, VARINT } from './proto-reader.ts';
import type { TimedHistogram } from './write-request.ts';

/** Most spans of one sign; honest histograms have a few dozen. */
const MAX_SPANS = 65_536;
/** Most buckets of one sign, and custom values; honest histograms have a few hundred. */
const MAX_BUCKETS = 1 << 20;

const STALE = { isStale: true } as const;

/** Fields of the message; both versions share them but for 17. */
class HistogramFields {
  isFloat = false;
  count = 0;
  sum = 0;
  isStale = false;
  schema = 0;
  zeroThreshold = 0;
  zeroCount = 0;
  hint = 0;
  timeMs = 0;
  startTimeMs = 0;
  readonly spans: [negative: Span[], positive: Span[]] = [[], []];
  readonly deltas: [negative: number[], positive: number[]] = [[], []];
  readonly counts: [negative: number[], positive: number[]] = [[], []];
  readonly customValues: number[] = [];
}

/**
 * Decodes the histogram message in `[start, end)` (both versions: count 1/2, sum 3, schema 4, zero threshold 5, zero count 6/7,
 * spans 8/11, deltas 9/12, counts 10/13, reset hint 14, timestamp 15, custom values 16, start timestamp 17).
 * {@link DecodeError} for broken bytes, for counts beyond 2^53, and for more than 2^20 buckets of a sign. The histogram is not validated. Cost: O(buckets).
 */
export function decodeHistogramMessage(reader: ProtoReader, start: number, end: number): TimedHistogram {
  const fields = new HistogramFields();
  reader.at = start;
  while (reader.readTag(end)) {
    if (reader.field <= 7) readScalar(reader, end, fields);
    else if (reader.field <= 13) readSide(reader, end, fields);
    else readRest(reader, end, fields);
  }
  return assemble(fields);
}

function readScalar(reader: ProtoReader, end: number, fields: HistogramFields): void {
  switch (reader.field) {
    case 1:
    case 6: {
      reader.expect(VARINT, 'Count');
      const isCount = reader.field === 1;
      const count = safe(reader.readUvarint());
      if (isCount) fields.isFloat = false;
      if (isCount) fields.count = count;
      else fields.zeroCount = count;
      return;
    }
    case 4:
      reader.expect(VARINT, 'Schema');
      fields.schema = reader.readSint32();
      return;
    default: {
      reader.expect(FIXED64, 'Value');
      const { field, at, view } = reader;
      const value = reader.readDouble(end);
      if (field === 2) {
        fields.isFloat = true;
        fields.count = value;
      } else if (field === 3) {
        fields.sum = value;
        fields.isStale = isStaleWords(view.getUint32(at, true), view.getUint32(at + 4, true));
      } else if (field === 5) fields.zeroThreshold = value;
      else fields.zeroCount = value;
    }
  }
}

/** Fields 8, 9, 10 are the negative spans, deltas and counts; 11, 12, 13 the positive ones. */
function readSide(reader: ProtoReader, end: number, fields: HistogramFields): void {
  const side = reader.field >= 11 ? 1 : 0;
  const kind = (reader.field - 8) % 3;
  if (kind === 0) {
    reader.expect(BYTES, 'Spans');
    if (fields.spans[side].length >= MAX_SPANS) throw new DecodeError(`histogram has more than ${MAX_SPANS} spans`);
    fields.spans[side].push(readSpan(reader, reader.readEnd(end)));
  } else if (kind === 1) readDeltas(reader, end, fields.deltas[side]);
  else readDoubles(reader, end, fields.counts[side]);
}

function readRest(reader: ProtoReader, end: number, fields: HistogramFields): void {
  const { field } = reader;
  if (field === 16) {
    readDoubles(reader, end, fields.customValues);
    return;
  }
  if (field > 17) {
    reader.skip(end);
    return;
  }
  reader.expect(VARINT, 'Timestamp');
  if (field === 14) fields.hint = reader.readUvarint();
  else if (field === 15) fields.timeMs = reader.readInt64();
  else fields.startTimeMs = reader.readInt64();
}

function readSpan(reader: ProtoReader, end: number): Span {
  let offset = 0;
  let length = 0;
  while (reader.readTag(end)) {
    if (reader.field === 1) {
      reader.expect(VARINT, 'Offset');
      offset = reader.readSint32();
    } else if (reader.field === 2) {
      reader.expect(VARINT, 'Length');
      length = reader.readUvarint() % 2 ** 32;
    } else reader.skip(end);
  }
  return { offset, length };
}

/** Repeated sint64, packed or not. */
function readDeltas(reader: ProtoReader, end: number, out: number[]): void {
  if (reader.wireType === VARINT) {
    checkRoom(out);
    out.push(safe(reader.readSint64()));
    return;
  }
  reader.expect(BYTES, 'Deltas');
  const stop = reader.readEnd(end);
  while (reader.at < stop) {
    checkRoom(out);
    out.push(safe(reader.readSint64()));
  }
  if (reader.at !== stop) throw new DecodeError('proto: packed field ends inside a number');
}

/** Repeated double, packed or not. */
function readDoubles(reader: ProtoReader, end: number, out: number[]): void {
  if (reader.wireType === FIXED64) {
    checkRoom(out);
    out.push(reader.readDouble(end));
    return;
  }
  reader.expect(BYTES, 'Counts');
  const stop = reader.readEnd(end);
  while (reader.at < stop) {
    checkRoom(out);
    out.push(reader.readDouble(stop));
  }
}

function checkRoom(values: readonly number[]): void {
  if (values.length >= MAX_BUCKETS) throw new DecodeError(`histogram has more than ${MAX_BUCKETS} buckets`);
}

function safe(value: number): number {
  if (!Number.isSafeInteger(value)) throw new DecodeError('histogram count is beyond 2^53');
  return value;
}

function assemble(fields: HistogramFields): TimedHistogram {
  const shared = {
    ...(fields.isStale ? STALE : undefined),
    counterResetHint: (fields.hint <= 3 ? fields.hint : 0) as CounterResetHint,
    schema: fields.schema,
    zeroThreshold: fields.zeroThreshold,
    zeroCount: fields.zeroCount,
    count: fields.count,
    sum: fields.sum,
    negativeSpans: fields.spans[0],
    positiveSpans: fields.spans[1],
    customValues: Float64Array.from(fields.customValues),
  };
  const buckets = fields.isFloat
    ? { negativeBuckets: Float64Array.from(fields.counts[0]), positiveBuckets: Float64Array.from(fields.counts[1]) }
    : { negativeDeltas: Float64Array.from(fields.deltas[0]), positiveDeltas: Float64Array.from(fields.deltas[1]) };
  return {
    timeMs: fields.timeMs,
    startTimeMs: fields.startTimeMs,
    histogram: { ...shared, ...buckets } as TimedHistogram['histogram'],
  };
}
