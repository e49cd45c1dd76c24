import { describe, expect, it } from 'vitest';
import { createRingView } from './create-ring-view.ts';
import { describeRing } from './describe-ring.ts';
import { gridOf, NOW_MS, TIMEOUT_MS } from './ring.fixture.ts';

describe('describeRing', () => {
  it('tells of every instance, alive or not', () => {
    const [a, b, ...rest] = gridOf(2, 2, 16);
    const instances = [
      { ...a!, heartbeatMs: NOW_MS - TIMEOUT_MS - 1 },
      { ...b!, state: 'pending' as const, tokens: new Uint32Array(0) },
      ...rest,
    ];
    const view = createRingView(instances, {
      replicationFactor: 1,
      isZoneAware: true,
      heartbeatTimeoutMs: TIMEOUT_MS,
      nowMs: NOW_MS,
    });
    const rows = describeRing(view, { nowMs: NOW_MS + 5, isZoneAware: true });
    expect(rows.map(({ id, state, isHealthy, heartbeatAgeMs }) => ({ id, state, isHealthy, heartbeatAgeMs }))).toEqual([
      { id: 'ingester-zone-a-0', state: 'active', isHealthy: false, heartbeatAgeMs: TIMEOUT_MS + 6 },
      { id: 'ingester-zone-a-1', state: 'active', isHealthy: true, heartbeatAgeMs: 5 },
      { id: 'ingester-zone-b-0', state: 'pending', isHealthy: true, heartbeatAgeMs: 5 },
      { id: 'ingester-zone-b-1', state: 'active', isHealthy: true, heartbeatAgeMs: 5 },
    ]);
    expect(rows[0]!.ownershipPercent + rows[1]!.ownershipPercent).toBeCloseTo(100);
    expect(rows[2]).toMatchObject({ tokenCount: 0, ownershipPercent: 0 });
    expect(rows[3]).toMatchObject({ tokenCount: 16, address: 'ingester-zone-b-1:9095', zone: 'zone-b' });
    expect(rows[3]!.ownershipPercent).toBeCloseTo(100);
  });
});
