import { type DeletionMark, encodeDeletionMark, encodeNoCompactMark, type NoCompactMark } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import { markKeys } from './bucket-layout.ts';

/** Marks a block as one that is not to be merged any more, in the tenant's folder of marks and in the block. */
export async function markNoCompact(bucket: Bucket, tenant: string, mark: NoCompactMark, signal: AbortSignal): Promise<void> {
  const bytes = encodeNoCompactMark(mark);
  for (const key of markKeys(tenant, mark.ulid, 'no-compact')) await bucket.put(key, bytes, signal);
}

/**
 * Marks a block for deletion, in the tenant's folder of marks and in the block. Doing it again completes what was interrupted; a
 * mark that the listing shows must not be written again, because its age counts. Returns the mark.
 */
export async function markForDeletion(
  bucket: Bucket,
  tenant: string,
  mark: DeletionMark,
  signal: AbortSignal,
): Promise<DeletionMark> {
  const bytes = encodeDeletionMark(mark);
  for (const key of markKeys(tenant, mark.ulid, 'deletion')) await bucket.put(key, bytes, signal);
  return mark;
}
