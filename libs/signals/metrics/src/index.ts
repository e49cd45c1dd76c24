export { createMetricsSignal, type MetricsSignal, type MetricsSignalDeps, type MetricsTenantOverview } from './metrics-signal.ts';
export type { LabelsRequest, MetricsSource, SelectRequest } from './metrics-source.ts';
export { METRICS_OPTIONS } from './options.ts';
