import type { Bucket } from '@telamon/objstore';
import { type BlockMeta, CorruptError, INDEX_TOC_BYTES, MAX_META_BYTES, parseBlockMeta, segmentName } from '@telamon/tsdb';
import { blockKey, blockPrefix, META_NAME } from './bucket-layout.ts';
import { type ObjectReader, readObject } from './read-object.ts';

/**
 * Reads and checks the description of a block in the bucket; undefined when there is none (yet). CorruptError when it is damaged or
 * tells of another block: nothing in it is trusted that its place does not confirm.
 */
export async function readBlockMeta(
  bucket: ObjectReader,
  tenant: string,
  ulid: string,
  signal?: AbortSignal,
): Promise<BlockMeta | undefined> {
  const bytes = await readObject(bucket, blockKey(tenant, ulid, META_NAME), MAX_META_BYTES, signal);
  if (bytes === undefined) return undefined;
  const meta = parseBlockMeta(bytes);
  checkBlockMeta(meta, ulid);
  return meta;
}

/** CorruptError when the meta is not that of block `ulid` or its times are impossible. */
export function checkBlockMeta(meta: BlockMeta, ulid: string): void {
  if (meta.ulid !== ulid) throw new CorruptError(`meta.json: is that of block ${meta.ulid}`);
  if (meta.maxTime < meta.minTime) throw new CorruptError('meta.json: the block ends before it starts');
}

/**
 * Looks whether the index and the first segment are there: one listing, in which links don't show. CorruptError when not; then
 * queries would fail over the block.
 */
export async function checkBlockFiles(bucket: Bucket, tenant: string, meta: BlockMeta, signal: AbortSignal): Promise<void> {
  const prefix = blockPrefix(tenant, meta.ulid);
  const sizes = new Map<string, number>();
  for await (const entry of bucket.list(prefix, { isRecursive: true, signal })) {
    sizes.set(entry.key.slice(prefix.length), entry.sizeBytes);
  }
  const first = segmentName(0);
  if ((sizes.get('index') ?? 0) <= INDEX_TOC_BYTES) throw new CorruptError('block has no index');
  if ((meta.stats.numChunks ?? 0) > 0 && !sizes.has(first)) throw new CorruptError(`block has no ${first}`);
}
