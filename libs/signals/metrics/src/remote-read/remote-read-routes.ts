import { DecodeError, snappyUncompress, TooLargeError } from '@telamon/bytes';
import type { SignalRoute } from '@telamon/contract';
import { joinTenantIds, TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';
import type { QuerySettings } from '../api/query-settings.ts';
import { oldestTimeMs } from '../api/request-times.ts';
import { ReadGate } from './read-gate.ts';
import { decodeReadRequest, type ReadRequest, TYPE_SAMPLES, TYPE_STREAMED_CHUNKS } from './read-request.ts';
import type { RemoteReadJobReply, RemoteReadJobRequest } from './remote-read-job.ts';

/** Bound of a request, compressed and decompressed alike, as Prometheus has it. */
const MAX_REQUEST_BYTES = 32 << 20;
/** As Prometheus' `remote_read_max_bytes_in_frame`. */
const MAX_FRAME_BYTES = 1 << 20;
/** As Prometheus' `storage.remote.read-concurrent-limit`. */
const MAX_CONCURRENT = 10;
const MAX_WAITING = 100;

/** What remote read stands on. */
export interface RemoteReadDeps {
  readonly nowMs: () => number;
  readonly settingsOf: (tenant: string) => QuerySettings;
  /** Sorted by name. */
  readonly externalLabels: readonly (readonly [string, string])[];
  /** Runs a job of `remoteReadJobs` in a worker. */
  readonly read: (request: RemoteReadJobRequest, timeoutMs: number, signal: AbortSignal) => Promise<RemoteReadJobReply>;
}

/** `POST /api/v1/read`, under `/prometheus` and at the root: Prometheus' remote read, as samples or as a stream of chunks. */
export function remoteReadRoutes(deps: RemoteReadDeps): SignalRoute[] {
  const gate = new ReadGate(MAX_CONCURRENT, MAX_WAITING);
  const handler = async (context: HttpContext): Promise<void> => {
    try {
      const { timeoutMs } = deps.settingsOf(joinTenantIds(context.tenants));
      await gate.run({ signal: context.signal, timeoutMs }, () => serve(deps, context));
    } catch (error) {
      // Prometheus tells failures of this route as text.
      if (!(error instanceof TelamonError) || context.isGone || context.isReplied) throw error;
      await context.text(error.status, `${error.message}\n`);
    }
  };
  return ['/prometheus', ''].map((prefix) => ({
    methods: ['POST'],
    pattern: `${prefix}/api/v1/read`,
    tenancy: 'many',
    handler,
  }));
}

async function serve(deps: RemoteReadDeps, context: HttpContext): Promise<void> {
  const request = await readRequest(context);
  const type = negotiate(request.acceptedTypes);
  const { signal } = context;
  const tenant = joinTenantIds(context.tenants);
  const { limits, requests, timeoutMs } = deps.settingsOf(tenant);
  const deadlineMs = deps.nowMs() + timeoutMs;
  const read = async (part: Pick<RemoteReadJobRequest, 'format' | 'queries' | 'queryIndex'>): Promise<RemoteReadJobReply> => {
    const leftMs = Math.max(1, deadlineMs - deps.nowMs());
    const oldestMs = oldestTimeMs(requests, deps.nowMs());
    const { externalLabels } = deps;
    const job = { ...part, tenant, externalLabels, oldestMs, maxFrameBytes: MAX_FRAME_BYTES, limits };
    return await deps.read(job, leftMs, signal);
  };
  if (type === TYPE_SAMPLES) {
    const { parts } = await read({ format: 'samples', queries: request.queries, queryIndex: 0 });
    context.setHeader('Content-Encoding', 'snappy');
    await context.bytes(200, 'application/x-protobuf', parts[0]!);
    return;
  }
  await stream(context, request, (queryIndex) => read({ format: 'chunks', queries: [request.queries[queryIndex]!], queryIndex }));
}

/** The first query is read before the reply begins, so that its failure has a status; a later one cuts the connection. */
async function stream(
  context: HttpContext,
  { queries }: ReadRequest,
  read: (queryIndex: number) => Promise<RemoteReadJobReply>,
): Promise<void> {
  const first = queries.length === 0 ? { parts: [] } : await read(0);
  async function* parts(): AsyncIterable<Uint8Array> {
    yield* first.parts;
    for (let i = 1; i < queries.length; i++) yield* (await read(i)).parts;
  }
  await context.stream(200, 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse', parts());
}

async function readRequest(context: HttpContext): Promise<ReadRequest> {
  const compressed = await context.readBody({ maxBytes: MAX_REQUEST_BYTES });
  try {
    return decodeReadRequest(snappyUncompress(compressed, MAX_REQUEST_BYTES));
  } catch (cause) {
    if (!(cause instanceof DecodeError) && !(cause instanceof TooLargeError)) throw cause;
    throw new TelamonError(cause.message, { status: 400, isRetryable: false, cause });
  }
}

/** The first type that the client takes and we have; samples when it names none. */
function negotiate(accepted: readonly number[]): number {
  if (accepted.length === 0) return TYPE_SAMPLES;
  const found = accepted.find((type) => type === TYPE_SAMPLES || type === TYPE_STREAMED_CHUNKS);
  if (found !== undefined) return found;
  const asked = accepted.slice(0, 10).join(' ');
  const text = `server does not support any of the requested response types: [${asked}]; supported: [SAMPLES STREAMED_XOR_CHUNKS]`;
  throw new TelamonError(text, { status: 400, isRetryable: false });
}
