import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { KvConflictError } from './kv-conflict-error.ts';
import { MAX_KV_VALUE_BYTES } from './kv-key.ts';
import type { KvChange, KvStore } from './kv-store.ts';

/** One thing that every store must do. */
export interface KvCase {
  readonly name: string;
  /** Runs against an empty store; throws when it does not hold. `open` gives stores over the same keys, closed by the caller. */
  run(open: () => Promise<KvStore>): Promise<void>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value);

/** What all stores have in common, for any test runner. Every case needs keys of its own: an empty store. */
export function kvConformance(): readonly KvCase[] {
  return [...valueCases(), ...conditionCases(), ...watchCases(), ...limitCases()];
}

function valueCases(): KvCase[] {
  return [
    {
      name: 'reads back what was written, replaced, empty and binary',
      run: async (open) => {
        const kv = await open();
        strictEqual(await kv.get('a.b'), undefined);
        let last = 0;
        for (const value of [bytes('one'), bytes(''), Uint8Array.from({ length: 256 }, (_, i) => i)]) {
          const revision = await kv.put('a.b', value);
          ok(revision > last);
          last = revision;
          const entry = await kv.get('a.b');
          deepStrictEqual(entry && { ...entry, value: new Uint8Array(entry.value) }, { key: 'a.b', value, revision });
        }
      },
    },
    {
      name: 'lists below whole segments',
      run: async (open) => {
        const kv = await open();
        for (const key of ['r.a', 'r.a.1', 'r.a.2', 'r.ab.1', 'r.b.1', 's']) await kv.put(key, bytes(key));
        await kv.put('r.a.3', bytes('gone'));
        await kv.delete('r.a.3');
        deepStrictEqual(await keysOf(kv, 'r.a'), ['r.a.1', 'r.a.2']);
        deepStrictEqual(await keysOf(kv, 'r'), ['r.a', 'r.a.1', 'r.a.2', 'r.ab.1', 'r.b.1']);
        deepStrictEqual(await keysOf(kv, ''), ['r.a', 'r.a.1', 'r.a.2', 'r.ab.1', 'r.b.1', 's']);
        deepStrictEqual(await keysOf(kv, 'none'), []);
        for (const entry of await kv.list('r.a')) {
          strictEqual(textOf(entry.value), entry.key);
          strictEqual(entry.revision, (await kv.get(entry.key))?.revision);
        }
      },
    },
    {
      name: 'deletes, also what is not there, and writes again afterwards',
      run: async (open) => {
        const kv = await open();
        await kv.delete('never.was');
        const first = await kv.put('d', bytes('1'));
        await kv.delete('d');
        await kv.delete('d');
        strictEqual(await kv.get('d'), undefined);
        ok((await kv.put('d', bytes('2'))) > first);
        strictEqual(textOf((await kv.get('d'))?.value), '2');
      },
    },
    {
      name: 'shows every store what another one wrote',
      run: async (open) => {
        const [one, two] = [await open(), await open()];
        await one.put('shared', bytes('x'));
        strictEqual(textOf((await two.get('shared'))?.value), 'x');
        await one.close();
        strictEqual(textOf((await two.get('shared'))?.value), 'x');
      },
    },
  ];
}

function conditionCases(): KvCase[] {
  return [
    {
      name: 'creates only what is not there, also after a deletion',
      run: async (open) => {
        const kv = await open();
        const first = await kv.create('c', bytes('1'));
        await rejects(kv.create('c', bytes('2')), KvConflictError);
        await kv.delete('c');
        const second = await kv.create('c', bytes('3'));
        ok(second > first);
        await rejects(kv.create('c', bytes('4')), KvConflictError);
        strictEqual(textOf((await kv.get('c'))?.value), '3');
      },
    },
    {
      name: 'updates only the expected revision',
      run: async (open) => {
        const kv = await open();
        await rejects(kv.update('u', bytes('0'), 1), KvConflictError);
        const first = await kv.put('u', bytes('1'));
        const second = await kv.update('u', bytes('2'), first);
        await rejects(kv.update('u', bytes('3'), first), KvConflictError);
        strictEqual((await kv.get('u'))?.revision, second);
        await kv.delete('u');
        await rejects(kv.update('u', bytes('4'), second), KvConflictError);
        strictEqual(await kv.get('u'), undefined);
      },
    },
    {
      name: 'deletes only the expected revision',
      run: async (open) => {
        const kv = await open();
        const first = await kv.put('x', bytes('1'));
        const second = await kv.put('x', bytes('2'));
        await rejects(kv.delete('x', first), KvConflictError);
        strictEqual(textOf((await kv.get('x'))?.value), '2');
        await kv.delete('x', second);
        strictEqual(await kv.get('x'), undefined);
        await rejects(kv.delete('x', second), KvConflictError);
      },
    },
    {
      name: 'lets one of many creators win',
      run: async (open) => {
        const stores = [await open(), await open()];
        for (const round of [1, 2]) {
          const results = await Promise.allSettled(
            Array.from({ length: 10 }, (_, i) => stores[i % 2]!.create('race', bytes(String(i)))),
          );
          const wins = results.flatMap((result, i) => (result.status === 'fulfilled' ? [{ i, revision: result.value }] : []));
          strictEqual(wins.length, 1, `round ${round}`);
          for (const result of results) if (result.status === 'rejected') ok(result.reason instanceof KvConflictError);
          const entry = await stores[0]!.get('race');
          strictEqual(textOf(entry?.value), String(wins[0]!.i));
          strictEqual(entry?.revision, wins[0]!.revision);
          await stores[0]!.delete('race');
        }
      },
    },
    {
      name: 'loses no update of writers that read and write in a loop',
      run: async (open) => {
        const stores = [await open(), await open(), await open()];
        await stores[0]!.put('count', bytes('0'));
        const addOne = async (kv: KvStore): Promise<void> => {
          for (;;) {
            const entry = (await kv.get('count'))!;
            try {
              await kv.update('count', bytes(String(Number(textOf(entry.value)) + 1)), entry.revision);
              return;
            } catch (error) {
              if (!(error instanceof KvConflictError)) throw error;
            }
          }
        };
        await Promise.all(
          stores.map(async (kv) => {
            for (let i = 0; i < 10; i++) await addOne(kv);
          }),
        );
        strictEqual(textOf((await stores[1]!.get('count'))?.value), '30');
      },
    },
  ];
}

function watchCases(): KvCase[] {
  return [
    {
      name: 'tells what is there, then every last value and deletion, only below the prefix',
      run: async (open) => {
        const [kv, other] = [await open(), await open()];
        await kv.put('w.a', bytes('1'));
        await kv.put('wx.a', bytes('no'));
        await kv.put('w', bytes('no'));
        const seen = new Seen(kv, 'w');
        await seen.until({ 'w.a': '1' });
        const revision = await other.put('w.b', bytes('2'));
        await seen.until({ 'w.a': '1', 'w.b': '2' });
        strictEqual(seen.changes.at(-1)?.revision, revision);
        await other.delete('w.a');
        await seen.until({ 'w.b': '2' });
        await other.put('w.a', bytes('back'));
        await seen.until({ 'w.a': 'back', 'w.b': '2' });
        ok(seen.changes.every(({ key }) => key === 'w.a' || key === 'w.b'));
      },
    },
    {
      name: 'tells the changes of a key in order, ending with the last',
      run: async (open) => {
        const [kv, other] = [await open(), await open()];
        const seen = new Seen(kv, 'o');
        for (let i = 0; i < 200; i++) await other.put(`o.${i % 3}`, bytes(String(i)));
        await seen.until({ 'o.0': '198', 'o.1': '199', 'o.2': '197' });
        for (const key of ['o.0', 'o.1', 'o.2']) {
          const revisions = seen.changes.filter((change) => change.key === key).map(({ revision }) => revision);
          deepStrictEqual(
            revisions,
            [...revisions].sort((a, b) => a - b),
          );
        }
      },
    },
    {
      name: 'serves several prefixes and listeners at once, each ended on its own',
      run: async (open) => {
        const kv = await open();
        await kv.put('one.x', bytes('1'));
        await kv.put('two.x', bytes('2'));
        const [one, again, two, all] = [new Seen(kv, 'one'), new Seen(kv, 'one'), new Seen(kv, 'two'), new Seen(kv, '')];
        await one.until({ 'one.x': '1' });
        await again.until({ 'one.x': '1' });
        await two.until({ 'two.x': '2' });
        await all.until({ 'one.x': '1', 'two.x': '2' });
        one.end();
        const count = one.changes.length;
        await kv.put('one.x', bytes('3'));
        await again.until({ 'one.x': '3' });
        await all.until({ 'one.x': '3', 'two.x': '2' });
        strictEqual(one.changes.length, count);
        const late = new Seen(kv, 'one');
        await late.until({ 'one.x': '3' });
      },
    },
    {
      name: 'never tells inside the call and never after the end',
      run: async (open) => {
        const kv = await open();
        await kv.put('n.a', bytes('1'));
        let isInside = true;
        let count = 0;
        const end = kv.watch('n', () => {
          ok(!isInside);
          count += 1;
        });
        end();
        isInside = false;
        const seen = new Seen(kv, 'n');
        await kv.put('n.a', bytes('2'));
        await seen.until({ 'n.a': '2' });
        strictEqual(count, 0);
      },
    },
  ];
}

function limitCases(): KvCase[] {
  const isRefused = (error: unknown): boolean => (error as { status?: number }).status === 400;
  return [
    {
      name: 'refuses malformed keys and prefixes and large values, and takes the largest',
      run: async (open) => {
        const kv = await open();
        for (const key of ['', '.', 'a.', '.a', 'a..b', 'a b', 'a*', '>', 'a.>', 'ü', 'a/b', 'k'.repeat(257)]) {
          await rejects(kv.get(key), isRefused, key);
          await rejects(kv.put(key, bytes('x')), isRefused, key);
          await rejects(kv.create(key, bytes('x')), isRefused, key);
          await rejects(kv.update(key, bytes('x'), 1), isRefused, key);
          await rejects(kv.delete(key), isRefused, key);
          if (key !== '') await rejects(kv.list(key), isRefused, key);
        }
        const large = new Uint8Array(MAX_KV_VALUE_BYTES).fill(7);
        const longest = `a.${'B_-9'.repeat(63)}.z`;
        await kv.put(longest.padEnd(256, 'z'), large);
        strictEqual((await kv.get(longest.padEnd(256, 'z')))?.value.length, large.length);
        await rejects(kv.put('a', new Uint8Array(MAX_KV_VALUE_BYTES + 1)), isRefused);
        strictEqual(await kv.get('a'), undefined);
      },
    },
    {
      name: 'does nothing for a cancelled call, and nothing after the end',
      run: async (open) => {
        const [kv, other] = [await open(), await open()];
        const signal = AbortSignal.abort(new Error('cancelled by the test'));
        await rejects(kv.put('x', bytes('1'), { signal }), /cancelled by the test/);
        await rejects(kv.get('x', { signal }), /cancelled by the test/);
        strictEqual(await kv.get('x'), undefined);
        const changes: KvChange[] = [];
        kv.watch('c', (change) => void changes.push(change));
        ok(kv.isConnected);
        await kv.close();
        await kv.close();
        strictEqual(kv.isConnected, false);
        const isUnavailable = { id: 'kv-unavailable', status: 503, isRetryable: true };
        await rejects(kv.get('x'), isUnavailable);
        await rejects(kv.put('x', bytes('1')), isUnavailable);
        await rejects(kv.list('x'), isUnavailable);
        await other.put('c.a', bytes('1'));
        const seen = new Seen(other, 'c');
        await seen.until({ 'c.a': '1' });
        deepStrictEqual(changes, []);
      },
    },
  ];
}

/** Listens and keeps what the listener would believe. */
class Seen {
  readonly changes: KvChange[] = [];
  readonly end: () => void;
  readonly #values = new Map<string, string>();

  constructor(kv: KvStore, prefix: string) {
    this.end = kv.watch(prefix, (change) => {
      this.changes.push(change);
      const value = textOf(change.value);
      if (value === undefined) this.#values.delete(change.key);
      else this.#values.set(change.key, value);
    });
  }

  /** Resolves when the believed state is this one. */
  async until(expected: Readonly<Record<string, string>>): Promise<void> {
    const wanted = JSON.stringify(Object.entries(expected).sort());
    const endMs = performance.now() + 5_000;
    for (;;) {
      const now = JSON.stringify([...this.#values].sort());
      if (now === wanted) return;
      if (performance.now() > endMs) throw new Error(`believed ${now}, expected ${wanted}`);
      await delay(5);
    }
  }
}

async function keysOf(kv: KvStore, prefix: string): Promise<string[]> {
  return (await kv.list(prefix)).map(({ key }) => key).sort();
}
