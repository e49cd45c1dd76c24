import { FakeClock } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { neverAborted } from './blocks.fixture.ts';
import { QueryGate } from './query-gate.ts';

/** A promise that is settled from outside. */
function deferred(): { readonly promise: Promise<void>; resolve(): void; reject(error: Error): void } {
  let settle: { resolve: () => void; reject: (error: Error) => void };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: () => settle.resolve(), reject: (error) => settle.reject(error) };
}

describe('QueryGate', () => {
  it('waits for the queries that began before, not for later ones, whatever their end', async () => {
    const gate = new QueryGate(new FakeClock());
    await gate.settled(1000, neverAborted());
    const [first, second, late] = [deferred(), deferred(), deferred()];
    const running = [gate.run(() => first.promise), gate.run(() => second.promise)];
    const events: string[] = [];
    const settled = gate.settled(1000, neverAborted()).then(() => events.push('settled'));
    const later = gate.run(() => late.promise);
    first.resolve();
    await running[0];
    expect(gate.runningCount).toBe(2);
    expect(events).toEqual([]);
    second.reject(new Error('query failed'));
    await expect(running[1]).rejects.toThrow('query failed');
    await settled;
    expect(gate.runningCount).toBe(1);
    late.resolve();
    await later;
    expect(gate.runningCount).toBe(0);
  });

  it('gives up after a time, and at once when stopped', async () => {
    const clock = new FakeClock();
    const gate = new QueryGate(clock);
    const stuck = deferred();
    const running = gate.run(() => stuck.promise);
    const settled = gate.settled(1000, neverAborted());
    await clock.advance(1000);
    await settled;
    const stop = new AbortController();
    const stopped = gate.settled(1000, stop.signal);
    stop.abort(new Error('stopping'));
    await expect(stopped).rejects.toThrow('stopping');
    stuck.resolve();
    await running;
  });
});
