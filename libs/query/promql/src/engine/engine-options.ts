/** Behaviour that Prometheus puts behind feature flags. All off by default. */
export interface FeatureFlags {
  /** `promql-experimental-functions`: experimental functions and aggregations parse. */
  readonly experimentalFunctions?: boolean;
  /** `promql-delayed-name-removal`: names are dropped when the whole query is done. */
  readonly delayedNameRemoval?: boolean;
  /** `promql-extended-range-selectors`: `anchored` and `smoothed` parse. */
  readonly extendedRangeSelectors?: boolean;
  /** `promql-binop-fill-modifiers`: `fill`, `fill_left`, `fill_right` parse. */
  readonly binopFillModifiers?: boolean;
  /** `promql-duration-expr`: arithmetic in durations parses; on by default as in Prometheus 3.14. */
  readonly durationExpressions?: boolean;
  /** `promql-per-step-stats`: per-step counts can be asked for. */
  readonly perStepStats?: boolean;
  /** `use-start-timestamps`: rates know start times of counters. */
  readonly useStartTimestamps?: boolean;
  /** `type-and-unit-labels`: hints about counters go by `__type__`. */
  readonly typeAndUnitLabels?: boolean;
}

/** What an engine is made with; one engine serves many queries. */
export interface EngineOptions {
  /** Samples that a query may hold at one time; default 50,000,000. */
  readonly maxSamples?: number;
  /** How far an instant selector looks back; default 5 minutes. */
  readonly lookbackMs?: number;
  /** Time limit of one query; default 2 minutes. */
  readonly timeoutMs?: number;
  /** Step of subqueries that name none; default 1 minute. */
  readonly defaultEvalIntervalMs?: number;
  /** Estimated bytes that one query may hold; 0 (the default) is no limit. */
  readonly maxMemoryBytes?: number;
  readonly features?: FeatureFlags;
  /** Monotonic clock in ms, for time limits and timings; default `performance.now`. */
  readonly now?: () => number;
}

/** What one query may override, and how it is interrupted. */
export interface QueryOptions {
  /** Overrides the engine's lookback when > 0. */
  readonly lookbackMs?: number;
  /** Overrides the engine's time limit when smaller. */
  readonly timeoutMs?: number;
  readonly maxSamples?: number;
  readonly maxMemoryBytes?: number;
  /** Per-step counts in the statistics; needs the feature. */
  readonly perStepStats?: boolean;
  /** Aborts the query, also while it waits for storage. */
  readonly signal?: AbortSignal;
  /** Asked about every 10 ms of work; true ends the query. */
  readonly isCancelled?: () => boolean;
  /** Called about every 10 ms of work; what it returns is awaited, so that a worker can serve others. */
  readonly maybeYield?: () => Promise<void> | undefined;
  /** Text that positions in annotations refer to, when the query is given as a tree. */
  readonly queryText?: string;
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly maxSamples: number;
  readonly lookbackMs: number;
  readonly timeoutMs: number;
  readonly defaultEvalIntervalMs: number;
  readonly maxMemoryBytes: number;
  readonly isNameRemovalDelayed: boolean;
  readonly isPerStepStatsOn: boolean;
  readonly useStartTimestamps: boolean;
  readonly useTypeLabels: boolean;
}

/** Merges the options of engine and query over the defaults. */
export function resolveOptions(engine: EngineOptions, query: QueryOptions): ResolvedOptions {
  const features = engine.features ?? {};
  const lookbackMs = query.lookbackMs !== undefined && query.lookbackMs > 0 ? query.lookbackMs : engine.lookbackMs;
  return {
    maxSamples: query.maxSamples ?? engine.maxSamples ?? 50_000_000,
    lookbackMs: lookbackMs ?? 300_000,
    timeoutMs: Math.min(engine.timeoutMs ?? 120_000, query.timeoutMs ?? Infinity),
    defaultEvalIntervalMs: engine.defaultEvalIntervalMs ?? 60_000,
    maxMemoryBytes: query.maxMemoryBytes ?? engine.maxMemoryBytes ?? 0,
    isNameRemovalDelayed: features.delayedNameRemoval === true,
    isPerStepStatsOn: features.perStepStats === true && query.perStepStats === true,
    useStartTimestamps: features.useStartTimestamps === true,
    useTypeLabels: features.typeAndUnitLabels === true,
  };
}
