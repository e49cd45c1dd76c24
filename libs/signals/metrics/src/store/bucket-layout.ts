import {
  type BlockMarkKind,
  BUCKET_INDEX_PATH,
  blockFilePath,
  blockMarkPath,
  globalMarkPath,
  MARKERS_PREFIX,
} from '@telamon/bucketindex';
import { validateTenantId } from '@telamon/model';

/** Name of a block's description; it is written last and deleted first. */
export const META_NAME = 'meta.json';

/** Whether a folder of the bucket can be a tenant's. */
export function isTenantId(name: string): boolean {
  try {
    validateTenantId(name);
    return true;
  } catch {
    return false;
  }
}

/** Prefix of everything of a tenant, with its slash. Every key of the store is made on top of it. Throws TelamonError 400 for a bad tenant. */
export function tenantPrefix(tenant: string): string {
  validateTenantId(tenant);
  return `${tenant}/`;
}

/** Prefix of a block, with its slash. Throws an assertion when `ulid` is none. */
export function blockPrefix(tenant: string, ulid: string): string {
  return blockKey(tenant, ulid, '');
}

/** Key of a file of a block. */
export function blockKey(tenant: string, ulid: string, name: string): string {
  return tenantPrefix(tenant) + blockFilePath(ulid, name);
}

/** Prefix of the copies of the marks of a tenant's blocks, with its slash. */
export function markersPrefix(tenant: string): string {
  return tenantPrefix(tenant) + MARKERS_PREFIX;
}

/** Keys of a mark: the copy that one listing finds, then the block's own. */
export function markKeys(tenant: string, ulid: string, kind: BlockMarkKind): readonly [copy: string, own: string] {
  const prefix = tenantPrefix(tenant);
  return [prefix + globalMarkPath(ulid, kind), prefix + blockMarkPath(ulid, kind)];
}

/** Key of a tenant's bucket index. */
export function bucketIndexKey(tenant: string): string {
  return tenantPrefix(tenant) + BUCKET_INDEX_PATH;
}
