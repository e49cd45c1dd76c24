import { setMaxListeners } from 'node:events';
import type { FrontendFacet, SignalRoute } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import { joinTenantIds, TelamonError } from '@telamon/model';
import { forwardedHeaders, type HttpContext, type PeerHttpRequest, type PeerHttpResponse, type PeerService } from '@telamon/rpc';
import type { Logger, MetricRegistry } from '@telamon/telemetry';
import { QueryAsker } from './ask-querier.ts';
import type { ResultsCache } from './cache/results-cache.ts';
import { CachedParts } from './cached-part.ts';
import { createFrontendMetrics, type FrontendMetrics } from './frontend-metrics.ts';
import type { QueryFrontendConfig, QuerySchedulerConfig } from './options.ts';
import { RequestQueue } from './queue/request-queue.ts';
import { runPlan } from './run-plan.ts';

/** What a query-frontend is made of. */
export interface QueryFrontendDeps {
  readonly facet: FrontendFacet;
  readonly config: QueryFrontendConfig;
  readonly scheduler: QuerySchedulerConfig;
  /** Closed with the service. undefined: answers are not kept. */
  readonly cache: ResultsCache | undefined;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
  /** Monotonic clock, ms; default `performance.now`. */
  readonly nowMs?: () => number;
  /** Wall clock, ms; default `Date.now`. */
  readonly wallNowMs?: () => number;
}

/** The query-frontend: a service, the routes that it takes, and what queriers call of it. */
export interface QueryFrontend {
  readonly service: Service;
  readonly routes: readonly SignalRoute[];
  /** To be served to queriers; see proto/telamon/frontend.proto. */
  readonly peerService: PeerService;
  /** Queriers that are connected: without any, it is of no use yet. */
  readonly querierCount: number;
  /** Resolves when every answer is kept that is to be kept; for tests and a clean end. */
  settled(): Promise<void>;
}

/** Headers of a querier's response that the listener sets by itself. */
const LISTENER_HEADERS: ReadonlySet<string> = new Set(['content-type', 'vary', 'x-content-type-options']);

/** Takes queries, queues them fairly, and has queriers answer them, in parts and from the cache where the signal can do that. */
export function createQueryFrontend(deps: QueryFrontendDeps): QueryFrontend {
  return new FrontendShell(deps);
}

class FrontendShell implements QueryFrontend {
  readonly service: Service;
  readonly routes: readonly SignalRoute[];
  readonly peerService: PeerService;
  readonly #deps: QueryFrontendDeps;
  readonly #queue: RequestQueue;
  readonly #metrics: FrontendMetrics;
  readonly #cached: CachedParts | undefined;
  readonly #nowMs: () => number;

  constructor(deps: QueryFrontendDeps) {
    const { facet, config, scheduler, cache, registry, logger } = deps;
    this.#deps = deps;
    this.#nowMs = deps.nowMs ?? (() => performance.now());
    this.#metrics = createFrontendMetrics(registry);
    this.#queue = new RequestQueue({
      maxOutstandingPerTenant: scheduler.maxOutstandingPerTenant,
      maxQueriersOf: () => config.maxQueriersPerTenant,
      maxResponseBytes: config.maxResponseSize,
      registry,
      nowMs: this.#nowMs,
    });
    this.#cached =
      cache === undefined
        ? undefined
        : new CachedParts({
            cache,
            metrics: this.#metrics,
            nowMs: deps.wallNowMs ?? Date.now,
            onError: (error) => logger.warn('an answer could not be kept', { error }),
          });
    this.peerService = this.#queue.service;
    this.routes = facet.routes.map((route) => ({ ...route, handler: (context) => this.#serve(context) }));
    this.service = createService({
      name: 'query-frontend',
      stop: async () => {
        this.#queue.stop();
        await this.settled();
        await cache?.close();
      },
    });
  }

  get querierCount(): number {
    return this.#queue.querierCount;
  }

  async settled(): Promise<void> {
    await this.#cached?.settled();
  }

  async #serve(context: HttpContext): Promise<void> {
    if (this.service.state !== 'running') {
      throw new TelamonError(`the query-frontend is ${this.service.state}, try again`, { status: 503 });
    }
    const begunAtMs = this.#nowMs();
    const request = headOf(context);
    const asker = this.#asker(begunAtMs);
    const response = await this.#answer(context, request, asker);
    const durationMs = this.#nowMs() - begunAtMs;
    const status = context.isGone ? 499 : response.status;
    this.#metrics.ended(status, durationMs);
    this.#logSlow(request, { status, durationMs, bytes: response.body.length, ...asker.cost });
    if (!context.isGone) await reply(context, response);
  }

  #asker(begunAtMs: number): QueryAsker {
    const { config, facet } = this.#deps;
    const options = {
      queue: this.#queue,
      maxRetries: config.maxRetriesPerRequest,
      maxParallel: config.maxQueryParallelism,
      isRetryable: (response: PeerHttpResponse) => facet.isRetryable(response),
      metrics: this.#metrics,
    };
    return new QueryAsker(options, begunAtMs + config.requestTimeoutMs);
  }

  /** Rejects only on programmer errors. */
  async #answer(context: HttpContext, head: PeerHttpRequest, asker: QueryAsker): Promise<PeerHttpResponse> {
    const { facet, config } = this.#deps;
    const deadline = new AbortController();
    const giveUp = (): void => deadline.abort(new TelamonError('the query took too long', { status: 504 }));
    const timer = setTimeout(giveUp, config.requestTimeoutMs);
    const signal = AbortSignal.any([context.signal, deadline.signal]);
    // As many listeners as pieces of the query that are under way.
    setMaxListeners(0, signal);
    try {
      const request = { ...head, body: await bodyOf(context, config.maxBodySize) };
      const plan = await facet.plan(request, signal);
      return await runPlan(plan, { tenant: request.tenant, asker, cached: this.#cached, metrics: this.#metrics, signal });
    } catch (error) {
      const known = signal.aborted ? signal.reason : error;
      if (!(known instanceof TelamonError)) throw error;
      return facet.renderError(head, known);
    } finally {
      clearTimeout(timer);
      deadline.abort(new Error('the request is over'));
    }
  }

  #logSlow(request: PeerHttpRequest, facts: { readonly durationMs: number } & Readonly<Record<string, number>>): void {
    const { config, facet, logger } = this.#deps;
    const { logQueriesLongerThanMs } = config;
    if (logQueriesLongerThanMs === 0 || facts.durationMs <= logQueriesLongerThanMs) return;
    const { tenant, method, path } = request;
    const rounded = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Math.round(value)]));
    logger.info('slow query', { tenant, method, path, ...facet.describe(request), ...rounded });
  }
}

function headOf({ method, rawPath, rawQuery, headers, tenants }: HttpContext): PeerHttpRequest {
  return {
    tenant: joinTenantIds(tenants),
    method,
    path: rawPath,
    query: rawQuery,
    headers: forwardedHeaders(headers),
    body: new Uint8Array(0),
  };
}

async function bodyOf(context: HttpContext, maxBytes: number): Promise<Uint8Array> {
  const hasBody = context.method !== 'GET' && context.method !== 'HEAD';
  return hasBody ? await context.readBody({ maxBytes }) : new Uint8Array(0);
}

async function reply(context: HttpContext, { status, headers, body }: PeerHttpResponse): Promise<void> {
  for (const [name, value] of Object.entries(headers)) if (!LISTENER_HEADERS.has(name)) context.setHeader(name, value);
  const type = headers['content-type'];
  if (type === undefined) await context.empty(status);
  else await context.bytes(status, type, body);
}
