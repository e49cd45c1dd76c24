import type { MetricRegistry } from '@telamon/telemetry';
import type { WriteTotals } from '@telamon/wire';

/** Counters of the write path. Tenants are bounded by who may write, reasons by the error catalogue. */
export interface WriteMetrics {
  /** Counts what a request held. */
  received(tenant: string, totals: WriteTotals): void;
  /** Counts what was refused, by reason. */
  refused(tenant: string, byReason: ReadonlyMap<string, number>): void;
}

/** Declares the counters. */
export function createWriteMetrics(registry: MetricRegistry): WriteMetrics {
  const samples = registry.counter({
    name: 'telamon_distributor_received_samples_total',
    help: 'Samples, native histograms included, that were received.',
    labels: ['tenant'],
  });
  const exemplars = registry.counter({
    name: 'telamon_distributor_received_exemplars_total',
    help: 'Exemplars that were received.',
    labels: ['tenant'],
  });
  const requests = registry.counter({
    name: 'telamon_distributor_requests_total',
    help: 'Write requests that were decoded.',
    labels: ['tenant'],
  });
  const discarded = registry.counter({
    name: 'telamon_discarded_samples_total',
    help: 'Samples, histograms and exemplars that were refused, by reason.',
    labels: ['tenant', 'reason'],
  });
  return {
    received: (tenant, totals) => {
      requests.inc({ tenant });
      samples.inc({ tenant }, totals.samples + totals.histograms);
      if (totals.exemplars > 0) exemplars.inc({ tenant }, totals.exemplars);
    },
    refused: (tenant, byReason) => {
      for (const [reason, count] of byReason) discarded.inc({ tenant, reason }, count);
    },
  };
}
