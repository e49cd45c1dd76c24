import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import {
  type BlockedQuery,
  type BlockedRequest,
  type LimitedQuery,
  parseBlockedQueries,
  parseBlockedRequests,
  parseLimitedQueries,
  renderBlockedQueries,
  renderBlockedRequests,
  renderLimitedQueries,
} from './structured-limits.ts';

const FETCH = {
  maxFetchedChunksPerQuery: {
    type: 'int',
    default: 2000000,
    min: 0,
    unit: 'chunks',
    scope: 'tenant',
    flag: 'querier.max-fetched-chunks-per-query',
    yaml: 'max_fetched_chunks_per_query',
    description: 'Most chunks that a query may fetch, from the head and from blocks together. 0 is off.',
  },
  maxFetchedSeriesPerQuery: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    scope: 'tenant',
    flag: 'querier.max-fetched-series-per-query',
    yaml: 'max_fetched_series_per_query',
    description: 'Most distinct series that a query may fetch; more end it with 422. 0 is off.',
  },
  maxFetchedChunkBytesPerQuery: {
    type: 'bytes',
    default: 0,
    scope: 'tenant',
    flag: 'querier.max-fetched-chunk-bytes-per-query',
    yaml: 'max_fetched_chunk_bytes_per_query',
    description: 'Most bytes of compressed chunks that a query may fetch. 0 is off.',
  },
  maxEstimatedMemoryConsumptionPerQuery: {
    type: 'bytes',
    default: 0,
    category: 'experimental',
    scope: 'tenant',
    flag: 'querier.max-estimated-memory-consumption-per-query',
    yaml: 'max_estimated_memory_consumption_per_query',
    description: 'Most memory that a query may hold at once, as far as it is estimated. 0 is off.',
  },
  maxQueryLookbackMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'querier.max-query-lookback',
    yaml: 'max_query_lookback',
    description: 'How far back data can be queried; older parts of a range are cut off silently. 0 is off.',
  },
  maxPartialQueryLengthMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'querier.max-partial-query-length',
    yaml: 'max_partial_query_length',
    description: 'Longest time that one selector of a query may span, its range included. 0 is off.',
  },
  maxTotalQueryLengthMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'query-frontend.max-total-query-length',
    yaml: 'max_total_query_length',
    description: 'Longest time between start and end of a range query; longer ones are refused with 400. 0 is off.',
  },
  maxLabelsQueryLengthMs: {
    type: 'durationMs',
    default: '0s',
    scope: 'tenant',
    flag: 'store.max-labels-query-length',
    yaml: 'max_labels_query_length',
    description: 'Longest time range of series, label name and label value queries; longer ones are cut silently. 0 is off.',
  },
  maxSeriesQueryLimit: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'series',
    scope: 'tenant',
    flag: 'querier.max-series-query-limit',
    yaml: 'max_series_query_limit',
    description: 'Most series that the series API returns; the rest is cut off with a warning. 0 is off.',
  },
  maxLabelNamesLimit: {
    type: 'int',
    default: 0,
    min: 0,
    scope: 'tenant',
    flag: 'querier.max-label-names-limit',
    yaml: 'max_label_names_limit',
    description: 'Most names that the label names API returns; the rest is cut off with a warning. 0 is off.',
  },
  maxLabelValuesLimit: {
    type: 'int',
    default: 0,
    min: 0,
    scope: 'tenant',
    flag: 'querier.max-label-values-limit',
    yaml: 'max_label_values_limit',
    description: 'Most values that the label values API returns; the rest is cut off with a warning. 0 is off.',
  },
} as const;

const FRONTEND = {
  maxQueryExpressionSizeBytes: {
    type: 'bytes',
    default: 0,
    scope: 'tenant',
    flag: 'query-frontend.max-query-expression-size-bytes',
    yaml: 'max_query_expression_size_bytes',
    description: 'Longest text of a query; longer ones are refused with 400. 0 is off.',
  },
  alignQueriesWithStep: {
    type: 'boolean',
    default: false,
    scope: 'tenant',
    flag: 'query-frontend.align-queries-with-step',
    yaml: 'align_queries_with_step',
    description: 'Moves start and end of range queries back to multiples of the step.',
  },
  enabledPromqlExperimentalFunctions: {
    type: 'list',
    default: [],
    category: 'experimental',
    scope: 'tenant',
    flag: 'query-frontend.enabled-promql-experimental-functions',
    yaml: 'enabled_promql_experimental_functions',
    description:
      'Experimental PromQL functions and aggregations that may be used, by name; `all` for every one. Those that --enable-feature switches on need not be named.',
  },
  blockedQueries: {
    type: 'structured',
    default: [],
    scope: 'tenant',
    flag: 'query-frontend.blocked-queries',
    yaml: 'blocked_queries',
    description:
      'Queries that are refused: pattern, regex, reason, unaligned_range_queries, time_range_longer_than, step_size_shorter_than.',
    parse: parseBlockedQueries as (value: unknown) => readonly BlockedQuery[],
    render: renderBlockedQueries as (value: never) => unknown,
  },
  limitedQueries: {
    type: 'structured',
    default: [],
    category: 'experimental',
    scope: 'tenant',
    flag: 'query-frontend.limited-queries',
    yaml: 'limited_queries',
    description: 'Queries that may run only so often: query, allowed_frequency.',
    parse: parseLimitedQueries as (value: unknown) => readonly LimitedQuery[],
    render: renderLimitedQueries as (value: never) => unknown,
  },
  blockedRequests: {
    type: 'structured',
    default: [],
    category: 'experimental',
    scope: 'tenant',
    flag: 'query-frontend.blocked-requests',
    yaml: 'blocked_requests',
    description: 'Requests of the query API that are refused: path, method, query_params (each with value and is_regexp).',
    parse: parseBlockedRequests as (value: unknown) => readonly BlockedRequest[],
    render: renderBlockedRequests as (value: never) => unknown,
  },
} as const;

/** What a query may fetch and hold. */
export type FetchLimits = ConfigOf<typeof FETCH>;
/** What a query may be. */
export type FrontendLimits = ConfigOf<typeof FRONTEND>;
/** Everything that the read path asks of a tenant's limits. */
export type QueryLimits = FetchLimits & FrontendLimits;

/** Declaration of {@link FetchLimits}. */
export const FETCH_LIMITS: OptionGroup<typeof FETCH> = options('limits.fetch', FETCH, { yamlSection: 'limits' });
/** Declaration of {@link FrontendLimits}. */
export const FRONTEND_LIMITS: OptionGroup<typeof FRONTEND> = options('limits.frontend', FRONTEND, { yamlSection: 'limits' });
