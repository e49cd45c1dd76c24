import { isUlid } from '@telamon/algo';
import { parseGlobalMarkName } from '@telamon/bucketindex';
import type { Bucket } from '@telamon/objstore';
import { isTenantId, markersPrefix, tenantPrefix } from './bucket-layout.ts';

/** Tenants that have a folder in the bucket, in the order of the listing; what is no tenant is left out. */
export async function listTenants(bucket: Bucket, signal: AbortSignal): Promise<string[]> {
  const tenants: string[] = [];
  for await (const entry of bucket.list('', { signal })) {
    const name = entry.key.slice(0, -1);
    if (entry.isFolder && isTenantId(name)) tenants.push(name);
  }
  return tenants;
}

/** What a tenant's folder shows without opening anything. */
export interface TenantListing {
  /** Ids of everything that looks like a block, ascending. */
  readonly ulids: readonly string[];
  /** Blocks with a deletion mark among the copies. */
  readonly deletionMarked: ReadonlySet<string>;
  /** Blocks with a no-compact mark among the copies. */
  readonly noCompactMarked: ReadonlySet<string>;
}

/** Lists a tenant: two listings of one level. Foreign names are passed over. */
export async function listTenant(bucket: Bucket, tenant: string, signal: AbortSignal): Promise<TenantListing> {
  // Marks first: a block that is marked between the two listings is then known as unmarked, which is harmless.
  const deletionMarked = new Set<string>();
  const noCompactMarked = new Set<string>();
  const markers = markersPrefix(tenant);
  for await (const entry of bucket.list(markers, { signal })) {
    const mark = entry.isFolder ? undefined : parseGlobalMarkName(entry.key.slice(markers.length));
    if (mark?.kind === 'deletion') deletionMarked.add(mark.ulid);
    if (mark?.kind === 'no-compact') noCompactMarked.add(mark.ulid);
  }
  const ulids: string[] = [];
  const prefix = tenantPrefix(tenant);
  for await (const entry of bucket.list(prefix, { signal })) {
    const name = entry.key.slice(prefix.length, -1);
    if (entry.isFolder && isUlid(name)) ulids.push(name);
  }
  return { ulids, deletionMarked, noCompactMarked };
}
