export { METRICS_FRONTEND, type MetricsFrontendConfig } from './frontend-options.ts';
export { createMetricsFrontend, type MetricsFrontendDeps } from './metrics-frontend.ts';
export { QUERY_SHARD_FEATURE, QueryShard, takeShard } from './query-shard.ts';
