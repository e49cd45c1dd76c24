import type { Bucket } from '@telamon/objstore';
import { blockKey, blockPrefix, META_NAME, markKeys } from './bucket-layout.ts';

/**
 * Deletes a block: `meta.json` first, so that nobody takes the rest for a block, and its marks last, so that an interrupted
 * deletion is taken up again.
 */
export async function deleteBlock(bucket: Bucket, tenant: string, ulid: string, signal: AbortSignal): Promise<void> {
  const marks = [...markKeys(tenant, ulid, 'no-compact'), ...markKeys(tenant, ulid, 'deletion')];
  await bucket.delete(blockKey(tenant, ulid, META_NAME), signal);
  const keys: string[] = [];
  for await (const entry of bucket.list(blockPrefix(tenant, ulid), { isRecursive: true, signal })) {
    if (!entry.isFolder && !marks.includes(entry.key)) keys.push(entry.key);
  }
  if (keys.length > 0) await bucket.deleteMany(keys, signal);
  const [copy, own] = markKeys(tenant, ulid, 'deletion');
  await bucket.deleteMany([...markKeys(tenant, ulid, 'no-compact'), own], signal);
  await bucket.delete(copy, signal);
}
