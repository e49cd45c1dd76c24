import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TelamonError } from '@telamon/model';
import { type Bucket, ObjectNotFoundError } from '@telamon/objstore';
import { blockKey, META_NAME } from './bucket-layout.ts';
import { readObject } from './read-object.ts';

/** Files of a block besides its chunks, in the order in which they are uploaded. */
const FILES: readonly string[] = ['index', 'tombstones'];
/** Uploads of one file before the block is given up until the next round. */
const PUT_ATTEMPTS = 3;
const MAX_META_BYTES = 8 * 1024 * 1024;

/** A block on disk that is to be in the bucket. */
export interface BlockUpload {
  readonly tenant: string;
  readonly ulid: string;
  readonly folder: string;
}

/**
 * Puts a block into the bucket, `meta.json` last, so that readers see it whole or not at all. Doing it again is harmless: what is
 * there already in the right size is kept. Returns the bytes that were sent. Throws the bucket's and node's errors.
 */
export async function uploadBlock(bucket: Bucket, { tenant, ulid, folder }: BlockUpload, signal: AbortSignal): Promise<number> {
  const meta = await readFile(join(folder, META_NAME));
  const metaKey = blockKey(tenant, ulid, META_NAME);
  const remote = await readObject(bucket, metaKey, MAX_META_BYTES, signal);
  const isKnown = remote !== undefined && digest(remote) === digest(meta);
  let sentBytes = 0;
  for (const name of await namesOf(folder)) {
    const path = join(folder, name);
    const { size } = await stat(path);
    const key = blockKey(tenant, ulid, name);
    if (isKnown && (await sizeOf(bucket, key, signal)) === size) continue;
    await putWhole(bucket, { key, path, size }, signal);
    sentBytes += size;
  }
  if (isKnown && sentBytes === 0) return 0;
  await bucket.put(metaKey, meta, signal);
  return sentBytes + meta.length;
}

interface FileUpload {
  readonly key: string;
  readonly path: string;
  readonly size: number;
}

/** Puts a file and looks whether it is there in its full length, as stores are known to acknowledge what they cut short; again if not. */
async function putWhole(bucket: Bucket, { key, path, size }: FileUpload, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await bucket.put(key, { file: path }, signal);
    const storedBytes = await sizeOf(bucket, key, signal);
    if (storedBytes === size) return;
    if (attempt === PUT_ATTEMPTS)
      throw new TelamonError(`${key} in ${bucket.name} has ${storedBytes} of ${size} bytes after ${attempt} uploads`, {
        id: 'bucket-upload-cut-short',
        status: 503,
        isRetryable: true,
      });
  }
}

/** Names of a block's files but for `meta.json`. */
async function namesOf(folder: string): Promise<string[]> {
  const present = new Set(await readdir(folder));
  const segments = (await readdir(join(folder, 'chunks'))).filter((name) => /^\d{6}$/.test(name)).sort();
  return [...segments.map((name) => `chunks/${name}`), ...FILES.filter((name) => present.has(name))];
}

async function sizeOf(bucket: Bucket, key: string, signal: AbortSignal): Promise<number> {
  try {
    return (await bucket.head(key, signal)).sizeBytes;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return -1;
    throw error;
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
