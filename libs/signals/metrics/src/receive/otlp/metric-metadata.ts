import { type MetricMetadata, type MetricType, type OtlpMetric, TEMPORALITY_DELTA } from '@telamon/wire';
import { prometheusUnit } from './unit-suffix.ts';

/** Type of the Prometheus metric that an OTLP metric becomes. `keepsDelta`: deltas stay what they are, which has no type. */
export function metricTypeOf({ data }: OtlpMetric, keepsDelta: boolean): MetricType {
  switch (data.kind) {
    case 'gauge':
    case 'summary':
      return data.kind;
    case 'sum':
      if (keepsDelta && data.temporality === TEMPORALITY_DELTA) return 'unknown';
      return data.isMonotonic ? 'counter' : 'gauge';
    case 'none':
      return 'unknown';
    default:
      return keepsDelta && data.temporality === TEMPORALITY_DELTA ? 'unknown' : 'histogram';
  }
}

/** Metadata of a metric under its translated name. */
export function metricMetadata(metric: OtlpMetric, name: string, type: MetricType): MetricMetadata {
  return { name, type, help: metric.description, unit: prometheusUnit(metric.unit, true) };
}
