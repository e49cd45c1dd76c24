import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bucket, ListOptions } from './bucket.ts';
import { ObjectNotFoundError } from './object-errors.ts';
import { compareKeys } from './object-key.ts';

/** One thing that every bucket must do. */
export interface BucketCase {
  readonly name: string;
  /** Runs against an empty bucket; throws when it does not hold. */
  run(bucket: Bucket): Promise<void>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What all buckets have in common, for any test runner. Give every case an empty bucket (or an own `PrefixedBucket` of one). */
export function bucketConformance(): readonly BucketCase[] {
  return [...objectCases(), ...keyCases(), ...listCases(), ...deleteCases(), ...cancelCases()];
}

function objectCases(): BucketCase[] {
  return [
    {
      name: 'reads back what was written, whole, replaced and empty',
      run: async (bucket) => {
        for (const text of ['first', 'second, longer', '']) {
          await bucket.put('a/b', bytes(text));
          deepStrictEqual(new Uint8Array(await bucket.get('a/b')), bytes(text));
          strictEqual((await bucket.head('a/b')).sizeBytes, text.length);
        }
      },
    },
    {
      name: 'reads ranges, short at the end and empty beyond it',
      run: async (bucket) => {
        await bucket.put('r', bytes('0123456789'));
        const range = async (offset: number, length: number): Promise<string> =>
          new TextDecoder().decode(await bucket.getRange('r', { offset, length }));
        strictEqual(await range(0, 10), '0123456789');
        strictEqual(await range(3, 4), '3456');
        strictEqual(await range(8, 100), '89');
        strictEqual(await range(10, 1), '');
        strictEqual(await range(500, 1), '');
        strictEqual(await range(2, 0), '');
        await rejects(range(-1, 2), /malformed range/);
        await rejects(range(0, 1.5), /malformed range/);
      },
    },
    {
      name: 'writes large objects from memory and from a file',
      run: async (bucket) => {
        const large = new Uint8Array(randomBytes(17 * 1024 * 1024 + 5));
        const folder = await mkdtemp(join(tmpdir(), 'telamon-bucket-'));
        try {
          await writeFile(join(folder, 'large'), large);
          await bucket.put('memory', large);
          await bucket.put('file', { file: join(folder, 'large') });
        } finally {
          await rm(folder, { recursive: true });
        }
        for (const key of ['memory', 'file']) {
          strictEqual(Buffer.compare(await bucket.get(key), large), 0);
          const tail = await bucket.getRange(key, { offset: large.length - 3, length: 3 });
          deepStrictEqual(new Uint8Array(tail), large.subarray(-3));
        }
        const chunks: Buffer[] = [];
        for await (const chunk of await bucket.getStream('file')) chunks.push(chunk as Buffer);
        strictEqual(Buffer.compare(Buffer.concat(chunks), large), 0);
      },
    },
    {
      name: 'tells a missing object from other failures',
      run: async (bucket) => {
        await rejects(bucket.get('nope'), ObjectNotFoundError);
        await rejects(bucket.getRange('nope', { offset: 0, length: 1 }), ObjectNotFoundError);
        await rejects(bucket.getStream('nope'), ObjectNotFoundError);
        await rejects(bucket.head('nope/deeper'), ObjectNotFoundError);
        strictEqual(await bucket.exists('nope'), false);
        await bucket.put('folder/object', bytes('x'));
        strictEqual(await bucket.exists('folder'), false);
        strictEqual(await bucket.exists('folder/object'), true);
        await rejects(bucket.get('folder'), ObjectNotFoundError);
      },
    },
    {
      name: 'writes once when absent, also in a race',
      run: async (bucket) => {
        strictEqual(await bucket.putIfAbsent('once', bytes('1')), true);
        strictEqual(await bucket.putIfAbsent('once', bytes('2')), false);
        deepStrictEqual(new Uint8Array(await bucket.get('once')), bytes('1'));
        if (!bucket.capabilities.hasConditionalPut) return;
        const wins = await Promise.all(Array.from({ length: 8 }, (_, i) => bucket.putIfAbsent('race', bytes(String(i)))));
        strictEqual(wins.filter(Boolean).length, 1);
      },
    },
    {
      name: 'shows when an object was changed',
      run: async (bucket) => {
        await bucket.put('e', bytes('one'));
        const first = await bucket.head('e');
        await bucket.put('e', bytes('two'));
        const second = await bucket.head('e');
        ok(first.etag !== '' && first.etag !== second.etag);
        ok(Math.abs(Date.now() - second.modifiedMs) < 300_000);
      },
    },
  ];
}

function keyCases(): BucketCase[] {
  const bad = ['', '/a', 'a/', 'a//b', '..', '../a', 'a/../b', './a', 'a/.', 'a\0b', 'a\nb', 'a\\b', '\ud800', 'k'.repeat(1025)];
  return [
    {
      name: 'refuses keys that could leave their place',
      run: async (bucket) => {
        for (const key of bad) {
          const isRefused = (error: unknown): boolean => (error as { status?: number }).status === 400;
          await rejects(bucket.put(key, bytes('x')), isRefused, JSON.stringify(key));
          await rejects(bucket.get(key), isRefused, JSON.stringify(key));
          await rejects(bucket.delete(key), isRefused, JSON.stringify(key));
          await rejects(bucket.putIfAbsent(key, bytes('x')), isRefused, JSON.stringify(key));
        }
        deepStrictEqual(await keysOf(bucket, '', { isRecursive: true }), []);
      },
    },
    {
      name: 'keeps odd keys apart',
      run: async (bucket) => {
        const keys = [
          'a b',
          'a+b',
          'a%2Fb',
          "!-_.*'()",
          'ü/ö',
          '\u{1F600}',
          '\uFF5E',
          'q?x=1&y',
          '#h',
          'a=b',
          '...',
          '.hidden',
          'A',
          '&amp;<>"',
        ];
        for (const key of keys) await bucket.put(key, bytes(key));
        for (const key of keys) deepStrictEqual(new Uint8Array(await bucket.get(key)), bytes(key), key);
        const listed = await keysOf(bucket, '', { isRecursive: true });
        deepStrictEqual(listed, [...keys].sort(compareKeys));
      },
    },
  ];
}

function listCases(): BucketCase[] {
  const keys = ['a-b', 'a/1', 'a/2/x', 'a/2/y', 'a0', 'b', 'b2/z'];
  const fill = async (bucket: Bucket): Promise<void> => {
    for (const key of [...keys].reverse()) await bucket.put(key, bytes(key));
  };
  return [
    {
      name: 'lists in byte order, deep and by level',
      run: async (bucket) => {
        await fill(bucket);
        deepStrictEqual(await keysOf(bucket, '', { isRecursive: true }), keys);
        deepStrictEqual(await keysOf(bucket, ''), ['a-b', 'a/', 'a0', 'b', 'b2/']);
        deepStrictEqual(await keysOf(bucket, 'a/'), ['a/1', 'a/2/']);
        deepStrictEqual(await keysOf(bucket, 'a/2/'), ['a/2/x', 'a/2/y']);
        deepStrictEqual(await keysOf(bucket, 'a', { isRecursive: true }), ['a-b', 'a/1', 'a/2/x', 'a/2/y', 'a0']);
        deepStrictEqual(await keysOf(bucket, 'b'), ['b', 'b2/']);
        deepStrictEqual(await keysOf(bucket, 'nothing/'), []);
      },
    },
    {
      name: 'lists after a key',
      run: async (bucket) => {
        await fill(bucket);
        deepStrictEqual(await keysOf(bucket, '', { isRecursive: true, startAfter: 'a/2/x' }), ['a/2/y', 'a0', 'b', 'b2/z']);
        deepStrictEqual(await keysOf(bucket, 'a/', { isRecursive: true, startAfter: 'a/1' }), ['a/2/x', 'a/2/y']);
        deepStrictEqual(await keysOf(bucket, '', { startAfter: 'a0' }), ['b', 'b2/']);
      },
    },
    {
      name: 'lists more objects than fit one page, with sizes',
      run: async (bucket) => {
        const names = Array.from({ length: 1100 }, (_, i) => `p/${String(i).padStart(4, '0')}`);
        for (let i = 0; i < names.length; i += 50) {
          await Promise.all(names.slice(i, i + 50).map((name) => bucket.put(name, bytes(name))));
        }
        const listed: string[] = [];
        for await (const entry of bucket.list('p/')) {
          strictEqual(entry.sizeBytes, 6);
          listed.push(entry.key);
        }
        deepStrictEqual(listed, names);
        await bucket.deleteMany(names);
        deepStrictEqual(await keysOf(bucket, '', { isRecursive: true }), []);
      },
    },
    {
      name: 'refuses prefixes that could leave their place',
      run: async (bucket) => {
        for (const prefix of ['/', '../', 'a/../', 'a//', '\0']) await rejects(keysOf(bucket, prefix), { status: 400 });
      },
    },
  ];
}

function deleteCases(): BucketCase[] {
  return [
    {
      name: 'deletes, also what is not there',
      run: async (bucket) => {
        await bucket.put('d/e/f', bytes('x'));
        await bucket.put('d/g', bytes('x'));
        await bucket.delete('d/e/f');
        await bucket.delete('d/e/f');
        await bucket.delete('never/was');
        deepStrictEqual(await keysOf(bucket, 'd/', { isRecursive: true }), ['d/g']);
        await bucket.deleteMany(['d/g', 'd/none']);
        deepStrictEqual(await keysOf(bucket, '', { isRecursive: true }), []);
        await bucket.deleteMany([]);
      },
    },
  ];
}

function cancelCases(): BucketCase[] {
  return [
    {
      name: 'does nothing for a cancelled call',
      run: async (bucket) => {
        const signal = AbortSignal.abort();
        await rejects(bucket.put('x', bytes('x'), signal));
        await rejects(bucket.get('x', signal));
        await rejects(bucket.getRange('x', { offset: 0, length: 1 }, signal));
        strictEqual(await bucket.exists('x'), false);
      },
    },
  ];
}

async function keysOf(bucket: Bucket, prefix: string, options: ListOptions = {}): Promise<string[]> {
  const keys: string[] = [];
  for await (const entry of bucket.list(prefix, options)) keys.push(entry.key);
  return keys;
}
