import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { EventLoopMonitor } from './event-loop-monitor.ts';
import { FakeClock } from './fake-clock.ts';

/** A delay histogram whose figures a test sets; all in ns. */
function fakeHistogram(): { count: number; max: number; mean: number; resets: number } & Record<
  'percentile' | 'reset' | 'enable' | 'disable',
  never
> {
  const histogram = {
    count: 0,
    max: 0,
    mean: 0,
    resets: 0,
    percentile: (at: number) => (at > 90 ? histogram.max : histogram.mean),
    reset: () => {
      histogram.resets++;
      histogram.count = 0;
      histogram.max = 0;
      histogram.mean = 0;
    },
    enable: () => true,
    disable: () => true,
  };
  return histogram as never;
}

describe('EventLoopMonitor', () => {
  it('judges whole windows, not single pauses', async () => {
    const [clock, histogram] = [new FakeClock(), fakeHistogram()];
    const monitor = new EventLoopMonitor({ clock, histogram: histogram as never, windowMs: 10_000 });
    expect(monitor.delay()).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0, lostShare: 0 });
    Object.assign(histogram, { count: 500, mean: 20e6, max: 5010e6 });
    await clock.advance(10_000);
    expect(monitor.delay()).toMatchObject({ p50Ms: 10, maxMs: 5000, lostShare: 0.5 });
    expect(monitor.isResponsive()).toBe(true);
    expect(histogram.resets).toBe(1);
    Object.assign(histogram, { count: 10, mean: 990e6, max: 2000e6 });
    await clock.advance(10_000);
    expect(monitor.isResponsive()).toBe(false);
    Object.assign(histogram, { count: 1000, mean: 10e6, max: 10e6 });
    await clock.advance(10_000);
    expect(monitor.isResponsive()).toBe(true);
  });

  it('reads the real loop', () => {
    const monitor = new EventLoopMonitor();
    expect(monitor.isResponsive()).toBe(true);
    monitor.close();
  });
});

describe('FakeClock', () => {
  it('fires timers in order, also those set on the way', async () => {
    const clock = new FakeClock(0);
    const log: string[] = [];
    clock.setTimer(() => log.push(`b@${clock.monotonicMs()}`), 20);
    const cancel = clock.setTimer(() => log.push('never'), 15);
    clock.setTimer(() => {
      log.push(`a@${clock.nowMs()}`);
      cancel();
      void sleep(clock, 5).then(() => log.push(`c@${clock.nowMs()}`));
    }, 10);
    await clock.advance(30);
    expect(log).toEqual(['a@10', 'c@15', 'b@20']);
    expect(clock.timerCount).toBe(0);
  });

  it('cancels a sleep', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const waiting = sleep(clock, 1000, abort.signal);
    abort.abort(new Error('stop'));
    await expect(waiting).rejects.toThrow('stop');
    await expect(sleep(clock, 1, abort.signal)).rejects.toThrow('stop');
    expect(clock.timerCount).toBe(0);
  });
});
