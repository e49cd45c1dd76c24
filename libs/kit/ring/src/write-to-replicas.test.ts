import { TelamonError } from '@telamon/model';
import { FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRingView } from './create-ring-view.ts';
import type { Instance } from './instance.ts';
import { gridOf, NOW_MS, pseudoTokens, TIMEOUT_MS } from './ring.fixture.ts';
import type { RingView } from './ring-view.ts';
import { type ReplicaWrite, writeToReplicas } from './write-to-replicas.ts';

function viewOf(instances: readonly Instance[]): RingView {
  return createRingView(instances, { replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: TIMEOUT_MS, nowMs: NOW_MS });
}

const GRID = gridOf(3, 2, 8);
const VIEW = viewOf(GRID);
const ONE_EACH = viewOf(gridOf(3, 1, 8));

/** A call that answers when told; `answer` throws errors. */
function manualCalls(): {
  call: ReplicaWrite['call'];
  answer: (zone: string, what: readonly number[] | Error) => Promise<void>;
  asked: string[];
} {
  const waiting = new Map<string, (what: readonly number[] | Error) => void>();
  const asked: string[] = [];
  return {
    asked,
    call: (instance) =>
      new Promise((resolve, reject) => {
        asked.push(instance.zone);
        waiting.set(instance.zone, (what) => (what instanceof Error ? reject(what) : resolve(what)));
      }),
    answer: async (zone, what) => {
      waiting.get(zone)!(what);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

type Outcome = { readonly refused?: number[]; readonly error?: unknown };

/** Starts a write of some items to one instance in each of three zones; `state.outcome` is set when it settles. */
function begin(
  tokens: Uint32Array,
  extra: Partial<ReplicaWrite> = {},
): ReturnType<typeof manualCalls> & { state: { outcome?: Outcome } } {
  const calls = manualCalls();
  const state: { outcome?: Outcome } = {};
  writeToReplicas({ view: ONE_EACH, tokens, call: calls.call, timeoutMs: 1e6, clock: new FakeClock(), ...extra }).then(
    (refused) => {
      state.outcome = { refused: [...refused] };
    },
    (error) => {
      state.outcome = { error };
    },
  );
  return { ...calls, state };
}

const BAD = new TelamonError('too old', { status: 400 });
const DOWN = new TelamonError('unavailable', { status: 503 });

describe('writeToReplicas', () => {
  it('sends every item to its replicas once, ascending', async () => {
    const tokens = Uint32Array.from(pseudoTokens(1, 500));
    const sent = new Map<string, readonly number[]>();
    const call: ReplicaWrite['call'] = async (instance, items) => {
      expect(sent.has(instance.id)).toBe(false);
      sent.set(instance.id, items);
      return [];
    };
    expect(await writeToReplicas({ view: VIEW, tokens, call, timeoutMs: 1000 })).toEqual(new Set());
    tokens.forEach((token, item) => {
      const replicas = VIEW.replicasOf(token, 'write').instances.map(({ id }) => id);
      expect(
        [...sent]
          .filter(([, items]) => items.includes(item))
          .map(([id]) => id)
          .sort(),
      ).toEqual(replicas.toSorted());
    });
    for (const items of sent.values()) expect(items).toEqual([...items].sort((a, b) => a - b));
  });

  it('resolves at the second of three, and lets the third go on', async () => {
    let isEnded = false;
    const write = begin(Uint32Array.of(1, 2), { onEnd: () => (isEnded = true) });
    await write.answer('zone-a', []);
    expect(write.state.outcome).toBeUndefined();
    await write.answer('zone-c', []);
    expect(write.state.outcome).toEqual({ refused: [] });
    expect(isEnded).toBe(false);
    await write.answer('zone-b', DOWN);
    expect(isEnded).toBe(true);
  });

  it.each([
    ['stored by two, refused by one', [[], [0], []], { refused: [] }],
    ['refused by two', [[0], [], [0]], { refused: [0] }],
    ['refused by two, unknown at one', [[0], DOWN, [0]], { refused: [0] }],
    ['unknown at two', [[], DOWN, DOWN], { error: { status: 503, id: 'replicas-no-quorum', isRetryable: true } }],
    ['one of each', [[], [0], DOWN], { error: { status: 503, id: 'replicas-no-quorum' } }],
    ['whole calls refused by two', [BAD, [], BAD], { error: BAD }],
    ['refused by a call and by name', [BAD, [0], []], { refused: [0] }],
    ['whole call refused by one', [BAD, [], []], { refused: [] }],
    [
      'retryable refusals are failures',
      [new TelamonError('slow down', { status: 429, isRetryable: true }), DOWN, []],
      { error: { status: 503 } },
    ],
  ] as const)('%s', async (_, answers, outcome) => {
    const write = begin(Uint32Array.of(1));
    for (const [i, zone] of ['zone-a', 'zone-b', 'zone-c'].entries()) await write.answer(zone, answers[i]! as never);
    expect(write.state.outcome).toMatchObject(outcome);
  });

  it('decides every item on its own', async () => {
    const write = begin(Uint32Array.of(1, 2, 3));
    await write.answer('zone-a', [0]);
    await write.answer('zone-b', [0, 2]);
    expect(write.state.outcome).toBeUndefined();
    await write.answer('zone-c', [1]);
    expect(write.state.outcome).toEqual({ refused: [0] });
  });

  it('rejects as soon as one item is lost, naming who failed', async () => {
    const write = begin(Uint32Array.of(1));
    await write.answer('zone-a', DOWN);
    await write.answer('zone-b', new Error('reset'));
    expect(String(write.state.outcome?.error)).toContain('ingester-zone-a-0: unavailable; ingester-zone-b-0: reset');
  });

  it('needs both of two replicas', async () => {
    const view = viewOf(gridOf(3, 1, 8).map((instance, i) => (i === 0 ? { ...instance, heartbeatMs: 0 } : instance)));
    const write = begin(Uint32Array.of(1), { view });
    expect(write.asked).toEqual(expect.not.arrayContaining(['zone-a']));
    await write.answer('zone-b', [0]);
    expect(write.state.outcome).toEqual({ refused: [0] });
  });

  it('counts what does not answer in time as failed, and aborts it', async () => {
    const clock = new FakeClock();
    const signals: AbortSignal[] = [];
    const call: ReplicaWrite['call'] = (instance, _, signal) => {
      if (instance.zone !== 'zone-a') signals.push(signal);
      return instance.zone === 'zone-a' ? Promise.resolve([]) : new Promise(() => {});
    };
    const result = writeToReplicas({ view: ONE_EACH, tokens: Uint32Array.of(1), call, timeoutMs: 2000, clock });
    const settled = expect(result).rejects.toThrow('no answer within 2000 ms');
    await clock.advance(1999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
    await clock.advance(1);
    await settled;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(clock.timerCount).toBe(0);
  });

  it('stops waiting when asked to, but not the calls', async () => {
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const call: ReplicaWrite['call'] = (_, __, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const clock = new FakeClock();
    const result = writeToReplicas({
      view: ONE_EACH,
      tokens: Uint32Array.of(1),
      call,
      timeoutMs: 9,
      clock,
      signal: controller.signal,
    });
    controller.abort(new Error('client gone'));
    await expect(result).rejects.toThrow('client gone');
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
    await clock.advance(9);
  });

  it('throws the error of the ring before any call', async () => {
    const view = viewOf(GRID.map((instance) => ({ ...instance, heartbeatMs: 0 })));
    const write = begin(Uint32Array.of(1), { view });
    await new Promise((resolve) => setImmediate(resolve));
    expect(write.state.outcome).toMatchObject({ error: { id: 'ring-too-few-instances' } });
    expect(write.asked).toEqual([]);
  });

  it('ends when there is nothing to send or nobody to send to', async () => {
    let ends = 0;
    const base = { call: async () => [], timeoutMs: 1000, onEnd: () => ends++ };
    expect(await writeToReplicas({ ...base, view: VIEW, tokens: new Uint32Array(0) })).toEqual(new Set());
    await expect(writeToReplicas({ ...base, view: viewOf([]), tokens: Uint32Array.of(1) })).rejects.toThrow('no instance');
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(writeToReplicas({ ...base, view: VIEW, tokens: Uint32Array.of(1), signal })).rejects.toThrow('gone');
    expect(ends).toBe(3);
  });

  it.each([
    ['spread over six', GRID],
    ['all at the same three', gridOf(3, 1, 8)],
  ])('tells for every item what its replicas said: %s', async (_, grid) => {
    const view = viewOf(grid);
    const answers = fc.array(fc.constantFrom('accept', 'refuse', 'fail', 'refuse all'), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(2 ** 32 - 1), { minLength: 1, maxLength: 30 }),
        answers,
        fc.infiniteStream(fc.boolean()),
        async (tokens, whole, coin) => {
          const said = new Map<number, string[]>();
          const note = (item: number, what: string): void => void said.set(item, [...(said.get(item) ?? []), what]);
          const call: ReplicaWrite['call'] = async (instance, items) => {
            const mood = whole[grid.findIndex(({ id }) => id === instance.id)]!;
            if (coin.next().value) await Promise.resolve();
            if (mood === 'fail') {
              for (const item of items) note(item, 'fail');
              throw DOWN;
            }
            if (mood === 'refuse all') {
              for (const item of items) note(item, 'refuse');
              throw BAD;
            }
            const refused = mood === 'refuse' ? items.filter(() => coin.next().value) : [];
            for (const item of items) note(item, refused.includes(item) ? 'refuse' : 'accept');
            return refused;
          };
          const result = await writeToReplicas({ view, tokens: Uint32Array.from(tokens), call, timeoutMs: 1000 }).catch(
            (error) => (error === BAD ? 'refused whole' : 'lost'),
          );
          const count = (item: number, what: string): number => said.get(item)!.filter((each) => each === what).length;
          const isLost = tokens.some((_, item) => count(item, 'accept') < 2 && count(item, 'refuse') < 2);
          expect(result === 'lost').toBe(isLost);
          const isRefused = tokens.some((_, item) => count(item, 'refuse') >= 2);
          if (result === 'refused whole') expect(isRefused && whole.includes('refuse all')).toBe(true);
          else if (typeof result !== 'string')
            expect([...result]).toEqual(tokens.flatMap((_, item) => (count(item, 'refuse') >= 2 ? [item] : [])));
        },
      ),
    );
  });
});
