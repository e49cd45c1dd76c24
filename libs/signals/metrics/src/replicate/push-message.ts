import { ByteWriter, DecodeError, snappyUncompress, type TakeBytes } from '@telamon/bytes';
import { v1 } from '@telamon/proto';
import type { AppendCounts, HeadRefusal } from '../head/append-contract.ts';

/** What a request to an ingester says beside its series. */
export interface PushExtras {
  readonly takesBareExemplars: boolean;
  /** `ROW_*` of each series, none when no sample needs anything. */
  readonly rowFlags: readonly number[];
  readonly startTimesMs: readonly number[];
  /** Whether zeros go to the start times that samples and histograms have. */
  readonly hasStartZeros: boolean;
  /** Number of series, all of them walked; 0: not told. */
  readonly seriesCount: number;
  /** Whether one of the series so counted has native histograms. */
  readonly hasHistograms: boolean;
}

/** A request as an ingester reads it. */
export interface PushRequest extends PushExtras {
  readonly writeRequest: Uint8Array;
}

/** Some of what an ingester did not take of one series or metadata. */
export interface RefusedPart {
  /** Place in the request: series first, then metadata. */
  readonly index: number;
  /** undefined: the whole series, which carries nothing. */
  readonly what: keyof AppendCounts | undefined;
  readonly count: number;
  /** Its message is '' behind the first ones of a reply. */
  readonly refusal: HeadRefusal;
  /** Left out without calling it refused. */
  readonly isDropped: boolean;
}

const KINDS: readonly HeadRefusal['kind'][] = ['series', 'sample', 'histogram', 'exemplar', 'metadata'];
const WHATS: readonly (keyof AppendCounts | undefined)[] = [undefined, 'samples', 'histograms', 'exemplars', 'metadata'];

/** Field 1, bytes. */
const WRITE_REQUEST_TAG = 0x0a;
/** Longest request that is read, decompressed, bytes; senders make parts of 2 MiB and of single series. */
const MAX_REQUEST_BYTES = 256 << 20;

/**
 * A `MetricsPushRequest` with a `prometheus.WriteRequest` as a snappy block: labels shrink to a tenth, and what does not go
 * over the wire need not be allocated, copied and collected on either side.
 */
export function encodePushRequest(block: Uint8Array, { rowFlags, startTimesMs, ...flags }: PushExtras): Uint8Array {
  const extras = { ...flags, rowFlags: [...rowFlags], startTimesMs: [...startTimesMs] };
  // The generated code would copy the block twice.
  const head = new ByteWriter(8).u8(WRITE_REQUEST_TAG).uvarint(block.length).finish();
  return Buffer.concat([head, block, v1.MetricsPushRequest.encode(extras).finish()]);
}

/** Reads a request; its series are in memory that `take` gave, by default their own. @throws DecodeError, TooLargeError */
export function decodePushRequest(message: Uint8Array, take?: TakeBytes): PushRequest {
  const request = decoded(() => v1.MetricsPushRequest.decode(message));
  const { takesBareExemplars, rowFlags, startTimesMs, hasStartZeros, seriesCount, hasHistograms } = request;
  if (rowFlags.length !== startTimesMs.length) {
    throw new DecodeError(`${rowFlags.length} flags and ${startTimesMs.length} start times of series`);
  }
  const writeRequest = snappyUncompress(request.writeRequest, MAX_REQUEST_BYTES, take);
  return { writeRequest, takesBareExemplars, rowFlags, startTimesMs, hasStartZeros, seriesCount, hasHistograms };
}

/** A `MetricsPushReply`; refusals are told once. Empty when everything was taken. */
export function encodePushReply(parts: readonly RefusedPart[]): Uint8Array {
  if (parts.length === 0) return NO_BYTES;
  const places = new Map<HeadRefusal, number>();
  const refusals: v1.MetricsRefusal.$Properties[] = [];
  const encoded: v1.MetricsRefusedPart.$Properties[] = [];
  for (const { index, what, count, refusal, isDropped } of parts) {
    let place = places.get(refusal);
    if (place === undefined) {
      place = refusals.length;
      places.set(refusal, place);
      const { reason, message, kind, isSilent } = refusal;
      refusals.push({ reason, message, kind: KINDS.indexOf(kind), isSilent: isSilent === true });
    }
    encoded.push({ index, what: WHATS.indexOf(what), count, refusal: place, isDropped });
  }
  return v1.MetricsPushReply.encode({ refusals, parts: encoded }).finish();
}

/** Reads a reply. @throws DecodeError, also for parts whose refusal is not there. */
export function decodePushReply(message: Uint8Array): RefusedPart[] {
  if (message.length === 0) return [];
  const reply = decoded(() => v1.MetricsPushReply.decode(message));
  const refusals = reply.refusals.map(refusalOf);
  return reply.parts.map(({ index, what, count, refusal: place, isDropped }) => {
    const refusal = refusals[place ?? 0];
    if (refusal === undefined) throw new DecodeError(`part of refusal ${place} of ${refusals.length}`);
    return { index: index ?? 0, what: WHATS[what ?? 0], count: count ?? 0, refusal, isDropped: isDropped === true };
  });
}

function refusalOf({ reason, message, kind, isSilent }: v1.MetricsRefusal.$Properties): HeadRefusal {
  const told = { reason: reason ?? '', message: message ?? '', kind: KINDS[kind ?? 0] ?? 'series' };
  return isSilent === true ? { ...told, isSilent } : told;
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new DecodeError(`message between roles: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const NO_BYTES = new Uint8Array(0);
