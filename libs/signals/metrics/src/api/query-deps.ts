import type { LabelsRequest } from '../metrics-source.ts';
import type { EvaluateLimits, EvaluateReply, EvaluateRequest } from '../query/evaluate-request.ts';
import type { RecentMetrics } from '../recent-metrics.ts';

/** Settings of queries that hold for one tenant. */
export interface QuerySettings {
  readonly lookbackMs: number;
  /** Longest time that a query may take, ms; a request may only ask for less. */
  readonly timeoutMs: number;
  readonly limits: EvaluateLimits;
  /** Names of Prometheus feature flags that are on. */
  readonly features: readonly string[];
}

/** What the handlers of the query API stand on. */
export interface QueryDeps {
  readonly nowMs: () => number;
  readonly settingsOf: (tenant: string) => QuerySettings;
  /** Evaluates in a worker thread; failures of the query are replies, not exceptions. */
  readonly evaluate: (request: EvaluateRequest, signal: AbortSignal) => Promise<EvaluateReply>;
  /** JSON of the formatted query; throws ApiError. */
  readonly formatQuery: (tenant: string, query: string, signal: AbortSignal) => Promise<string>;
  /** JSON of the query's syntax tree; throws ApiError. */
  readonly parseQuery: (tenant: string, query: string, signal: AbortSignal) => Promise<string>;
  /** The exposition text of /federate. */
  readonly federate: (request: FederateRequest, signal: AbortSignal) => Promise<string>;
  /** Distinct label names, sorted bytewise. */
  readonly labelNames: (request: LabelsRequest, signal: AbortSignal) => Promise<readonly string[]>;
  /** Distinct values of a label, sorted bytewise. */
  readonly labelValues: (name: string, request: LabelsRequest, signal: AbortSignal) => Promise<readonly string[]>;
  /** Label sets of series as a JSON list, sorted, cut to `limit` (0 = all). */
  readonly series: (request: LabelsRequest, signal: AbortSignal) => Promise<SeriesReply>;
  /** What only ingesters know. */
  readonly recent: RecentMetrics;
  /** Labels added to federated series, in order. */
  readonly externalLabels: readonly (readonly [string, string])[];
}

/** A request to /federate, parsed. */
export interface FederateRequest {
  readonly tenant: string;
  readonly selectors: readonly string[];
  readonly nowMs: number;
  readonly lookbackMs: number;
  readonly externalLabels: readonly (readonly [string, string])[];
}

/** Series as a JSON list. */
export interface SeriesReply {
  readonly json: string;
  /** Whether the limit left some out. */
  readonly isCut: boolean;
}
