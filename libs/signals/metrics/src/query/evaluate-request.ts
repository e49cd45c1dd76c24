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
  /** Names of Prometheus feature flags that are on. */
  readonly features: readonly string[];
}

/** Bounds of one query; 0 = none. */
export interface EvaluateLimits {
  readonly maxSamples: number;
  readonly maxSeries: number;
  readonly maxMemoryBytes: number;
  readonly maxExpressionBytes: number;
}

/** Answer of the worker: status and body of the HTTP reply, ready to send. */
export interface EvaluateReply {
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Samples that the query looked at, for statistics and the slow-query log. */
  readonly sampleCount: number;
  readonly seriesCount: number;
  readonly fetchedBytes: number;
}
