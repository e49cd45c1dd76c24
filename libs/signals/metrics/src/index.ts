export { METRICS } from './metrics-signal.ts';
export type { LabelsRequest, MetricsSource, SelectRequest } from './metrics-source.ts';
