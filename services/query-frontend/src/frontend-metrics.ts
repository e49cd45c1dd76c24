import { LATENCY_BUCKETS_SECONDS, type MetricRegistry } from '@telamon/telemetry';

/** What the frontend counts. */
export interface FrontendMetrics {
  /** A request ended; 499 when its client had left. */
  ended(status: number, durationMs: number): void;
  /** A request was given to another querier. */
  retried(): void;
  /** A query was taken apart into so many parts. */
  split(parts: number): void;
  /** Parts could not be united, and the query was asked as a whole. */
  askedWhole(): void;
  /** Pieces of a part that were known, and those that had to be asked for. */
  looked(known: number, missing: number): void;
}

/** Declares the metrics of the frontend. */
export function createFrontendMetrics(registry: MetricRegistry): FrontendMetrics {
  const requests = registry.counter({
    name: 'telamon_query_frontend_requests_total',
    help: 'Requests by the status of the reply; 499: the client left before.',
    labels: ['code'],
  });
  const duration = registry.histogram({
    name: 'telamon_query_frontend_request_duration_seconds',
    help: 'Time from taking a request to its reply.',
    buckets: LATENCY_BUCKETS_SECONDS,
  });
  const count = (name: string, help: string) => registry.counter({ name, help }).with({});
  const retries = count('telamon_query_frontend_retries_total', 'Requests that were given to another querier.');
  const splits = count('telamon_query_frontend_split_queries_total', 'Queries that were taken apart.');
  const parts = count('telamon_query_frontend_split_parts_total', 'Parts of queries that were taken apart.');
  const wholes = count(
    'telamon_query_frontend_whole_queries_total',
    'Queries asked as a whole after their parts could not be united.',
  );
  const known = count(
    'telamon_query_frontend_results_cache_hits_total',
    'Pieces of queries that were found in the results cache.',
  );
  const missing = count(
    'telamon_query_frontend_results_cache_misses_total',
    'Pieces of queries that were not found in the results cache.',
  );
  return {
    ended: (status, durationMs) => {
      requests.inc({ code: String(status) });
      duration.observeMs({}, durationMs);
    },
    retried: () => retries.inc(),
    split: (count) => {
      splits.inc();
      parts.inc(count);
    },
    askedWhole: () => wholes.inc(),
    looked: (knownCount, missingCount) => {
      known.inc(knownCount);
      missing.inc(missingCount);
    },
  };
}
