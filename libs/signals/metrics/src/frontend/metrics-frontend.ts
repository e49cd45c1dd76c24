import type { FrontendFacet, FrontendPlan, FrontendRoute } from '@telamon/contract';
import { ERROR_ID_PREFIX, type ErrorId, queryBlocked, reasonOf } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import type { PeerHttpRequest, PeerHttpResponse, QueryValues } from '@telamon/rpc';
import { type ApiErrorType, errorJson, errorTypeOfStatus, statusOfErrorType } from '../api/api-error.ts';
import { apiRoutes } from '../api/api-route.ts';
import type { QueryDeps } from '../api/query-deps.ts';
import { queryRoutes } from '../api/query-routes.ts';
import type { QuerySettings } from '../api/query-settings.ts';
import { RequestBlocker } from '../api/request-blocker.ts';
import { QueryBlocker } from '../query/query-blocker.ts';
import { remoteReadRoutes } from '../remote-read/index.ts';
import type { MetricsFrontendConfig } from './frontend-options.ts';
import { type InstantQuery, readInstantQuery } from './instant-query.ts';
import { type PlanDeps, planRange } from './plan-range.ts';
import { ShardPlanner } from './plan-shards.ts';
import { formOf } from './query-form.ts';
import { type RangeQuery, readRangeQuery } from './range-query.ts';

/** What the frontend of metrics stands on. */
export interface MetricsFrontendDeps {
  readonly config: MetricsFrontendConfig;
  readonly settingsOf: (tenant: string) => QuerySettings;
  /** Whether the shell keeps answers. */
  readonly isCaching: boolean;
  /** How late samples of a tenant may come, ms. */
  readonly outOfOrderWindowMsOf: (tenant: string) => number;
  /** Changes whenever something of a tenant was deleted; kept answers of before are not used any more. */
  readonly generationOf: (tenant: string) => string;
  /** Wall clock, ms. */
  readonly nowMs: () => number;
  /** Told of every request that a limit or a rule refuses, with the reason label of metrics. */
  readonly onRefused: (tenant: string, reason: string) => void;
}

/** The frontend's side of metrics: range queries are taken apart by time, everything else goes on as it came. */
export function createMetricsFrontend(deps: MetricsFrontendDeps): FrontendFacet {
  return new MetricsFrontend(deps);
}

class MetricsFrontend implements FrontendFacet {
  readonly routes: readonly FrontendRoute[] = routesOfQueriers();
  readonly #deps: MetricsFrontendDeps;
  readonly #plan: PlanDeps;
  readonly #requests = new RequestBlocker();
  readonly #queries = new QueryBlocker();

  constructor(deps: MetricsFrontendDeps) {
    const { config, isCaching, outOfOrderWindowMsOf, generationOf } = deps;
    const { maxCacheFreshnessMs: maxFreshnessMs, resultsCacheTtlMs: ttlMs, outOfOrderTtlMs } = config;
    this.#deps = deps;
    this.#plan = {
      splitIntervalMs: config.splitIntervalMs,
      shards: new ShardPlanner(config.parallelizeShardableQueries ? config.shardCount : 0),
      caching: isCaching ? { maxFreshnessMs, ttlMs, outOfOrderTtlMs, outOfOrderWindowMsOf, generationOf } : undefined,
    };
  }

  async plan(request: PeerHttpRequest): Promise<FrontendPlan> {
    const forward: FrontendPlan = { kind: 'forward', request };
    const form = formOf(request);
    if (form === undefined || request.method === 'HEAD') return forward;
    try {
      return this.#planForm(request, form) ?? forward;
    } catch (error) {
      if (!(error instanceof TelamonError)) throw error;
      if (error.id.startsWith(ERROR_ID_PREFIX)) {
        this.#deps.onRefused(request.tenant, reasonOf(error.id.slice(ERROR_ID_PREFIX.length) as ErrorId));
      }
      return { kind: 'reply', response: this.renderError(request, error) };
    }
  }

  isRetryable({ body }: PeerHttpResponse): boolean {
    return !TIMED_OUT.equals(body.subarray(0, TIMED_OUT.length));
  }

  renderError(_request: PeerHttpRequest, { status, message }: { status: number; message: string }): PeerHttpResponse {
    const errorType: ApiErrorType = errorTypeOfStatus(status);
    return {
      status: errorType === 'timeout' ? statusOfErrorType(errorType) : status,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(errorJson(errorType, message)),
    };
  }

  describe(request: PeerHttpRequest): Readonly<Record<string, string>> {
    const form = formOf(request);
    const told: Record<string, string> = {};
    for (const name of TOLD) {
      const value = form?.getAll(name).join(' ') ?? '';
      if (value !== '') told[name === 'match[]' ? 'match' : name] = value;
    }
    return told;
  }

  /** undefined: as it came. @throws TelamonError when a limit or a rule of the tenant refuses it. */
  #planForm(request: PeerHttpRequest, form: QueryValues): FrontendPlan | undefined {
    const { method, path, tenant } = request;
    const settings = this.#deps.settingsOf(tenant);
    this.#requests.check({ method, path, form }, settings.requests.blockedRequests);
    const route = path.replace(/^\/prometheus(?=\/)/, '');
    if (route === '/api/v1/query') return this.#planInstant(request, form, settings);
    if (route !== '/api/v1/query_range') return undefined;
    const nowMs = this.#deps.nowMs();
    const query = readRangeQuery(request, form, settings, nowMs);
    if (query === undefined) return undefined;
    this.#checkRange(query);
    return planRange(query, this.#plan, nowMs);
  }

  #planInstant(request: PeerHttpRequest, form: QueryValues, settings: QuerySettings): FrontendPlan | undefined {
    const query = readInstantQuery(request, form, settings, this.#deps.nowMs());
    if (query === undefined) return undefined;
    this.#checkInstant(query);
    return query.timeMs === undefined ? undefined : this.#plan.shards.ofInstant(query, query.timeMs);
  }

  #checkInstant({ query, expr, settings: { policy } }: InstantQuery): void {
    const times = { startMs: 0, endMs: 0, stepMs: 0, isUnaligned: false };
    const rule = this.#queries.find({ kind: 'instant', query, ...times, policy }, expr);
    if (rule !== undefined) throw queryBlocked(rule.reason);
  }

  #checkRange({ query, expr, times, isUnaligned, settings: { policy } }: RangeQuery): void {
    const rule = this.#queries.find({ kind: 'range', query, ...times, isUnaligned, policy }, expr);
    if (rule !== undefined) throw queryBlocked(rule.reason);
  }
}

/** Parameters that a log shows. */
const TOLD: readonly string[] = ['query', 'time', 'start', 'end', 'step', 'match[]'];
/** A query that took too long takes as long elsewhere. */
const TIMED_OUT = Buffer.from('{"status":"error","errorType":"timeout"');

/** The query API without what stands behind it. */
function routesOfQueriers(): FrontendRoute[] {
  const unused = (): never => {
    throw new Error('a frontend has queries answered by queriers');
  };
  // Handlers are made and thrown away; none is called.
  const nothing = { nowMs: unused, settingsOf: unused, onRefused: unused } as unknown as QueryDeps;
  const remoteRead = remoteReadRoutes({ nowMs: unused, settingsOf: unused, externalLabels: [], read: unused });
  const routes = [...apiRoutes(queryRoutes(nothing), nothing), ...remoteRead];
  return routes.map(({ methods, pattern, tenancy }) => ({ methods, pattern, tenancy }));
}
