import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryBucket } from '@telamon/objstore';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { uploadBlock } from './upload-block.ts';

const ULID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upload-block-'));
  mkdirSync(join(folder, 'chunks'));
  writeFileSync(join(folder, 'chunks/000001'), 'chunks of the block');
  writeFileSync(join(folder, 'index'), 'index of the block');
  writeFileSync(join(folder, 'meta.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Acknowledges uploads of chunks and keeps three bytes of the first so many. */
class ForgetfulBucket extends MemoryBucket {
  puts = 0;
  readonly #cutShort: number;

  constructor(cutShort: number) {
    super();
    this.#cutShort = cutShort;
  }

  override async put(...[key, body, signal]: Parameters<MemoryBucket['put']>): Promise<void> {
    const isCut = key.includes('chunks') && this.puts++ < this.#cutShort;
    await super.put(key, isCut ? Buffer.from('chu') : body, signal);
  }
}

const upload = (bucket: MemoryBucket): Promise<number> =>
  uploadBlock(bucket, { tenant: 't', ulid: ULID, folder }, new AbortController().signal);

it('puts again what the bucket cut short, before meta.json makes the block complete', async () => {
  const bucket = new ForgetfulBucket(2);
  await upload(bucket);
  expect(Buffer.from(await bucket.get(`t/${ULID}/chunks/000001`)).toString()).toBe('chunks of the block');
  expect(await bucket.exists(`t/${ULID}/meta.json`)).toBe(true);
  expect(bucket.puts).toBe(3);
});

it('fails, to be tried again, when the bucket cuts every upload short', async () => {
  const bucket = new ForgetfulBucket(Number.POSITIVE_INFINITY);
  await expect(upload(bucket)).rejects.toMatchObject({ id: 'bucket-upload-cut-short', isRetryable: true });
  expect(await bucket.exists(`t/${ULID}/meta.json`)).toBe(false);
});
