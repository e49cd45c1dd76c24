import { DecodeError, SnappyDecoder, TooLargeError } from '@telamon/bytes';
import { type TenantLimits, writeMessageTooLarge } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';
import { TimeSlice } from '@telamon/telemetry';
import { type SeriesCursor, WriteRequestCursor, WriteRequestV2Cursor, type WriteTotals } from '@telamon/wire';
import type { AppendResult } from '../head/index.ts';
import { appendInputOf } from './append-input.ts';
import { electReplica } from './elect-replica.ts';
import type { HaTracker } from './ha-tracker.ts';
import type { MetricsAppender } from './metrics-appender.ts';
import { REQUEST_BODIES } from './request-bodies.ts';
import type { SeriesPreparers } from './series-preparers.ts';
import type { WriteMetrics } from './write-metrics.ts';
import { checkSnappyEncoding, type WriteProtocol, writeProtocolOf } from './write-protocol.ts';
import type { WriteRates } from './write-rates.ts';

/** After so long the event loop is let on, ms. */
const SLICE_MS = 10;

/** What the receiver of remote write stands on. */
export interface WriteDeps {
  readonly limitsOf: (tenant: string) => TenantLimits;
  readonly appender: MetricsAppender;
  readonly preparers: SeriesPreparers;
  readonly ha: HaTracker;
  readonly rates: WriteRates;
  readonly metrics: WriteMetrics;
  /** Bound of a request, compressed and decompressed alike. */
  readonly maxRecvMsgSizeBytes: number;
}

/** A request that was read and walked once. */
interface ReadRequest {
  readonly protocol: WriteProtocol;
  readonly cursor: WriteRequestCursor | WriteRequestV2Cursor;
  readonly body: Uint8Array;
  /** The body as it came. */
  readonly block: Uint8Array;
  readonly totals: WriteTotals;
}

/** `POST` of remote write 1.0 and 2.0; `okStatus` is what the path's peer answers to success in version 1. */
export function writeHandler(deps: WriteDeps, okStatus: 200 | 204): (context: HttpContext) => Promise<void> {
  return async (context) => {
    const { tenant } = context;
    const limits = deps.limitsOf(tenant);
    const protocol = writeProtocolOf(context.headers['content-type']);
    checkSnappyEncoding(context.headers['content-encoding']);
    deps.rates.takeRequest(tenant, limits);
    const request = await readRequest(context, protocol, deps.maxRecvMsgSizeBytes);
    let result: AppendResult | TelamonError;
    try {
      deps.metrics.received(tenant, request.totals);
      result = (await admit(deps, tenant, limits, request)) ?? (await append(deps, tenant, limits, request));
    } finally {
      REQUEST_BODIES.give(request.body);
    }
    if (result instanceof TelamonError) {
      // A dropped replica must hear that all of it was taken, or it reports failed samples.
      if (protocol === 'v2') setWritten(context, request.totals.samples, request.totals.histograms, request.totals.exemplars);
      await context.text(result.status, `${result.message}\n`);
      return;
    }
    deps.metrics.refused(tenant, result.failedByReason);
    await reply(context, protocol, result, okStatus);
  };
}

async function append(deps: WriteDeps, tenant: string, limits: TenantLimits, request: ReadRequest): Promise<AppendResult> {
  const { cursor, body, block, totals } = request;
  const input = appendInputOf(deps.preparers, { limits, cursor, body, block, hasHistograms: totals.histograms > 0 });
  return await deps.appender.append(tenant, input);
}

async function readRequest(context: HttpContext, protocol: WriteProtocol, maxBytes: number): Promise<ReadRequest> {
  const block = await context.readBody({ maxBytes });
  const slices = new TimeSlice(SLICE_MS);
  const tooLarge = (): TelamonError => writeMessageTooLarge({ limitBytes: maxBytes });
  const decoder = refusing(() => new SnappyDecoder(block, maxBytes, (size) => REQUEST_BODIES.take(size)), tooLarge);
  const body = await inPieces(slices, () => refusing(() => decoder.step(), tooLarge));
  // From here on version 2 is told what was written, be it nothing.
  if (protocol === 'v2') setWritten(context, 0, 0, 0);
  const cursor = refusing(() => (protocol === 'v1' ? new WriteRequestCursor(body) : new WriteRequestV2Cursor(body)));
  const totals = await inPieces(slices, () => refusing(() => cursor.verifySome()));
  return { protocol, cursor, body, block, totals };
}

/** Goes on with a work until it gives something; a long one gives way to the event loop. */
async function inPieces<T>(slices: TimeSlice, work: () => T | undefined): Promise<T> {
  for (;;) {
    const done = work();
    if (done !== undefined) return done;
    const pause = slices.pause();
    if (pause !== undefined) await pause;
  }
}

/** Turns what decoders throw into what the sender is told. */
function refusing<T>(decode: () => T, tooLarge: (error: TooLargeError) => TelamonError = badRequest): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof TooLargeError) throw tooLarge(error);
    if (error instanceof DecodeError) throw badRequest(error);
    throw error;
  }
}

function badRequest(cause: Error): TelamonError {
  return new TelamonError(cause.message, { status: 400, isRetryable: false, cause });
}

/** Rates and the replica election; a 202 is given back, refusals are thrown. */
async function admit(
  deps: WriteDeps,
  tenant: string,
  limits: TenantLimits,
  request: ReadRequest,
): Promise<TelamonError | undefined> {
  if (limits.acceptHaSamples) {
    const refused = await electSender(deps, tenant, limits, request.cursor);
    if (refused !== undefined) return refused;
  }
  const { cursor, totals } = request;
  deps.rates.takeItems(tenant, limits, totals, cursor instanceof WriteRequestCursor ? cursor.metadataCount : 0);
  return undefined;
}

async function electSender(
  deps: WriteDeps,
  tenant: string,
  limits: TenantLimits,
  cursor: SeriesCursor,
): Promise<TelamonError | undefined> {
  if (!cursor.nextSeries()) return undefined;
  const flat = cursor.decodeLabelPairs();
  cursor.rewind();
  return await electReplica(deps.ha, tenant, limits, (name) => labelOf(flat, name));
}

function labelOf(flat: readonly string[], name: string): string {
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return flat[i + 1]!;
  return '';
}

async function reply(context: HttpContext, protocol: WriteProtocol, result: AppendResult, okStatus: 200 | 204): Promise<void> {
  const { written } = result;
  if (protocol === 'v2') setWritten(context, written.samples, written.histograms, written.exemplars);
  const told = result.refusals.filter((refusal) => refusal.isSilent !== true);
  if (told.length === 0) {
    await context.empty(protocol === 'v2' ? 204 : okStatus);
    return;
  }
  const shown = protocol === 'v2' ? told : told.slice(0, 1);
  await context.text(400, `${shown.map(({ message }) => message).join('\n')}\n`);
}

function setWritten(context: HttpContext, samples: number, histograms: number, exemplars: number): void {
  context.setHeader('X-Prometheus-Remote-Write-Samples-Written', String(samples));
  context.setHeader('X-Prometheus-Remote-Write-Histograms-Written', String(histograms));
  context.setHeader('X-Prometheus-Remote-Write-Exemplars-Written', String(exemplars));
}
