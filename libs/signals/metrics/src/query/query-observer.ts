import { LATENCY_BUCKETS_SECONDS, type Logger, type MetricRegistry } from '@telamon/telemetry';
import type { EvaluateReply, EvaluateRequest } from './evaluate-request.ts';

/** What a {@link QueryObserver} stands on. */
export interface QueryObserverDeps {
  readonly registry: MetricRegistry;
  readonly logger: Logger;
  /** Queries that take longer are logged, ms; 0: none. */
  readonly logLongerThanMs: number;
  /** Monotonic clock in ms. */
  readonly nowMs: () => number;
}

/** Measures queries and logs slow ones. */
export interface QueryObserver {
  /** Runs a query. Its failure counts as an internal one and is passed on. */
  run(request: EvaluateRequest, evaluate: () => Promise<EvaluateReply>): Promise<EvaluateReply>;
  /** Counts a request that a limit or a rule of the tenant refused. */
  refused(tenant: string, reason: string): void;
}

/** Tenants that get counters of refusals of their own. Whoever may read can make up tenants. */
const TENANTS_MAX = 1000;
/** Label of the tenants beyond; no tenant has this name. */
const OTHERS = '';

/** Declares the metrics of queries. */
export function createQueryObserver(deps: QueryObserverDeps): QueryObserver {
  const metrics = declare(deps.registry);
  const tenants = new Set<string>();
  const refused = (tenant: string, reason: string): void => {
    if (tenants.size < TENANTS_MAX) tenants.add(tenant);
    metrics.refused.inc({ tenant: tenants.has(tenant) ? tenant : OTHERS, reason });
  };
  return {
    refused,
    run: async (request, evaluate) => {
      const begunAtMs = deps.nowMs();
      metrics.inFlight.add({}, 1);
      let reply: EvaluateReply | undefined;
      try {
        reply = await evaluate();
        return reply;
      } finally {
        const durationMs = deps.nowMs() - begunAtMs;
        metrics.inFlight.add({}, -1);
        metrics.duration.observeMs({ kind: request.kind, outcome: reply?.outcome ?? 'lost' }, durationMs);
        if (reply !== undefined) countReply(metrics, request.tenant, reply);
        if (reply !== undefined && reply.refusal !== '') refused(request.tenant, reply.refusal);
        if (deps.logLongerThanMs > 0 && durationMs > deps.logLongerThanMs) logSlow(deps.logger, request, reply, durationMs);
      }
    },
  };
}

type QueryMetrics = ReturnType<typeof declare>;

/** A tenant that holds nothing makes no counters, so there are as many as tenants that write. */
function countReply(metrics: QueryMetrics, tenant: string, { tally }: EvaluateReply): void {
  if (tally.chunkCount === 0) return;
  metrics.samples.inc({ tenant }, tally.sampleCount);
  metrics.series.inc({ tenant }, tally.seriesCount);
  metrics.chunkBytes.inc({ tenant }, tally.chunkBytes);
}

function logSlow(logger: Logger, request: EvaluateRequest, reply: EvaluateReply | undefined, durationMs: number): void {
  const { tenant, kind, query, startMs, endMs, stepMs } = request;
  logger.info('slow query', {
    tenant,
    kind,
    query,
    start: timeText(startMs),
    ...(kind === 'range' ? { end: timeText(endMs), stepMs } : {}),
    durationMs: Math.round(durationMs),
    outcome: reply?.outcome ?? 'lost',
    ...(reply === undefined ? {} : reply.tally),
  });
}

/** RFC 3339 as far as it reaches, else ms. */
function timeText(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}

function declare(registry: MetricRegistry) {
  const labels = ['tenant'] as const;
  return {
    inFlight: registry.gauge({
      name: 'telamon_querier_queries_in_flight',
      help: 'PromQL queries that are evaluated or wait for a worker.',
    }),
    duration: registry.histogram({
      name: 'telamon_querier_query_duration_seconds',
      help: 'Time from taking a PromQL query to its answer, waiting included, by kind (instant, range) and outcome (success, an error type, or lost).',
      labels: ['kind', 'outcome'],
      buckets: LATENCY_BUCKETS_SECONDS,
    }),
    samples: registry.counter({
      name: 'telamon_querier_samples_total',
      help: 'Samples that PromQL queries looked at, counted at every step.',
      labels,
    }),
    series: registry.counter({
      name: 'telamon_querier_fetched_series_total',
      help: 'Series that PromQL queries fetched.',
      labels,
    }),
    chunkBytes: registry.counter({
      name: 'telamon_querier_fetched_chunk_bytes_total',
      help: 'Bytes of compressed chunks that PromQL queries fetched.',
      labels,
    }),
    refused: registry.counter({
      name: 'telamon_querier_refused_queries_total',
      help: "Requests of the query API that a limit or a rule of the tenant refused, by the error's reason. Tenants beyond the first thousand share the empty name.",
      labels: ['tenant', 'reason'],
    }),
  };
}
