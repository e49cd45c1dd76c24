import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TruncatedError } from '@telamon/bytes';
import { TelamonError } from '@telamon/model';
import { createRegistry } from '@telamon/telemetry';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bucket, ListEntry } from './bucket.ts';
import { bucketConformance } from './conformance.ts';
import { FileSource } from './file-source.ts';
import { FilesystemBucket } from './filesystem-bucket.ts';
import { createBucketMetrics, InstrumentedBucket } from './instrumented-bucket.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { compareKeys, isValidKey } from './object-key.ts';
import { PrefixedBucket } from './prefixed-bucket.ts';
import { RetryingBucket } from './retrying-bucket.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'telamon-objstore-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const KINDS: Readonly<Record<string, () => Promise<Bucket>>> = {
  memory: async () => new MemoryBucket(),
  filesystem: async () => await FilesystemBucket.open(join(folder, 'bucket')),
  'prefixed filesystem': async () => new PrefixedBucket(await FilesystemBucket.open(join(folder, 'bucket')), 'some/where'),
  'retrying and instrumented': async () =>
    new RetryingBucket(new InstrumentedBucket(new MemoryBucket(), 'test', createBucketMetrics(createRegistry()))),
};

describe.each(Object.keys(KINDS))('%s bucket', (kind) => {
  for (const each of bucketConformance()) it(each.name, async () => await each.run(await KINDS[kind]!()));
});

describe('FilesystemBucket', () => {
  const open = async (): Promise<FilesystemBucket> => await FilesystemBucket.open(join(folder, 'bucket'));
  const keysOf = async (bucket: Bucket): Promise<string[]> => {
    const keys: string[] = [];
    for await (const entry of bucket.list('', { isRecursive: true })) keys.push(entry.key);
    return keys;
  };

  it('keeps its folders to itself', async () => {
    const bucket = await open();
    await bucket.put('t/b/o', Buffer.from('x'));
    for (const path of ['bucket', 'bucket/t', 'bucket/t/b']) expect((await stat(join(folder, path))).mode & 0o777).toBe(0o700);
    expect((await stat(bucket.pathOf('t/b/o'))).mode & 0o777).toBe(0o600);
  });

  it('refuses a root that others could fill (B60)', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'bucket'));
    await expect(open()).rejects.toThrow('is a symbolic link');
    await rm(join(folder, 'bucket'));
    await mkdir(join(folder, 'bucket'));
    await chmod(join(folder, 'bucket'), 0o777);
    await expect(open()).rejects.toThrow('is writable for everyone');
    await rm(join(folder, 'bucket'), { recursive: true });
    await writeFile(join(folder, 'bucket'), '');
    await expect(open()).rejects.toThrow();
  });

  it('follows no symbolic link (B50, B60)', async () => {
    const bucket = await open();
    await bucket.put('a/real', Buffer.from('x'));
    await writeFile(join(folder, 'secret'), 'secret');
    await mkdir(join(folder, 'outside'));
    await writeFile(join(folder, 'outside/o'), 'secret');
    await symlink(join(folder, 'secret'), join(folder, 'bucket/a/link'));
    await symlink(join(folder, 'outside'), join(folder, 'bucket/dir'));
    for (const key of ['a/link', 'dir/o']) {
      await expect(bucket.get(key)).rejects.toThrow('symbolic link');
      await expect(bucket.getRange(key, { offset: 0, length: 1 })).rejects.toThrow('symbolic link');
      await expect(bucket.getStream(key)).rejects.toThrow('symbolic link');
    }
    await expect(bucket.put('dir/new', Buffer.from('x'))).rejects.toThrow('symbolic link');
    await expect(bucket.delete('dir/o')).rejects.toThrow('symbolic link');
    expect(await keysOf(bucket)).toEqual(['a/real']);
    const through: ListEntry[] = [];
    for await (const entry of bucket.list('dir/')) through.push(entry);
    expect(through).toEqual([]);
    expect(await readFile(join(folder, 'outside/o'), 'utf8')).toBe('secret');
  });

  it('ignores garbage of others (B50)', async () => {
    const bucket = await open();
    await bucket.put('good', Buffer.from('x'));
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'bucket/')), Buffer.from([0xff, 0xfe])]), 'x');
    await writeFile(join(folder, 'bucket/with\nnewline'), 'x');
    await mkdir(join(folder, 'bucket/empty/folders'), { recursive: true });
    expect(await keysOf(bucket)).toEqual(['good']);
    const level: string[] = [];
    for await (const entry of bucket.list('')) level.push(entry.key);
    expect(level).toEqual(['good']);
    await bucket.put('d/e/f', Buffer.from('x'));
    await bucket.delete('d/e/f');
    await expect(stat(join(folder, 'bucket/d'))).rejects.toThrow('ENOENT');
  });

  it('shows no half-written object and removes old leftovers', async () => {
    const bucket = await open();
    await expect(bucket.put('x', { file: join(folder, 'not-there') })).rejects.toThrow();
    expect(await keysOf(bucket)).toEqual([]);
    expect(await readdir(join(folder, 'bucket/.telamon-tmp'))).toEqual([]);
    for (const name of ['old', 'young']) await writeFile(join(folder, 'bucket/.telamon-tmp', name), 'x');
    await utimes(join(folder, 'bucket/.telamon-tmp/old'), 1, 1);
    await open();
    expect(await readdir(join(folder, 'bucket/.telamon-tmp'))).toEqual(['young']);
    await expect(bucket.get('.telamon-tmp/young')).rejects.toMatchObject({ status: 400 });
  });

  it('survives writes and deletes in one folder at once', async () => {
    const bucket = await open();
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await bucket.put(`f/g/${i % 4}`, Buffer.from('x'));
        await bucket.delete(`f/g/${i % 4}`);
      }),
    );
    await bucket.put('f/g/last', Buffer.from('x'));
    expect(await keysOf(bucket)).toContain('f/g/last');
  });
});

describe('FileSource', () => {
  it('reads what the file holds, in any pieces', async () => {
    const path = join(folder, 'source');
    const content = new Uint8Array(300_000).map((_, i) => (i * 31) >> 3);
    await writeFile(path, content);
    using source = FileSource.open(path);
    expect(source.sizeBytes).toBe(content.length);
    fc.assert(
      fc.property(fc.nat(content.length), fc.nat(200_000), (offset, length) => {
        const end = Math.min(content.length, offset + length);
        expect(Buffer.compare(source.read(offset, end - offset), content.subarray(offset, end))).toBe(0);
      }),
      { numRuns: 200 },
    );
    expect(() => source.read(content.length, 1)).toThrow(TruncatedError);
    expect(() => source.read(-1, 1)).toThrow(TruncatedError);
    expect(() => source.read(Number.NaN, 1)).toThrow(TruncatedError);
  });

  it('refuses links, folders and use after closing', async () => {
    await writeFile(join(folder, 'f'), 'x');
    await symlink(join(folder, 'f'), join(folder, 'l'));
    expect(() => FileSource.open(join(folder, 'l'))).toThrow();
    expect(() => FileSource.open(folder)).toThrow('not a regular file');
    const source = FileSource.open(join(folder, 'f'));
    source.close();
    source.close();
    expect(() => source.read(0, 1)).toThrow('closed');
  });
});

describe('PrefixedBucket', () => {
  it('cannot name what is outside (B54)', async () => {
    const all = new MemoryBucket();
    await all.put('tenant-b/x', Buffer.from('secret'));
    const mine = new PrefixedBucket(all, 'tenant-a');
    await expect(mine.get('../tenant-b/x')).rejects.toMatchObject({ status: 400 });
    await expect(mine.get('/tenant-b/x')).rejects.toMatchObject({ status: 400 });
    expect(() => new PrefixedBucket(all, '../x')).toThrow();
    await all.put('tenant-a2/x', Buffer.from('secret'));
    await mine.put('x', Buffer.from('mine'));
    const keys: string[] = [];
    for await (const entry of mine.list('', { isRecursive: true })) keys.push(entry.key);
    expect(keys).toEqual(['x']);
  });
});

describe('RetryingBucket', () => {
  const policy = { baseDelayMs: 1, random: () => 0 };
  /** Fails the first `failures` calls of each method, after having carried them out when `isLate`. */
  const flaky = (failures: number, error: TelamonError, isLate: boolean = false): Bucket => {
    const left = new Map<string | symbol, number>();
    return new Proxy<Bucket>(new MemoryBucket(), {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function' || name === 'list') return typeof value === 'function' ? value.bind(target) : value;
        return async (...args: unknown[]): Promise<unknown> => {
          const remaining = left.get(name) ?? failures;
          left.set(name, remaining - 1);
          if (remaining > 0 && !isLate) throw error;
          const result = (await Reflect.apply(value, target, args)) as unknown;
          if (remaining > 0) throw error;
          return result;
        };
      },
    });
  };

  it('tries retryable failures again, up to its bound', async () => {
    const busy = new TelamonError('slow down', { status: 503 });
    const bucket = new RetryingBucket(flaky(4, busy), policy);
    await bucket.put('x', Buffer.from('x'));
    expect(await bucket.exists('x')).toBe(true);
    await expect(new RetryingBucket(flaky(5, busy), policy).put('x', Buffer.from('x'))).rejects.toBe(busy);
    const denied = new TelamonError('denied', { status: 403 });
    await expect(new RetryingBucket(flaky(1, denied), policy).put('x', Buffer.from('x'))).rejects.toBe(denied);
  });

  it('keeps its deadline', async () => {
    let nowMs = 0;
    const busy = new TelamonError('slow down', { status: 503 });
    const bucket = new RetryingBucket(flaky(5, busy), {
      baseDelayMs: 1,
      random: () => 0.5,
      deadlineMs: 10,
      nowMs: () => (nowMs += 6),
    });
    await expect(bucket.put('x', Buffer.from('x'))).rejects.toBe(busy);
  });

  it('recognises its own conditional write whose reply was lost', async () => {
    const bucket = new RetryingBucket(flaky(1, new TelamonError('lost', { status: 503 }), true), policy);
    expect(await bucket.putIfAbsent('x', Buffer.from('mine'))).toBe(true);
    expect(await bucket.putIfAbsent('x', Buffer.from('mine'))).toBe(false);
  });

  it('goes on with a listing where it broke off', async () => {
    const inner = new MemoryBucket();
    for (let i = 0; i < 10; i++) await inner.put(`k${i}`, Buffer.from('x'));
    let breaks = 3;
    const list = inner.list.bind(inner);
    inner.list = async function* (prefix, options): AsyncGenerator<ListEntry> {
      let count = 0;
      for await (const entry of list(prefix, options)) {
        if (breaks > 0 && count++ === 2) {
          breaks--;
          throw new TelamonError('cut', { status: 503 });
        }
        yield entry;
      }
    };
    const keys: string[] = [];
    for await (const entry of new RetryingBucket(inner, policy).list('')) keys.push(entry.key);
    expect(keys).toEqual(Array.from({ length: 10 }, (_, i) => `k${i}`));
    expect(breaks).toBe(0);
  });
});

describe('InstrumentedBucket', () => {
  it('counts calls, failures and bytes', async () => {
    const registry = createRegistry();
    const bucket = new InstrumentedBucket(new MemoryBucket(), 'blocks', createBucketMetrics(registry));
    await bucket.put('x', Buffer.from('12345'));
    await bucket.getRange('x', { offset: 1, length: 2 });
    await bucket.get('nope').catch(() => {});
    await bucket.get('../nope').catch(() => {});
    const value = async (name: string, operation: string): Promise<number | undefined> =>
      await registry.valueOf(name, { bucket: 'blocks', operation });
    expect(await value('telamon_objstore_operations_total', 'get')).toBe(2);
    expect(await value('telamon_objstore_operation_failures_total', 'get')).toBe(1);
    expect(await value('telamon_objstore_transferred_bytes_total', 'put')).toBe(5);
    expect(await value('telamon_objstore_transferred_bytes_total', 'get_range')).toBe(2);
  });
});

describe('keys', () => {
  it('are ordered by their UTF-8 bytes', () => {
    const key = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareKeys('\u{1F600}', '\uFF5E')).toBeGreaterThan(0);
  });

  it('that are valid stay inside a folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '.', '/', '\\', '\0', 'ü') }), (key) => {
        if (isValidKey(key)) expect(join('/base', key)).toBe(`/base/${key}`);
      }),
    );
  });
});
