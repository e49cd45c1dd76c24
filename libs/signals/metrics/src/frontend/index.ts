export { METRICS_FRONTEND } from './frontend-options.ts';
export { createMetricsFrontend } from './metrics-frontend.ts';
