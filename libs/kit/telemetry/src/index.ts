export { type Clock, SYSTEM_CLOCK, sleep } from './clock.ts';
export { type EventLoopDelay, EventLoopMonitor, type EventLoopMonitorOptions } from './event-loop-monitor.ts';
export { type Exposition, type ExpositionRequest, prefersOpenMetrics } from './exposition.ts';
export { FakeClock } from './fake-clock.ts';
export { letHeapsGrow } from './heap-growth.ts';
export { type IdleCollection, IdleCollector, type IdleCollectorOptions } from './idle-collector.ts';
export { LOG_LINE_BYTES_MAX, type LogFormat } from './log-format.ts';
export {
  createLogger,
  createSilentLogger,
  type LogFields,
  type Logger,
  type LoggerOptions,
  type LogLevel,
  type RootLogger,
} from './logger.ts';
export { residentBytes } from './memory-usage.ts';
export {
  type Counter,
  createRegistry,
  type Gauge,
  type Histogram,
  type LabelValues,
  type MetricRegistry,
} from './metric-registry.ts';
export {
  type HistogramSpec,
  LATENCY_BUCKETS_SECONDS,
  type MetricDescription,
  type MetricSpec,
  type ReadSpec,
  SIZE_BUCKETS_BYTES,
} from './metric-spec.ts';
export { type BuildInfo, registerProcessMetrics } from './process-metrics.ts';
export { isSecretKey, REDACTED, redactText } from './redact.ts';
export { TimeSlice } from './time-slice.ts';
