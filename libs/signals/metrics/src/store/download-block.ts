import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Bucket } from '@telamon/objstore';

/** Files of a block that a merge reads. Anything else in its folder is left where it is. */
const WANTED = /^(meta\.json|index|tombstones|chunks\/\d{6})$/;

/** Copies a block of the bucket (by its prefix, with the slash) into a new folder. Throws the bucket's and node's errors. */
export async function downloadBlock(bucket: Bucket, prefix: string, folder: string, signal: AbortSignal): Promise<void> {
  for await (const entry of bucket.list(prefix, { isRecursive: true, signal })) {
    const name = entry.key.slice(prefix.length);
    if (entry.isFolder || !WANTED.test(name)) continue;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await pipeline(await bucket.getStream(entry.key, signal), createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
  }
}
