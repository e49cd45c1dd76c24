import type { Clock } from '@telamon/telemetry';
import { type RateLimit, TokenBucket } from './token-bucket.ts';

/** Settings of a {@link TenantRateLimiter}. */
export interface TenantRateLimiterOptions {
  /** The limit that holds for a tenant now; called on every request, so that a new runtime file counts at once. */
  readonly limitOf: (tenant: string) => RateLimit;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Buckets kept at most; default 100,000. Beyond that full ones are dropped, which nobody notices, then the oldest. */
  readonly tenantsMax?: number;
}

/** One token bucket per tenant. Tenants without a limit have none and cost nothing. */
export class TenantRateLimiter {
  readonly #options: TenantRateLimiterOptions;
  readonly #tenantsMax: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: TenantRateLimiterOptions) {
    this.#options = options;
    this.#tenantsMax = options.tenantsMax ?? 100_000;
  }

  /** Whether the tenant may have `count` more now; takes them if so. Cost: O(1), now and then O(tenants). */
  tryTake(tenant: string, count: number): boolean {
    const limit = this.#options.limitOf(tenant);
    if (limit.ratePerSecond <= 0) {
      this.#buckets.delete(tenant);
      return true;
    }
    let bucket = this.#buckets.get(tenant);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#tenantsMax) this.#evict();
      bucket = new TokenBucket(limit, this.#options.clock);
      this.#buckets.set(tenant, bucket);
    } else {
      bucket.setLimit(limit);
    }
    return bucket.tryTake(count);
  }

  /** Number of tenants with a bucket. */
  get tenantCount(): number {
    return this.#buckets.size;
  }

  #evict(): void {
    for (const [tenant, bucket] of this.#buckets) if (bucket.isFull()) this.#buckets.delete(tenant);
    // An eighth at a time, so that a flood of new tenants doesn't pay for a scan each.
    const keep = Math.floor((this.#tenantsMax * 7) / 8);
    for (const tenant of this.#buckets.keys()) {
      if (this.#buckets.size <= keep) break;
      this.#buckets.delete(tenant);
    }
  }
}
