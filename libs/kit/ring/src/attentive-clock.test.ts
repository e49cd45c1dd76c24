import { FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AttentiveClock } from './attentive-clock.ts';

const QUIET_MS = 30_000;
const MAX_STEP_MS = 3000;

let clock: FakeClock;
let attentive: AttentiveClock;

/** What the clock went on by while time passed with looks each second, and news at the given intervals. */
async function after(ms: number, newsMs = Number.POSITIVE_INFINITY): Promise<number> {
  const before = attentive.nowMs();
  for (let passed = 1000; passed <= ms; passed += 1000) {
    await clock.advance(1000);
    if (passed % newsMs === 0) attentive.heard();
    attentive.nowMs();
  }
  return attentive.nowMs() - before;
}

beforeEach(() => {
  clock = new FakeClock();
  attentive = new AttentiveClock(clock, { quietMs: QUIET_MS, maxStepMs: MAX_STEP_MS });
});

describe('AttentiveClock', () => {
  it('goes on while anybody is heard now and then', async () => {
    expect(await after(100_000, 1000)).toBe(100_000);
    expect(await after(300_000, QUIET_MS)).toBe(300_000);
  });

  it('passes over long sleeps of its process', async () => {
    await clock.advance(300_000);
    expect(attentive.nowMs()).toBe(MAX_STEP_MS);
  });

  it('stands still when nobody is heard, takes that time back, and waits for the others', async () => {
    attentive.heard();
    expect(await after(600_000)).toBe(QUIET_MS);
    attentive.heard();
    expect(attentive.nowMs()).toBe(0);
    expect(await after(QUIET_MS, 5000)).toBe(0);
    expect(await after(QUIET_MS, 5000)).toBe(QUIET_MS);
  });

  it('waits for the others but once, however rarely they are heard', async () => {
    await after(QUIET_MS + 1000, QUIET_MS + 1000);
    expect(await after(10 * QUIET_MS, QUIET_MS)).toBe(9 * QUIET_MS);
  });

  it('never goes faster than time, nor further back than it may', async () => {
    const step = fc.record({ ms: fc.nat(2 * QUIET_MS), isHeard: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        clock = new FakeClock();
        attentive = new AttentiveClock(clock, { quietMs: QUIET_MS, maxStepMs: MAX_STEP_MS });
        for (const { ms, isHeard } of steps) {
          const before = attentive.nowMs();
          await clock.advance(ms);
          if (isHeard) attentive.heard();
          const passed = attentive.nowMs() - before;
          expect(passed).toBeLessThanOrEqual(Math.min(ms, MAX_STEP_MS));
          expect(passed).toBeGreaterThanOrEqual(isHeard ? -QUIET_MS : 0);
        }
      }),
    );
  });
});
