import type { BlockedQuery } from '@telamon/limits';

/** What the main thread asks a worker to evaluate. Plain data: it crosses a thread. Times and durations in ms. */
export interface EvaluateRequest {
  readonly tenant: string;
  readonly query: string;
  /** `instant`: at startMs; `range`: startMs..endMs every stepMs. */
  readonly kind: 'instant' | 'range';
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly lookbackMs: number;
  readonly timeoutMs: number;
  /** 0 = all series. */
  readonly limit: number;
  readonly stats: 'none' | 'sum' | 'all';
  /** Warnings that the parameters earned, added to the answer's. */
  readonly warnings: readonly string[];
  readonly limits: EvaluateLimits;
  /** Older samples are not there for this query. -Infinity: all are. */
  readonly oldestMs: number;
  /** Whether start or end of a range query came as no multiple of the step. */
  readonly isUnaligned: boolean;
  readonly policy: QueryPolicy;
}

/** Which queries a tenant may run. */
export interface QueryPolicy {
  /** Names of Prometheus feature flags that are on. */
  readonly features: readonly string[];
  /** Experimental functions and aggregations that may be used although their feature is off; `all` for every one. */
  readonly experimentalFunctions: readonly string[];
  /** Queries that the operator refuses. */
  readonly blockedQueries: readonly BlockedQuery[];
}

/** Bounds of one query; 0 = none. */
export interface EvaluateLimits {
  readonly maxSamples: number;
  readonly maxSeries: number;
  readonly maxChunks: number;
  readonly maxChunkBytes: number;
  readonly maxMemoryBytes: number;
  /** Time that one selector may span, its range included, ms. */
  readonly maxSelectorLengthMs: number;
}

/** Answer of the worker: status and body of the HTTP reply, ready to send. */
export interface EvaluateReply {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** `success`, or the error type of the reply. */
  readonly outcome: string;
  /** Why the query was refused, as the reason label of metrics has it; '' when it was not. */
  readonly refusal: string;
  readonly tally: QueryTally;
}

/** What a query looked at. */
export interface QueryTally {
  readonly sampleCount: number;
  readonly seriesCount: number;
  readonly chunkCount: number;
  readonly chunkBytes: number;
}
