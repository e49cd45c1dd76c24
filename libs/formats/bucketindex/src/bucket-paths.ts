import { isUlid } from '@telamon/algo';

/** The bucket index of a tenant, gzip-compressed. Like all paths here: below the tenant's folder. */
export const BUCKET_INDEX_PATH = 'bucket-index.json.gz';
/** The mark that all of a tenant's data is to be deleted. */
export const TENANT_DELETION_MARK_PATH = 'markers/tenant-deletion-mark.json';
/** Folder of the copies of all blocks' marks, so that one listing finds them. */
export const MARKERS_PREFIX = 'markers/';

/** The two marks that a block can carry. */
export type BlockMarkKind = 'deletion' | 'no-compact';

const FILE_BY_KIND: Readonly<Record<BlockMarkKind, string>> = {
  deletion: 'deletion-mark.json',
  'no-compact': 'no-compact-mark.json',
};

/** Path of a file of a block, e.g. `<ULID>/meta.json`. Throws an assertion when `ulid` is none, so that no path can be smuggled in. */
export function blockFilePath(ulid: string, name: string): string {
  return `${checked(ulid)}/${name}`;
}

/** Path of a block's own mark. */
export function blockMarkPath(ulid: string, kind: BlockMarkKind): string {
  return blockFilePath(ulid, FILE_BY_KIND[kind]);
}

/** Path of the copy of a block's mark in the tenant's markers. */
export function globalMarkPath(ulid: string, kind: BlockMarkKind): string {
  return `${MARKERS_PREFIX}${checked(ulid)}-${FILE_BY_KIND[kind]}`;
}

/** What a file name in the markers folder stands for; undefined for foreign files. */
export function parseGlobalMarkName(name: string): { readonly ulid: string; readonly kind: BlockMarkKind } | undefined {
  const ulid = name.slice(0, 26);
  if (!isUlid(ulid)) return undefined;
  for (const kind of ['deletion', 'no-compact'] as const) if (name.slice(26) === `-${FILE_BY_KIND[kind]}`) return { ulid, kind };
  return undefined;
}

function checked(ulid: string): string {
  if (!isUlid(ulid)) throw new Error('block path: not a ULID');
  return ulid;
}
