import type { QueryLimits } from '@telamon/limits';
import type { FetchLimits } from '../query/fetch-budget.ts';

/** Most that one request to a store-gateway may fetch: what a whole query may, so that none is refused that the querier would let pass. */
export function gatewayLimitsOf(limits: QueryLimits): FetchLimits {
  return {
    maxSeries: limits.maxFetchedSeriesPerQuery,
    maxChunks: limits.maxFetchedChunksPerQuery,
    maxChunkBytes: limits.maxFetchedChunkBytesPerQuery,
    maxSelectorLengthMs: 0,
  };
}
