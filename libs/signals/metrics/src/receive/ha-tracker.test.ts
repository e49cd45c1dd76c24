import { InProcessKv, isValidKvKey, type KvStore, KvUnavailableError } from '@telamon/kv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeElection, encodeElection } from './ha-election.ts';
import { haKey } from './ha-key.ts';
import { HaTracker } from './ha-tracker.ts';

const LIMITS = { maxClusters: 2 };

function trackerAt(clock: { nowMs: number }, kv?: KvStore): HaTracker {
  const options = { failoverTimeoutMs: 30_000, nowMs: () => clock.nowMs };
  return new HaTracker(kv === undefined ? options : { ...options, kv });
}

/** Lets watches and background writes catch up. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('HaTracker', () => {
  it('keeps the first replica and answers 202 to the other', async () => {
    const clock = { nowMs: 0 };
    const tracker = trackerAt(clock);
    expect(await tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
    const refused = await tracker.check('t', 'c', 'r1', LIMITS);
    expect(refused?.status).toBe(202);
    expect(refused?.message).toBe('replicas did not match, rejecting sample: replica=r1, elected=r0');
    expect(await tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
  });

  it('fails over when the elected replica is silent, and back only likewise', async () => {
    const clock = { nowMs: 0 };
    const tracker = trackerAt(clock);
    await tracker.check('t', 'c', 'r0', LIMITS);
    clock.nowMs = 29_999;
    expect((await tracker.check('t', 'c', 'r1', LIMITS))?.status).toBe(202);
    clock.nowMs = 30_000;
    expect(await tracker.check('t', 'c', 'r1', LIMITS)).toBeUndefined();
    expect((await tracker.check('t', 'c', 'r0', LIMITS))?.status).toBe(202);
  });

  it('refuses clusters over the limit, for that tenant only', async () => {
    const tracker = trackerAt({ nowMs: 0 });
    await tracker.check('t', 'c1', 'r', LIMITS);
    await tracker.check('t', 'c2', 'r', LIMITS);
    expect(await tracker.check('t', 'c3', 'r', LIMITS)).toMatchObject({
      status: 400,
      id: 'err-mimir-tenant-too-many-ha-clusters',
    });
    expect(await tracker.check('u', 'c3', 'r', LIMITS)).toBeUndefined();
    expect(tracker.elections()).toHaveLength(3);
  });

  it('forgets clusters that are long gone, for the sake of new ones', async () => {
    const clock = { nowMs: 0 };
    const kv = new InProcessKv();
    const tracker = trackerAt(clock, kv);
    await tracker.check('t', 'gone', 'r', LIMITS);
    await tracker.check('u', 'gone', 'r', LIMITS);
    clock.nowMs = 29 * 60_000;
    await tracker.check('t', 'alive', 'r', LIMITS);
    expect((await tracker.check('t', 'new', 'r', LIMITS))?.status).toBe(400);
    clock.nowMs = 30 * 60_000;
    expect(await tracker.check('t', 'new', 'r', LIMITS)).toBeUndefined();
    expect((await kv.list('ha')).map(({ key }) => key).sort()).toEqual(['ha.t.alive', 'ha.t.new', 'ha.u.gone']);
    expect((await tracker.check('t', 'gone', 'r', LIMITS))?.status).toBe(400);
  });

  it('elects one of two replicas that come at the same moment', async () => {
    const tracker = trackerAt({ nowMs: 0 });
    const answers = await Promise.all(['r0', 'r1'].map((replica) => tracker.check('t', 'c', replica, LIMITS)));
    expect(answers.map((answer) => answer?.status)).toEqual([undefined, 202]);
  });
});

describe('several distributors', () => {
  it('agree, whoever is asked first', async () => {
    const kv = new InProcessKv();
    const clock = { nowMs: 0 };
    const a = trackerAt(clock, kv);
    const b = trackerAt(clock, kv.another());
    const answers = await Promise.all([a.check('t', 'c', 'r0', LIMITS), b.check('t', 'c', 'r1', LIMITS)]);
    expect(answers.map((answer) => answer?.status)).toEqual([undefined, 202]);
    await settled();
    expect(b.elections()).toEqual([{ tenant: 't', cluster: 'c', replica: 'r0', lastSeenMs: 0 }]);
  });

  it('keep a replica elected that sends through one of them only', async () => {
    const kv = new InProcessKv();
    const clock = { nowMs: 0 };
    const a = trackerAt(clock, kv);
    const b = trackerAt(clock, kv.another());
    for (; clock.nowMs <= 120_000; clock.nowMs += 5_000) {
      expect(await a.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
      await settled();
      expect((await b.check('t', 'c', 'r1', LIMITS))?.status).toBe(202);
    }
  });

  it('fail over together', async () => {
    const kv = new InProcessKv();
    const clock = { nowMs: 0 };
    const a = trackerAt(clock, kv);
    const b = trackerAt(clock, kv.another());
    await a.check('t', 'c', 'r0', LIMITS);
    await settled();
    clock.nowMs = 30_000;
    const answers = await Promise.all([b.check('t', 'c', 'r1', LIMITS), a.check('t', 'c', 'r2', LIMITS)]);
    expect(answers.map((answer) => answer?.status)).toEqual([undefined, 202]);
    expect((await a.check('t', 'c', 'r0', LIMITS))?.status).toBe(202);
  });

  it('write no more than a sign of life now and then', async () => {
    const kv = new InProcessKv();
    const clock = { nowMs: 0 };
    let writes = 0;
    kv.watch('ha', () => writes++);
    const tracker = trackerAt(clock, kv.another());
    for (; clock.nowMs < 60_000; clock.nowMs += 500) {
      await tracker.check('t', 'c', 'r0', LIMITS);
      await settled();
    }
    expect(writes).toBe(4);
    tracker.close();
  });
});

describe('a store that is away', () => {
  /** A store that can be away; watches go on. */
  function switchable(): { kv: KvStore; isAway: boolean } {
    const inner = new InProcessKv();
    const state = { isAway: false };
    const guard = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        if (state.isAway) throw new KvUnavailableError('away');
        return await call.apply(inner, args);
      };
    };
    const { get, list, put, create, update } = inner;
    const kv: KvStore = Object.assign(Object.create(inner) as KvStore, {
      get: guard(get),
      list: guard(list),
      put: guard(put),
      create: guard(create),
      update: guard(update),
      watch: inner.watch.bind(inner),
    });
    return Object.assign(state, { kv });
  }

  it('changes no election: the elected one passes, a take-over is tried again', async () => {
    const store = switchable();
    const clock = { nowMs: 0 };
    const tracker = trackerAt(clock, store.kv);
    await tracker.check('t', 'c', 'r0', LIMITS);
    store.isAway = true;
    clock.nowMs = 20_000;
    expect(await tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
    expect((await tracker.check('t', 'c', 'r1', LIMITS))?.status).toBe(202);
    clock.nowMs = 50_000;
    await expect(tracker.check('t', 'c', 'r1', LIMITS)).rejects.toMatchObject({ status: 503, isRetryable: true });
    store.isAway = false;
    expect(await tracker.check('t', 'c', 'r1', LIMITS)).toBeUndefined();
  });

  it('that was wiped is filled again by who sends', async () => {
    const kv = new InProcessKv();
    for (let i = 0; i < 10; i++) await kv.put('other', new Uint8Array(0));
    const clock = { nowMs: 0 };
    let current: KvStore = kv;
    const through = new Proxy({} as KvStore, {
      get: (_, name: keyof KvStore) => (current[name] as () => unknown).bind(current),
    });
    const tracker = trackerAt(clock, through);
    await tracker.check('t', 'c', 'r0', LIMITS);
    // An empty store whose revisions begin anew, in which another distributor elected the other replica.
    current = new InProcessKv();
    await trackerAt(clock, current).check('t', 'c', 'r1', LIMITS);
    clock.nowMs = 15_000;
    expect(await tracker.check('t', 'c', 'r0', LIMITS)).toBeUndefined();
    await settled();
    expect((await tracker.check('t', 'c', 'r0', LIMITS))?.status).toBe(202);
    expect(await tracker.check('t', 'c', 'r1', LIMITS)).toBeUndefined();
  });
});

describe('haKey', () => {
  it('spells out what it can', () => {
    expect(haKey('team-a', 'eu-west')).toBe('ha.team-a.eu-west');
    expect(haKey("a_b!.*'()", 'ü c')).toBe('ha.a_5Fb_21_2E_2A_27_28_29._C3_BC_20c');
    expect(haKey('t', '')).toBe('ha.t._');
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ maxLength: 8 }),
    fc.constantFrom('_', '_5F', '_h', 'a.b'),
  );

  it('makes different keys of different pairs, all of them valid', () => {
    fc.assert(
      fc.property(text, text, text, text, (tenant, cluster, otherTenant, otherCluster) => {
        const key = haKey(tenant, cluster);
        expect(isValidKvKey(key)).toBe(true);
        const isSame = key === haKey(otherTenant, otherCluster);
        const bytes = (...all: string[]): string => all.map((one) => Buffer.from(one).toString('hex')).join('.');
        expect(isSame).toBe(bytes(tenant, cluster) === bytes(otherTenant, otherCluster));
      }),
      { numRuns: 2000 },
    );
  });
});

it('elections survive the store, and nonsense does not', () => {
  const election = { tenant: 't', cluster: 'ü', replica: '"r"', seenMs: 1_793_491_200_000 };
  const value = encodeElection(election);
  expect(decodeElection(value)).toEqual(election);
  for (let cut = 0; cut < value.length; cut++) expect(decodeElection(value.subarray(0, cut))).toBeUndefined();
  expect(decodeElection(Buffer.from('null'))).toBeUndefined();
  expect(decodeElection(Buffer.from('{"tenant":1}'))).toBeUndefined();
});
