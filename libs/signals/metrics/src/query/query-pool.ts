import { compareUtf8, splitTenantIds, TelamonError } from '@telamon/model';
import type { JobHostHandlers, WorkerPool } from '@telamon/workers';
import { invalidParameter } from '../api/api-error.ts';
import type { FederateRequest, QueryDeps, SeriesReply } from '../api/query-deps.ts';
import type { QuerySettings } from '../api/query-settings.ts';
import { federatedNames, federatedValues } from '../federation/index.ts';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import type { RemoteReadDeps, RemoteReadJobReply, RemoteReadJobRequest } from '../remote-read/index.ts';
import type { BlockRef } from '../store/block-ref.ts';
import type { EvaluateReply, EvaluateRequest } from './evaluate-request.ts';
import type {
  BlockLabelsRequest,
  FederateJobRequest,
  ParseRequest,
  SeriesJobRequest,
  WithBlocks,
  WithOwnBlocks,
} from './query-jobs.ts';
import type { QueryObserver } from './query-observer.ts';

/** Time that a worker gets beyond a query's own limit before it is given up on, ms. */
const DEADLINE_SLACK_MS = 5_000;
/** Time that formatting, parsing and federating may take, ms. */
const SMALL_JOB_DEADLINE_MS = 30_000;

/** What the query pool stands on. */
export interface QueryPoolDeps {
  readonly pool: WorkerPool;
  /** The heads. */
  readonly heads: MetricsSource;
  /** Blocks of a tenant that queries may read now. */
  readonly blocksOf: (tenant: string) => readonly BlockRef[];
  readonly settingsOf: (tenant: string) => QuerySettings;
  readonly observer: QueryObserver;
}

/** Sends queries to worker threads and serves what they ask of the main thread. */
export class QueryPool {
  readonly #deps: QueryPoolDeps;
  readonly #host: JobHostHandlers;

  constructor(deps: QueryPoolDeps) {
    this.#deps = deps;
    this.#host = { stream: (_kind, request, signal) => deps.heads.select(request as SelectRequest, signal) };
  }

  /** See {@link QueryDeps.evaluate}. */
  readonly evaluate: QueryDeps['evaluate'] = async (request, signal) =>
    await this.#deps.observer.run(request, () => this.#evaluate(request, signal));

  async #evaluate(request: EvaluateRequest, signal: AbortSignal): Promise<EvaluateReply> {
    const { maxMemoryBytes } = request.limits;
    return await this.#deps.pool.run<WithBlocks<EvaluateRequest>, EvaluateReply>(
      'query.evaluate',
      { request, blocks: this.#blocksOf(request.tenant) },
      {
        signal,
        key: request.tenant,
        deadlineMs: request.timeoutMs + DEADLINE_SLACK_MS,
        host: this.#host,
        ...(maxMemoryBytes > 0 ? { memoryLimitBytes: maxMemoryBytes } : {}),
      },
    );
  }

  /** See {@link QueryDeps.formatQuery}. */
  readonly formatQuery: QueryDeps['formatQuery'] = async (tenant, query, signal) => {
    return JSON.stringify(await this.#look('query.format', tenant, query, signal))
      .replace(/</g, '\\u003c')
      .replace(/>/g, '\\u003e')
      .replace(/&/g, '\\u0026');
  };

  /** See {@link QueryDeps.parseQuery}. */
  readonly parseQuery: QueryDeps['parseQuery'] = (tenant, query, signal) => this.#look('query.parse', tenant, query, signal);

  /** See `RemoteReadDeps.read`. */
  readonly remoteRead: RemoteReadDeps['read'] = (request, timeoutMs, signal) => {
    const { maxMemoryBytes } = request.limits;
    return this.#deps.pool.run<WithBlocks<RemoteReadJobRequest>, RemoteReadJobReply>(
      'query.remote-read',
      { request, blocks: this.#blocksOf(request.tenant) },
      {
        signal,
        key: request.tenant,
        deadlineMs: timeoutMs,
        host: this.#host,
        ...(maxMemoryBytes > 0 ? { memoryLimitBytes: maxMemoryBytes } : {}),
      },
    );
  };

  /** See {@link QueryDeps.federate}. */
  readonly federate: QueryDeps['federate'] = (request: FederateRequest, signal) =>
    this.#deps.pool.run<WithBlocks<FederateJobRequest>, string>(
      'query.federate',
      { request, blocks: this.#blocksOf(request.tenant) },
      { signal, key: request.tenant, deadlineMs: SMALL_JOB_DEADLINE_MS, host: this.#host },
    );

  /** See {@link QueryDeps.series}. */
  readonly series: QueryDeps['series'] = (request, signal) =>
    this.#deps.pool.run<WithBlocks<SeriesJobRequest>, SeriesReply>(
      'query.series',
      {
        request: { labels: request, maxSeries: this.#deps.settingsOf(request.tenant).limits.maxSeries },
        blocks: this.#blocksOf(request.tenant),
      },
      { signal, key: request.tenant, deadlineMs: SMALL_JOB_DEADLINE_MS, host: this.#host },
    );

  /** See {@link QueryDeps.labelNames}. */
  readonly labelNames: QueryDeps['labelNames'] = (asked, signal) =>
    federatedNames(asked, async (request) =>
      union(await Promise.all([this.#deps.heads.labelNames(request, signal), this.#blockLabels(undefined, request, signal)])),
    );

  /** See {@link QueryDeps.labelValues}. */
  readonly labelValues: QueryDeps['labelValues'] = (asked, tenants, signal) =>
    federatedValues(
      asked,
      tenants,
      (name) => async (request) =>
        union(await Promise.all([this.#deps.heads.labelValues(name, request, signal), this.#blockLabels(name, request, signal)])),
    );

  #blocksOf(joined: string): ReadonlyMap<string, readonly BlockRef[]> {
    return new Map(splitTenantIds(joined).map((tenant) => [tenant, this.#deps.blocksOf(tenant)]));
  }

  #blockLabels(name: string | undefined, labels: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    const blocks = this.#deps.blocksOf(labels.tenant);
    if (blocks.length === 0) return Promise.resolve([]);
    return this.#deps.pool.run<WithOwnBlocks<BlockLabelsRequest>, string[]>(
      'query.block-labels',
      { request: { name, labels }, blocks },
      { signal, key: labels.tenant, deadlineMs: SMALL_JOB_DEADLINE_MS, host: this.#host },
    );
  }

  async #look(kind: string, tenant: string, query: string, signal: AbortSignal): Promise<string> {
    const request: ParseRequest = { query, policy: this.#deps.settingsOf(tenant).policy };
    try {
      return await this.#deps.pool.run<ParseRequest, string>(kind, request, {
        signal,
        key: tenant,
        deadlineMs: SMALL_JOB_DEADLINE_MS,
      });
    } catch (error) {
      if (error instanceof TelamonError && error.status === 400) throw invalidParameter('query', error.message);
      throw error;
    }
  }
}

function union([first, second]: readonly string[][]): string[] {
  if (second === undefined || second.length === 0) return first!;
  return [...new Set([...first!, ...second])].sort(compareUtf8);
}
