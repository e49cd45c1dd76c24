import { DecodeError, decodeUtf8 } from '@telamon/bytes';
import type { MatcherSpec, MatchOperator } from '@telamon/model';
import { ProtoReader } from '@telamon/wire';

/** Wire types of protobuf. */
const VARINT = 0;
const BYTES = 2;

/** Queries of one request; Prometheus and Thanos send one. */
const MAX_QUERIES = 1000;
/** Matchers of one query. */
const MAX_MATCHERS = 1000;
/** Response types that a request names. */
const MAX_TYPES = 100;

/** The response in samples, one snappy block. */
export const TYPE_SAMPLES = 0;
/** The response as a stream of chunks. */
export const TYPE_STREAMED_CHUNKS = 1;

const OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/** Which series, and when. Times inclusive, ms; +-Infinity beyond +-(2^53 - 1). */
export interface ReadQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly matchers: readonly MatcherSpec[];
}

/** A request of remote read. */
export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** What the client takes, the best first. */
  readonly acceptedTypes: readonly number[];
}

/**
 * Decodes `prometheus.ReadRequest` (prompb/remote.proto): queries 1 (start 1, end 2, matchers 3: type 1, name 2, value 3; hints
 * are not needed), accepted response types 2. DecodeError for broken bytes, unknown matchers and more than a thousand queries or
 * matchers of one. Cost: linear.
 */
export function decodeReadRequest(body: Uint8Array): ReadRequest {
  const reader = new ProtoReader(body);
  const queries: ReadQuery[] = [];
  const acceptedTypes: number[] = [];
  while (reader.readTag(body.length)) {
    if (reader.field === 1) queries.push(readQuery(reader, body.length));
    else if (reader.field === 2) readTypes(reader, body.length, acceptedTypes);
    else reader.skip(body.length);
    if (queries.length > MAX_QUERIES) throw new DecodeError(`request holds more than ${MAX_QUERIES} queries`);
    if (acceptedTypes.length > MAX_TYPES) throw new DecodeError(`request names more than ${MAX_TYPES} response types`);
  }
  return { queries, acceptedTypes };
}

function readQuery(reader: ProtoReader, limit: number): ReadQuery {
  reader.expect(BYTES, 'queries');
  const end = reader.readEnd(limit);
  const matchers: MatcherSpec[] = [];
  let fromMs = 0;
  let toMs = 0;
  while (reader.readTag(end)) {
    if (reader.field === 3) matchers.push(readMatcher(reader, end));
    else if (reader.field > 2) reader.skip(end);
    else {
      reader.expect(VARINT, 'timestamp_ms');
      const isStart = reader.field === 1;
      const timeMs = reader.readInt64();
      if (isStart) fromMs = timeMs;
      else toMs = timeMs;
    }
    if (matchers.length > MAX_MATCHERS) throw new DecodeError(`query holds more than ${MAX_MATCHERS} matchers`);
  }
  return { fromMs, toMs, matchers };
}

function readMatcher(reader: ProtoReader, limit: number): MatcherSpec {
  reader.expect(BYTES, 'matchers');
  const end = reader.readEnd(limit);
  let type = 0;
  const texts = ['', ''];
  while (reader.readTag(end)) {
    const { field } = reader;
    if (field === 1) {
      reader.expect(VARINT, 'type');
      type = reader.readUvarint();
    } else if (field === 2 || field === 3) {
      reader.expect(BYTES, 'name or value');
      const stop = reader.readEnd(end);
      texts[field - 2] = decodeUtf8(reader.bytes, reader.at, stop);
      reader.at = stop;
    } else reader.skip(end);
  }
  const operator = OPERATORS[type];
  if (operator === undefined) throw new DecodeError(`unknown type of matcher ${type}`);
  return { operator, name: texts[0]!, value: texts[1]! };
}

/** Repeated enum, packed or not. */
function readTypes(reader: ProtoReader, limit: number, into: number[]): void {
  if (reader.wireType === VARINT) {
    into.push(reader.readUvarint());
    return;
  }
  reader.expect(BYTES, 'accepted_response_types');
  const stop = reader.readEnd(limit);
  while (reader.at < stop && into.length <= MAX_TYPES) into.push(reader.readUvarint());
  if (into.length <= MAX_TYPES && reader.at !== stop) throw new DecodeError('proto: packed field ends inside a number');
}
