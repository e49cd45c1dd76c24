import { DecodeError, TooLargeError } from '@telamon/bytes';
import type { RoleShare } from '@telamon/contract';
import type { TenantLimits } from '@telamon/limits';
import { Labels, TelamonError } from '@telamon/model';
import type { PeerUnaryHandler } from '@telamon/rpc';
import { type MetricMetadata, ProtoReader, WriteRequestCursor } from '@telamon/wire';
import type { AppendHooks, AppendInput, AppendLimits } from '../head/index.ts';
import { type AppendRequest, appendInputOf, appendLimitsOf } from '../receive/append-input.ts';
import type { MetricsAppender } from '../receive/metrics-appender.ts';
import type { LastSampleOf } from '../receive/otlp/last-sample.ts';
import { OtlpRowCursor } from '../receive/otlp/otlp-row-cursor.ts';
import { REQUEST_BODIES } from '../receive/request-bodies.ts';
import type { SeriesPreparers } from '../receive/series-preparers.ts';
import { localLimits, withGlobalLimit } from './local-limits.ts';
import { decodePushRequest, encodePushReply, type PushRequest, type RefusedPart } from './push-message.ts';
import { pairsOf, receivedRows } from './received-rows.ts';
import { SeriesAccount } from './series-account.ts';

const SERIES_FIELD = 1;

/** What an ingester's side of writing stands on. */
export interface PushHandlerDeps {
  readonly appender: MetricsAppender;
  readonly limitsOf: (tenant: string) => TenantLimits;
  readonly preparers: SeriesPreparers;
  /** Newest samples of a tenant, as for OTLP in one process. */
  readonly lastSamplesOf: (tenant: string) => LastSampleOf;
  /** The ingesters that hold the tenant's data, for limits that count over all of them. */
  readonly share: (tenant: string) => RoleShare;
  /** Of spellings of OTLP labels; random, once a process. */
  readonly hashSeed: number;
}

/**
 * `MetricsPush`: appends what a distributor sends on, under this ingester's part of the tenant's limits. Resolves when what was
 * taken is durable; the reply tells what was not, series by series. Throws TelamonErrors: what the appender throws, and a retryable 500
 * for a message that can't be read, as distributors have walked it before and no sender is to blame. Series before the fault may then be
 * stored, as when another ingester fails: the same request again is safe.
 */
export function metricsPushHandler(deps: PushHandlerDeps): PeerUnaryHandler {
  return async (message, { tenant }) => {
    try {
      const request = decodePushRequest(message, (size) => REQUEST_BODIES.take(size));
      try {
        return encodePushReply(await appendPush(deps, tenant, request));
      } finally {
        REQUEST_BODIES.give(request.writeRequest);
      }
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof TooLargeError)) throw error;
      throw new TelamonError(error.message, { status: 500, isRetryable: true, cause: error });
    }
  };
}

async function appendPush(deps: PushHandlerDeps, tenant: string, request: PushRequest): Promise<readonly RefusedPart[]> {
  const body = request.writeRequest;
  const cursor = new WriteRequestCursor(body, { hasStartTimes: request.hasStartZeros });
  const { seriesCount, hasHistograms } = request.seriesCount > 0 ? request : walked(cursor);
  const limits = deps.limitsOf(tenant);
  const global = appendLimitsOf(limits);
  const local = localLimits(global, deps.share(tenant));
  const metadata = new CountedMetadata(cursor.metadata());
  const append = { limits, cursor, body, hasHistograms };
  const parts: RefusedPart[] = [];
  let rows: OtlpRowCursor | undefined;
  if (request.rowFlags.length > 0) {
    rows = new OtlpRowCursor(receivedRows(cursor, request), {
      lastSampleOf: lazily(() => deps.lastSamplesOf(tenant)),
      hasOutOfOrderWindow: limits.outOfOrderTimeWindowMs > 0,
      onLate: (index) => parts.push(latePart(index)),
      onNotStored: () => undefined,
      hashSeed: deps.hashSeed,
    });
  }
  const seriesPlace = (): number => rows?.row ?? cursor.messageStart;
  const report = new SeriesAccount(() => (metadata.index < 0 ? seriesPlace() : -1 - metadata.index));
  const base = appendInputOf(deps.preparers, rows === undefined ? append : asRows(append, rows));
  const input: AppendInput = {
    ...base,
    hooks: trusting(base.hooks, request.takesBareExemplars),
    limits: local,
    hasStartZeros: request.hasStartZeros,
    metadata: metadata.entries(),
    report,
  };
  await deps.appender.append(tenant, input);
  const indexOf = rows === undefined ? seriesIndices(body) : (row: number): number => row;
  parts.push(...report.parts((place) => (place < 0 ? seriesCount - 1 - place : indexOf(place))));
  return withGlobalLimits(parts, local, global);
}

/** What distributors of earlier versions do not tell. */
function walked(cursor: WriteRequestCursor): Pick<PushRequest, 'seriesCount' | 'hasHistograms'> {
  const { series, histograms } = cursor.verify();
  return { seriesCount: series, hasHistograms: histograms > 0 };
}

/** Labels are as the distributor made them: the head's order is made sure of, nothing else. */
function trusting(hooks: AppendHooks, takesBareExemplars: boolean): AppendHooks {
  return {
    ...hooks,
    admitSeries: (cursor) => Labels.fromPairs(pairsOf(cursor.decodeLabelPairs())),
    ...(takesBareExemplars ? { admitExemplar: ({ labels }) => Labels.fromPairs(pairsOf(labels)) } : {}),
  };
}

/** Rows instead of the series that they were made of. */
function asRows(append: AppendRequest, rows: OtlpRowCursor): AppendRequest {
  return { ...append, cursor: rows as unknown as AppendRequest['cursor'], body: NO_BYTES };
}

const NO_BYTES = new Uint8Array(0);

/** A head's first request makes the head, so its samples are asked for when they are needed. */
function lazily(find: () => LastSampleOf): LastSampleOf {
  let found: LastSampleOf | undefined;
  return (labels) => {
    found ??= find();
    return found(labels);
  };
}

function latePart(index: number): RefusedPart {
  return { index, what: 'samples', count: 1, refusal: LATE, isDropped: false };
}

const LATE: RefusedPart['refusal'] = {
  kind: 'sample',
  reason: 'sample-out-of-order',
  message: 'points of delta temporality that are not newer than the newest of their series were dropped',
};

/** Metadata of a request, with the index of the one that was given out last; -1 before the first. */
class CountedMetadata {
  index = -1;
  readonly #all: Iterable<MetricMetadata>;

  constructor(all: Iterable<MetricMetadata>) {
    this.#all = all;
  }

  *entries(): IterableIterator<MetricMetadata> {
    for (const metadata of this.#all) {
      this.index++;
      yield metadata;
    }
  }
}

/** Indices of series by where their fields begin; walked only when something is refused. */
function seriesIndices(body: Uint8Array): (messageStart: number) => number {
  let indices: Map<number, number> | undefined;
  return (messageStart) => {
    indices ??= walkSeries(body);
    return indices.get(messageStart) ?? 0;
  };
}

function walkSeries(body: Uint8Array): Map<number, number> {
  const indices = new Map<number, number>();
  const reader = new ProtoReader(body);
  for (;;) {
    const start = reader.at;
    if (!reader.readTag(body.length)) return indices;
    if (reader.field === SERIES_FIELD) indices.set(start, indices.size);
    reader.skip(body.length);
  }
}

function withGlobalLimits(parts: readonly RefusedPart[], local: AppendLimits, global: AppendLimits): readonly RefusedPart[] {
  const renamed = new Map<RefusedPart['refusal'], RefusedPart['refusal']>();
  return parts.map((part) => {
    let refusal = renamed.get(part.refusal);
    if (refusal === undefined) {
      refusal = withGlobalLimit(part.refusal, local, global);
      renamed.set(part.refusal, refusal);
    }
    return { ...part, refusal };
  });
}
