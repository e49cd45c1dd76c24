import {
  encodeTenantDeletionMark,
  MAX_MARK_BYTES,
  parseTenantDeletionMark,
  TENANT_DELETION_MARK_PATH,
  type TenantDeletionMark,
} from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import { tenantPrefix } from '../store/bucket-layout.ts';
import { readObject } from '../store/read-object.ts';

/** Key of the mark by which all data of a tenant is given up, Mimir's `<tenant>/markers/tenant-deletion-mark.json`. */
export function tenantDeletionMarkKey(tenant: string): string {
  return tenantPrefix(tenant) + TENANT_DELETION_MARK_PATH;
}

/** Reads a tenant's mark; undefined when there is none. BucketIndexError or CorruptError when it is damaged. */
export async function readTenantDeletionMark(
  bucket: Bucket,
  tenant: string,
  signal?: AbortSignal,
): Promise<TenantDeletionMark | undefined> {
  const bytes = await readObject(bucket, tenantDeletionMarkKey(tenant), MAX_MARK_BYTES, signal);
  return bytes === undefined ? undefined : parseTenantDeletionMark(bytes);
}

/** Writes or replaces a tenant's mark. */
export async function writeTenantDeletionMark(
  bucket: Bucket,
  tenant: string,
  mark: TenantDeletionMark,
  signal?: AbortSignal,
): Promise<void> {
  await bucket.put(tenantDeletionMarkKey(tenant), encodeTenantDeletionMark(mark), signal);
}
