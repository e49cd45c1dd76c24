import type { MatcherSpec } from '@telamon/model';

/** Exemplars of one series, ascending in time. */
export interface ExemplarSeries {
  /** Canonical label bytes of the series. */
  readonly labels: Uint8Array;
  readonly exemplars: readonly {
    /** `name, value, ...` sorted. */
    readonly labels: readonly string[];
    readonly value: number;
    readonly timeMs: number;
  }[];
}

/** Metadata of a metric as its senders gave it. */
export interface MetricMetadata {
  /** `counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, `info`, `stateset` or `unknown`. */
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** A row of a top list of `status/tsdb`. */
export interface NamedCount {
  readonly name: string;
  readonly value: number;
}

/** Numbers of `status/tsdb`. Times in ms; minTimeMs > maxTimeMs when there is no sample. */
export interface TsdbStatus {
  readonly seriesCount: number;
  readonly labelPairCount: number;
  readonly chunkCount: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

/** What only ingesters know: exemplars, metadata, cardinality of what was written lately. */
export interface RecentMetrics {
  /** Exemplars of series that pass any of the matcher sets, series sorted by labels. Times inclusive, ms. */
  exemplars(tenant: string, matcherSets: readonly (readonly MatcherSpec[])[], fromMs: number, toMs: number): Promise<ExemplarSeries[]>;
  /** Metadata by metric name; `metric` '' means all, else only that one. */
  metadata(tenant: string, metric: string): Promise<Map<string, readonly MetricMetadata[]>>;
  /** Cardinality numbers; top lists hold at most `limit` rows. */
  tsdbStatus(tenant: string, limit: number): Promise<TsdbStatus>;
}
