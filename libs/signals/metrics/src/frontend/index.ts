export { METRICS_FRONTEND, type MetricsFrontendConfig } from './frontend-options.ts';
export { createMetricsFrontend, type MetricsFrontendDeps } from './metrics-frontend.ts';
