import { type CatalogueError, catalogueError } from './error-id.ts';
import { goTime } from './ingest-errors.ts';

/** What queries are refused for. Limits met while running are 422, those met before are 400. */

const FEWER_SERIES =
  'Consider reducing the time range and/or number of series selected by the query. One way to reduce the number of selected series is to add more label matchers to the query';

/** The query fetched too many series. */
export function maxSeriesPerQuery(limit: number): CatalogueError {
  return whileRunning(
    'max-series-per-query',
    `the query exceeded the maximum number of series (limit: ${limit} series)`,
    'querier.max-fetched-series-per-query',
  );
}

/** The query fetched too many chunks. */
export function maxChunksPerQuery(limit: number): CatalogueError {
  return whileRunning(
    'max-chunks-per-query',
    `the query exceeded the maximum number of chunks (limit: ${limit} chunks)`,
    'querier.max-fetched-chunks-per-query',
  );
}

/** The query fetched too many bytes of chunks. */
export function maxChunkBytesPerQuery(limitBytes: number): CatalogueError {
  const sentence = `the query exceeded the aggregated chunks size limit (limit: ${limitBytes} bytes)`;
  return whileRunning('max-chunks-bytes-per-query', sentence, 'querier.max-fetched-chunk-bytes-per-query');
}

/** The query would fetch too many chunks. */
export function maxEstimatedChunksPerQuery(limit: number): CatalogueError {
  const sentence = `the estimated number of chunks for the query exceeded the maximum allowed (limit: ${limit} chunks)`;
  return whileRunning('max-estimated-chunks-per-query', sentence, 'querier.max-estimated-fetched-chunks-per-query-multiplier');
}

/** The query holds too much memory. */
export function maxMemoryPerQuery(limitBytes: number): CatalogueError {
  const sentence = `the query exceeded the maximum allowed estimated amount of memory consumed by a single query (limit: ${limitBytes} bytes)`;
  return whileRunning(
    'max-estimated-memory-consumption-per-query',
    sentence,
    'querier.max-estimated-memory-consumption-per-query',
  );
}

/** Range of a partial query. Lengths in ms, printed as Go prints durations. */
export function maxQueryLength(actualMs: number, limitMs: number): CatalogueError {
  const sentence = `the query time range exceeds the limit (query length: ${goDuration(actualMs)}, limit: ${goDuration(limitMs)})`;
  return catalogueError('max-query-length', 422, sentence, { tenantFlags: ['querier.max-partial-query-length'] });
}

/** Range of a whole query. Lengths in ms, printed as Go prints durations. */
export function maxTotalQueryLength(actualMs: number, limitMs: number): CatalogueError {
  const sentence = `the total query time range exceeds the limit (query length: ${goDuration(actualMs)}, limit: ${goDuration(limitMs)})`;
  return catalogueError('max-total-query-length', 400, sentence, { tenantFlags: ['query-frontend.max-total-query-length'] });
}

/** The query's text is too long. Sizes in bytes of UTF-8. */
export function maxQueryExpressionSize(actualBytes: number, limitBytes: number): CatalogueError {
  const sentence = `the raw query size in bytes exceeds the limit (query size: ${actualBytes}, limit: ${limitBytes})`;
  return catalogueError('max-query-expression-size-bytes', 400, sentence, {
    tenantFlags: ['query-frontend.max-query-expression-size-bytes'],
  });
}

/** `reason` is what the operator wrote down, '' for nothing. */
export function queryBlocked(reason: string): CatalogueError {
  return catalogueError('query-blocked', 400, withReason('the request has been blocked by the cluster administrator', reason));
}

/** The operator blocked such requests. */
export function requestBlocked(): CatalogueError {
  return catalogueError('request-blocked', 400, 'the request has been blocked by the cluster administrator');
}

/** Runs more often than `allowedFrequencyMs`. */
export function queryLimited(allowedFrequencyMs: number): CatalogueError {
  const sentence = `the request has been rejected because the query has been limited by the cluster administrator: it is allowed to run once every ${goDuration(allowedFrequencyMs)}`;
  return catalogueError('query-limited', 429, sentence);
}

/** Blocks, by their ULIDs, that no store-gateway could be asked for. */
export function storeConsistencyCheckFailed(blockIds: readonly string[]): CatalogueError {
  return catalogueError('store-consistency-check-failed', 500, 'failed to fetch some blocks', {
    suffix: `. The failed blocks are: ${blockIds.join(' ')}`,
  });
}

/** The bucket index was not written for too long. */
export function bucketIndexTooOld(updatedAtMs: number, maxStaleMs: number): CatalogueError {
  const sentence = `the bucket index is too old. It was last updated at ${goTime(updatedAtMs)}, which exceeds the maximum allowed staleness period of ${goDuration(maxStaleMs)}`;
  return catalogueError('bucket-index-too-old', 500, sentence);
}

/** A duration as Go prints it: `2h0m0s`, `1m30s`, `500ms`, `0s`. */
export function goDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const sign = durationMs < 0 ? '-' : '';
  const absoluteMs = Math.abs(durationMs);
  if (absoluteMs < 1000) return `${sign}${absoluteMs}ms`;
  const hours = Math.floor(absoluteMs / 3_600_000);
  const minutes = Math.floor((absoluteMs % 3_600_000) / 60_000);
  const seconds = (absoluteMs % 60_000) / 1000;
  const head = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${sign}${head}${seconds}s`;
}

type RunningId =
  | 'max-series-per-query'
  | 'max-chunks-per-query'
  | 'max-chunks-bytes-per-query'
  | 'max-estimated-chunks-per-query'
  | 'max-estimated-memory-consumption-per-query';

function whileRunning(id: RunningId, sentence: string, flag: string): CatalogueError {
  return catalogueError(id, 422, sentence, { strategy: FEWER_SERIES, tenantFlags: [flag] });
}

function withReason(sentence: string, reason: string): string {
  return reason === '' ? sentence : `${sentence}, reason: ${reason}`;
}
