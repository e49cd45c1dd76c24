import type { BlockedRequest, LimitedQuery } from '@telamon/limits';
import type { EvaluateLimits, QueryPolicy } from '../query/evaluate-request.ts';

/** Settings of queries that hold for one tenant. */
export interface QuerySettings {
  readonly lookbackMs: number;
  /** Longest time that a query may take, ms; a request may only ask for less. */
  readonly timeoutMs: number;
  readonly limits: EvaluateLimits;
  readonly policy: QueryPolicy;
  readonly requests: RequestLimits;
}

/** Limits that are met before anything is read; numbers of 0 are none. */
export interface RequestLimits {
  /** Size of a query's text, bytes of UTF-8. */
  readonly maxExpressionBytes: number;
  /** How far back data can be queried, ms. */
  readonly maxLookbackMs: number;
  /** Longest range of a range query, ms. */
  readonly maxTotalLengthMs: number;
  /** Longest range of series, label name and label value queries, ms. */
  readonly maxLabelsLengthMs: number;
  /** Most series of the series API. */
  readonly maxSeries: number;
  readonly maxLabelNames: number;
  readonly maxLabelValues: number;
  /** Whether start and end of range queries are moved to multiples of the step. */
  readonly isAlignedWithStep: boolean;
  readonly limitedQueries: readonly LimitedQuery[];
  readonly blockedRequests: readonly BlockedRequest[];
}
