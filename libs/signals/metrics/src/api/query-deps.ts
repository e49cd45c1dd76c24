import type { LabelsRequest } from '../metrics-source.ts';
import type { EvaluateReply, EvaluateRequest } from '../query/evaluate-request.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import type { QuerySettings } from './query-settings.ts';

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
  /** What a tenant writes and holds now. */
  readonly usageOf: (tenant: string, signal: AbortSignal) => Promise<TenantUsage> | TenantUsage;
  /** Limits of a tenant by Mimir's keys. */
  readonly userLimitsOf: (tenant: string) => Readonly<Record<string, unknown>>;
  /** Told of every request that a limit or a rule refuses, with the reason label of metrics. */
  readonly onRefused: (tenant: string, reason: string) => void;
}

/** What `user_stats` tells. */
export interface TenantUsage {
  /** Samples per second, averaged over the last minutes. */
  readonly ingestionRate: number;
  readonly seriesCount: number;
}

/** A request to /federate, parsed. */
export interface FederateRequest {
  readonly tenant: string;
  readonly selectors: readonly string[];
  readonly nowMs: number;
  readonly lookbackMs: number;
  /** Older samples are not there; -Infinity: all are. */
  readonly oldestMs: number;
  readonly externalLabels: readonly (readonly [string, string])[];
}

/** Series as a JSON list. */
export interface SeriesReply {
  readonly json: string;
  /** Whether the limit left some out. */
  readonly isCut: boolean;
}
