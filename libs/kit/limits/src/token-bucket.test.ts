import { FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TenantRateLimiter } from './tenant-rate-limiter.ts';
import { type RateLimit, TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('starts full, empties and fills again', async () => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ ratePerSecond: 10, burst: 20 }, clock);
    expect([bucket.tryTake(20), bucket.tryTake(1), bucket.waitMs(5)]).toEqual([true, false, 500]);
    await clock.advance(500);
    expect([bucket.tryTake(5), bucket.tryTake(1)]).toEqual([true, false]);
    await clock.advance(60_000);
    expect([bucket.isFull(), bucket.tryTake(21), bucket.waitMs(21), bucket.tryTake(20)]).toEqual([
      true,
      false,
      Number.POSITIVE_INFINITY,
      true,
    ]);
  });

  it('lets everything through at rate 0', () => {
    const bucket = new TokenBucket({ ratePerSecond: 0, burst: 0 }, new FakeClock());
    expect([bucket.tryTake(1e9), bucket.waitMs(1e9)]).toEqual([true, 0]);
  });

  it('keeps what was saved when the limit changes', () => {
    const bucket = new TokenBucket({ ratePerSecond: 1, burst: 10 }, new FakeClock());
    bucket.tryTake(4);
    bucket.setLimit({ ratePerSecond: 1, burst: 100 });
    expect([bucket.tryTake(7), bucket.tryTake(6)]).toEqual([false, true]);
    bucket.setLimit({ ratePerSecond: 0, burst: 0 });
    bucket.setLimit({ ratePerSecond: 1, burst: 3 });
    expect([bucket.tryTake(3), bucket.tryTake(1)]).toEqual([true, false]);
  });

  it('never gives more than burst plus rate times time', async () => {
    const step = fc.record({ take: fc.nat(30), waitMs: fc.nat(3000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new FakeClock(0);
        const bucket = new TokenBucket({ ratePerSecond: 5, burst: 20 }, clock);
        let taken = 0;
        for (const { take, waitMs } of steps) {
          if (bucket.tryTake(take)) taken += take;
          expect(taken).toBeLessThanOrEqual(20 + (5 * clock.monotonicMs()) / 1000 + 1e-6);
          await clock.advance(waitMs);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('TenantRateLimiter', () => {
  it('keeps tenants apart, follows changes and forgets', () => {
    const limits = new Map<string, RateLimit>([
      ['a', { ratePerSecond: 1, burst: 2 }],
      ['b', { ratePerSecond: 1, burst: 5 }],
    ]);
    const none = { ratePerSecond: 0, burst: 0 };
    const limiter = new TenantRateLimiter({
      limitOf: (tenant) => limits.get(tenant) ?? none,
      clock: new FakeClock(),
      tenantsMax: 2,
    });
    expect([limiter.tryTake('a', 2), limiter.tryTake('a', 1), limiter.tryTake('b', 5), limiter.tryTake('c', 1e9)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(limiter.tenantCount).toBe(2);
    limits.set('d', { ratePerSecond: 1, burst: 1 });
    expect(limiter.tryTake('d', 1)).toBe(true);
    expect(limiter.tenantCount).toBe(2);
    limits.delete('d');
    limiter.tryTake('d', 1);
    expect(limiter.tenantCount).toBe(1);
  });
});
