import {
  ingestionBurst,
  ingestionBurstLimited,
  ingestionRateLimited,
  type RateLimits,
  requestRateLimited,
  TenantRateLimiter,
} from '@telamon/limits';
import type { Clock } from '@telamon/telemetry';
import type { WriteTotals } from '@telamon/wire';

/** The rates at which tenants may write: requests, and samples, histograms and exemplars together. */
export class WriteRates {
  readonly #requests: TenantRateLimiter;
  readonly #items: TenantRateLimiter;

  /**
   * `instanceCount`: distributors that requests are spread over evenly, each of which takes its part of the rates; bursts are whole,
   * as a burst may reach a single one. Read at every request.
   */
  constructor(
    limitsOf: (tenant: string) => RateLimits,
    clock: Pick<Clock, 'monotonicMs'>,
    instanceCount: () => number = () => 1,
  ) {
    this.#requests = new TenantRateLimiter({
      limitOf: (tenant) => {
        const { requestRate, requestBurstSize } = limitsOf(tenant);
        return { ratePerSecond: requestRate / Math.max(1, instanceCount()), burst: requestBurstSize };
      },
      clock,
    });
    this.#items = new TenantRateLimiter({
      limitOf: (tenant) => {
        const limits = limitsOf(tenant);
        return { ratePerSecond: limits.ingestionRate / Math.max(1, instanceCount()), burst: ingestionBurst(limits) };
      },
      clock,
    });
  }

  /** Counts a request; throws 429 (or 529) when the tenant sends too many. */
  takeRequest(tenant: string, limits: RateLimits): void {
    if (this.#requests.tryTake(tenant, 1)) return;
    throw requestRateLimited(limits.requestRate, limits.requestBurstSize, limits.serviceOverloadStatusCodeOnRateLimitEnabled);
  }

  /** Counts what a request holds; throws 429 (or 529) when that is too much. */
  takeItems(tenant: string, limits: RateLimits, totals: WriteTotals, metadataCount = 0): void {
    const count = totals.samples + totals.histograms + totals.exemplars + metadataCount;
    if (count === 0 || this.#items.tryTake(tenant, count)) return;
    const burst = ingestionBurst(limits);
    const isOverload = limits.serviceOverloadStatusCodeOnRateLimitEnabled;
    throw count > burst
      ? ingestionBurstLimited(burst, count, isOverload)
      : ingestionRateLimited(limits.ingestionRate, burst, isOverload);
  }
}
