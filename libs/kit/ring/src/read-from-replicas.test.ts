import { TelamonError } from '@telamon/model';
import { FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherFromReplicas, type ReplicaGather } from './gather-from-replicas.ts';
import type { Instance } from './instance.ts';
import { gridOf } from './ring.fixture.ts';
import type { ReplicaSet } from './ring-view.ts';
import { streamFromReplicas } from './stream-from-replicas.ts';

const GRID = gridOf(3, 2, 4);
const ZONES: ReplicaSet = { instances: GRID, maxErrors: 0, maxUnavailableZones: 1, isZoneAware: true };
const PLAIN: ReplicaSet = { instances: GRID, maxErrors: 2, maxUnavailableZones: 0, isZoneAware: false };
const NEVER = new AbortController().signal;
const DOWN = new TelamonError('unavailable', { status: 503 });
/** Asks zone-a first, then b, then c. */
const IN_ORDER = (): number => 0.999;

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Rejects when the signal aborts, never resolves. */
function hang(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

function zonesOf(instances: readonly Instance[]): string[] {
  return [...new Set(instances.map(({ zone }) => zone))].sort();
}

function recording(call: ReplicaGather<string>['call']): {
  asked: Instance[];
  aborted: Instance[];
  call: ReplicaGather<string>['call'];
} {
  const asked: Instance[] = [];
  const aborted: Instance[] = [];
  return {
    asked,
    aborted,
    call: (instance, signal) => {
      asked.push(instance);
      signal.addEventListener('abort', () => aborted.push(instance));
      return call(instance, signal);
    },
  };
}

describe('gatherFromReplicas', () => {
  it('asks two of three zones when all is well', async () => {
    const calls = recording(async ({ id }) => id);
    const replies = await gatherFromReplicas({ replicas: ZONES, signal: NEVER, call: calls.call, random: IN_ORDER });
    expect(zonesOf(calls.asked)).toEqual(['zone-a', 'zone-b']);
    expect([...replies].sort()).toEqual(calls.asked.map(({ id }) => id).sort());
  });

  it('asks another zone for one that fails, and leaves out what that said', async () => {
    const calls = recording(async ({ id }) => {
      if (id === 'ingester-zone-a-1') throw DOWN;
      return id;
    });
    const replies = await gatherFromReplicas({ replicas: ZONES, signal: NEVER, call: calls.call, random: IN_ORDER });
    expect([...replies].sort()).toEqual(GRID.flatMap(({ id, zone }) => (zone === 'zone-a' ? [] : [id])).sort());
  });

  it('fails with 503 when two zones fail', async () => {
    const call = async ({ id, zone }: Instance): Promise<string> => {
      if (zone !== 'zone-c') throw DOWN;
      return id;
    };
    await expect(gatherFromReplicas({ replicas: ZONES, signal: NEVER, call })).rejects.toMatchObject({
      status: 503,
      id: 'replicas-no-quorum',
      isRetryable: true,
      cause: DOWN,
    });
  });

  it('throws what a quorum blames the request for', async () => {
    const bad = new TelamonError('too many series', { status: 422 });
    const call = (): Promise<string> => Promise.reject(bad);
    await expect(gatherFromReplicas({ replicas: ZONES, signal: NEVER, call })).rejects.toBe(bad);
    const half = ({ zone }: Instance): Promise<string> => Promise.reject(zone === 'zone-a' ? bad : DOWN);
    await expect(gatherFromReplicas({ replicas: ZONES, signal: NEVER, call: half, random: IN_ORDER })).rejects.toMatchObject({
      status: 503,
    });
  });

  it('hedges with the third zone, and aborts who lost', async () => {
    const clock = new FakeClock();
    const calls = recording((instance, signal) =>
      instance.id === 'ingester-zone-b-0' ? hang(signal) : Promise.resolve(instance.id),
    );
    const result = gatherFromReplicas({
      replicas: ZONES,
      signal: NEVER,
      call: calls.call,
      random: IN_ORDER,
      clock,
      hedgeAfterMs: 100,
    });
    await clock.advance(99);
    expect(zonesOf(calls.asked)).toEqual(['zone-a', 'zone-b']);
    await clock.advance(1);
    expect([...(await result)].sort()).toEqual(GRID.flatMap(({ id, zone }) => (zone === 'zone-b' ? [] : [id])).sort());
    expect(zonesOf(calls.asked.filter(({ id }) => !id.includes('zone-b')))).toEqual(['zone-a', 'zone-c']);
    expect(zonesOf(calls.aborted)).toEqual(['zone-b']);
    expect(clock.timerCount).toBe(0);
  });

  it('asks everyone at once when told to', async () => {
    const calls = recording(async ({ id }) => id);
    await gatherFromReplicas({ replicas: ZONES, signal: NEVER, call: calls.call, hedgeAfterMs: 0 });
    expect(calls.asked).toHaveLength(6);
  });

  it('counts instances where there are no zones', async () => {
    const calls = recording(async ({ id }) => id);
    expect(await gatherFromReplicas({ replicas: PLAIN, signal: NEVER, call: calls.call })).toHaveLength(4);
    const failing = recording(async ({ id }) => (id.endsWith('0') ? Promise.reject(DOWN) : id));
    await expect(gatherFromReplicas({ replicas: PLAIN, signal: NEVER, call: failing.call })).rejects.toThrow(
      'too many replicas failed',
    );
  });

  it('ends with the signal, aborting the calls', async () => {
    const controller = new AbortController();
    const calls = recording((_, signal) => hang(signal));
    const result = gatherFromReplicas({ replicas: ZONES, signal: controller.signal, call: calls.call });
    controller.abort(new Error('client gone'));
    await expect(result).rejects.toThrow('client gone');
    expect(calls.aborted).toHaveLength(4);
    await expect(gatherFromReplicas({ replicas: ZONES, signal: controller.signal, call: calls.call })).rejects.toThrow(
      'client gone',
    );
    expect(calls.asked).toHaveLength(4);
  });

  it('has no one to ask in an empty set', async () => {
    const replicas = { ...PLAIN, instances: [], maxErrors: 0 };
    await expect(gatherFromReplicas({ replicas, signal: NEVER, call: async () => 1 })).rejects.toThrow('no replica');
  });
});

describe('streamFromReplicas', () => {
  it('gives everything of a quorum whatever fails where', async () => {
    const behaviours = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        behaviours,
        fc.boolean(),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (failAt, isZoned, coin) => {
          const replicas = isZoned ? ZONES : PLAIN;
          const complete = new Set<Instance>();
          async function* call(instance: Instance): AsyncGenerator<string> {
            const fails = failAt[GRID.indexOf(instance)]!;
            for (let i = 0; i < 5; i++) {
              if (i === fails) throw DOWN;
              if (coin.next().value! < 0.5) await Promise.resolve();
              yield `${instance.id}/${i}`;
            }
            complete.add(instance);
          }
          const failed = GRID.filter((_, i) => failAt[i]! < 5);
          const isPossible = isZoned ? zonesOf(failed).length <= 1 : failed.length <= 2;
          const got: string[] = [];
          const read = async (): Promise<void> => {
            const random = (): number => coin.next().value!;
            for await (const message of streamFromReplicas({ replicas, signal: NEVER, call, random })) got.push(message);
          };
          // With luck, those who would fail are never asked.
          const isDone = await read().then(
            () => true,
            (error: unknown) => {
              expect(error).toMatchObject({ status: 503 });
              return false;
            },
          );
          if (isPossible) expect(isDone).toBe(true);
          if (!isDone) return;
          const whole = GRID.filter(({ id }) => [0, 1, 2, 3, 4].every((i) => got.includes(`${id}/${i}`)));
          if (isZoned)
            expect(
              zonesOf(GRID).filter((zone) => GRID.every((one) => one.zone !== zone || whole.includes(one))).length,
            ).toBeGreaterThanOrEqual(2);
          else expect(whole.length).toBeGreaterThanOrEqual(4);
          expect(new Set(got).size).toBe(got.length);
        },
      ),
    );
  });

  it('holds one message of each instance while nobody reads', async () => {
    let made = 0;
    async function* call(): AsyncGenerator<number> {
      for (let i = 0; i < 100; i++) yield ++made;
    }
    const messages = streamFromReplicas({ replicas: ZONES, signal: NEVER, call });
    await messages.next();
    for (let i = 0; i < 20; i++) await settle();
    expect(made).toBeLessThanOrEqual(6);
    await messages.return();
  });

  it('aborts the calls when the reader stops', async () => {
    const signals: AbortSignal[] = [];
    async function* call(_: Instance, signal: AbortSignal): AsyncGenerator<number> {
      signals.push(signal);
      yield 1;
      await hang(signal);
    }
    for await (const _ of streamFromReplicas({ replicas: ZONES, signal: NEVER, call })) break;
    expect(signals).toHaveLength(4);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('hedges only while the reader waits', async () => {
    const clock = new FakeClock();
    const asked: string[] = [];
    async function* call({ zone }: Instance, signal: AbortSignal): AsyncGenerator<string> {
      asked.push(zone);
      yield `${zone} first`;
      if (zone === 'zone-a') await hang(signal);
      yield `${zone} last`;
    }
    const messages = streamFromReplicas({ replicas: ZONES, signal: NEVER, call, random: IN_ORDER, clock, hedgeAfterMs: 100 });
    await messages.next();
    await clock.advance(1000);
    expect(asked).not.toContain('zone-c');
    const rest: string[] = [];
    const reading = (async (): Promise<void> => {
      for await (const message of messages) rest.push(message);
    })();
    await clock.advance(100);
    await reading;
    expect(asked).toContain('zone-c');
    expect(rest.filter((text) => text.endsWith('last')).sort()).toEqual([
      'zone-b last',
      'zone-b last',
      'zone-c last',
      'zone-c last',
    ]);
    expect(clock.timerCount).toBe(0);
  });

  it('does not take a stream that ends because it was aborted for a whole one', async () => {
    async function* call({ id }: Instance, signal: AbortSignal): AsyncGenerator<string> {
      if (id.endsWith('a-1')) throw DOWN;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      yield id;
    }
    const controller = new AbortController();
    const reading = (async (): Promise<void> => {
      for await (const _ of streamFromReplicas({ replicas: ZONES, signal: controller.signal, call }));
    })();
    controller.abort(new Error('client gone'));
    await expect(reading).rejects.toThrow('client gone');
  });

  it('passes on a failure of the first step', async () => {
    const call = (): AsyncIterable<number> => {
      throw DOWN;
    };
    const messages = streamFromReplicas({ replicas: ZONES, signal: NEVER, call });
    await expect(messages.next()).rejects.toMatchObject({ status: 503 });
  });
});
