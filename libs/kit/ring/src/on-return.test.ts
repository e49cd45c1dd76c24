import { expect, it } from 'vitest';
import { createRingView } from './create-ring-view.ts';
import type { InstanceState } from './instance.ts';
import { onReturn } from './on-return.ts';
import { instanceOf, NOW_MS, TIMEOUT_MS } from './ring.fixture.ts';
import type { RingReader } from './ring-view.ts';

function changeableRing(first: Readonly<Record<string, InstanceState>>) {
  const viewOf = (states: Readonly<Record<string, InstanceState>>) =>
    createRingView(
      Object.entries(states).map(([id, state], i) => instanceOf({ id, state, tokens: [i] })),
      { replicationFactor: 1, isZoneAware: false, heartbeatTimeoutMs: TIMEOUT_MS, nowMs: NOW_MS },
    );
  let view = viewOf(first);
  const listeners = new Set<() => void>();
  const ring: RingReader = {
    view: () => view,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const change = (states: Readonly<Record<string, InstanceState>>): void => {
    view = viewOf(states);
    for (const listener of listeners) listener();
  };
  return { ring, change };
}

it('tells of instances that begin to serve, and of no others', () => {
  const told: string[] = [];
  const { ring, change } = changeableRing({ a: 'active', b: 'joining' });
  const stop = onReturn(ring, ({ id }) => told.push(id));
  change({ a: 'active', b: 'joining', c: 'active' });
  expect(told.splice(0)).toEqual(['c']);
  change({ a: 'leaving', b: 'active', c: 'readonly' });
  expect(told.splice(0)).toEqual(['b']);
  change({ b: 'active', c: 'active' });
  expect(told.splice(0)).toEqual([]);
  change({ a: 'active', b: 'active', c: 'active' });
  expect(told.splice(0)).toEqual(['a']);
  stop();
  change({ d: 'active' });
  expect(told).toEqual([]);
});
