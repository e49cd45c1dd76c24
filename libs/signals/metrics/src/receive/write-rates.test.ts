import { defaultLimits } from '@telamon/limits';
import { FakeClock } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { WriteRates } from './write-rates.ts';

const TOTALS = { series: 1, samples: 10, histograms: 0, exemplars: 0 };

describe('WriteRates', () => {
  it('gives each of several distributors its part of the rate, and the whole burst', async () => {
    const limits = { ...defaultLimits(), ingestionRate: 100, ingestionBurstSize: 200, requestRate: 4, requestBurstSize: 1 };
    const clock = new FakeClock();
    let instances = 1;
    const rates = new WriteRates(
      () => limits,
      clock,
      () => instances,
    );
    const accepted = (): number => {
      for (let count = 0; ; count++) {
        try {
          rates.takeItems('t', limits, TOTALS);
        } catch (error) {
          expect(error).toMatchObject({ status: 429, message: expect.stringContaining('100') });
          return count;
        }
      }
    };
    expect(accepted()).toBe(20);
    await clock.advance(1000);
    expect(accepted()).toBe(10);
    instances = 4;
    await clock.advance(1000);
    // The new rate holds from the next request on; what was saved up before is kept.
    expect(accepted()).toBe(10);
    await clock.advance(4000);
    expect(accepted()).toBe(10);
  });

  it('does so for requests', async () => {
    const limits = { ...defaultLimits(), requestRate: 4, requestBurstSize: 1 };
    const clock = new FakeClock();
    const rates = new WriteRates(
      () => limits,
      clock,
      () => 2,
    );
    rates.takeRequest('t', limits);
    await clock.advance(400);
    expect(() => rates.takeRequest('t', limits)).toThrow(/4/);
    await clock.advance(100);
    rates.takeRequest('t', limits);
  });
});
