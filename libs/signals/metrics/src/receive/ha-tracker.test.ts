import { describe, expect, it } from 'vitest';
import { HaTracker } from './ha-tracker.ts';

const LIMITS = { maxClusters: 2 };

function trackerAt(clock: { nowMs: number }): HaTracker {
  return new HaTracker({ failoverTimeoutMs: 30_000, nowMs: () => clock.nowMs });
}

describe('HaTracker', () => {
  it('keeps the first replica and answers 202 to the other', () => {
    const clock = { nowMs: 0 };
    const tracker = trackerAt(clock);
    expect(tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
    const refused = tracker.check('t', 'c', 'r1', LIMITS);
    expect(refused?.status).toBe(202);
    expect(refused?.message).toBe('replicas did not match, rejecting sample: replica=r1, elected=r0');
    expect(tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
  });

  it('fails over when the elected replica is silent, and back only likewise', () => {
    const clock = { nowMs: 0 };
    const tracker = trackerAt(clock);
    tracker.check('t', 'c', 'r0', LIMITS);
    clock.nowMs = 29_999;
    expect(tracker.check('t', 'c', 'r1', LIMITS)?.status).toBe(202);
    clock.nowMs = 30_000;
    expect(tracker.check('t', 'c', 'r1', LIMITS)).toBeUndefined();
    expect(tracker.check('t', 'c', 'r0', LIMITS)?.status).toBe(202);
  });

  it('refuses clusters over the limit, for that tenant only', () => {
    const tracker = trackerAt({ nowMs: 0 });
    tracker.check('t', 'c1', 'r', LIMITS);
    tracker.check('t', 'c2', 'r', LIMITS);
    expect(tracker.check('t', 'c3', 'r', LIMITS)).toMatchObject({ status: 400, id: 'err-mimir-tenant-too-many-ha-clusters' });
    expect(tracker.check('u', 'c3', 'r', LIMITS)).toBeUndefined();
    expect(tracker.elections()).toHaveLength(3);
  });
});
