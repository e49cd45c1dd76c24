import type { TenantLimits } from '@telamon/limits';
import type { RpcLog } from '@telamon/rpc';
import type { HaTracker } from '../ha-tracker.ts';
import type { MetricsAppender } from '../metrics-appender.ts';
import type { SeriesPreparers } from '../series-preparers.ts';
import type { WriteMetrics } from '../write-metrics.ts';
import type { WriteRates } from '../write-rates.ts';
import type { LastSampleOf } from './last-sample.ts';

/** What the OTLP receiver stands on. */
export interface OtlpDeps {
  readonly limitsOf: (tenant: string) => TenantLimits;
  readonly appender: MetricsAppender;
  /** Newest samples of a tenant: what deltas are added to. Asked while its head appends. See `headLastSample`. */
  readonly lastSamplesOf: (tenant: string) => LastSampleOf;
  readonly preparers: SeriesPreparers;
  readonly ha: HaTracker;
  readonly rates: WriteRates;
  readonly metrics: WriteMetrics;
  /** Bound of a request, compressed and decompressed alike. */
  readonly maxRequestSizeBytes: number;
  readonly lookbackDeltaMs: number;
  readonly log: Pick<RpcLog, 'error'>;
  /** [0, 1), for the jitter of Retry-After and the seed of hashes. */
  readonly random?: () => number;
}
