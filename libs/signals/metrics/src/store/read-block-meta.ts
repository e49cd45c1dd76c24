import { type BlockMeta, CorruptError, INDEX_TOC_BYTES, MAX_META_BYTES, parseBlockMeta, segmentName } from '@telamon/tsdb';
import { blockKey, META_NAME } from './bucket-layout.ts';
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
 * Looks whether the index and the first segment are there. CorruptError or ObjectNotFoundError when not; then queries would
 * fail over the block.
 */
export async function checkBlockFiles(
  bucket: ObjectReader,
  tenant: string,
  meta: BlockMeta,
  signal?: AbortSignal,
): Promise<void> {
  const index = await bucket.head(blockKey(tenant, meta.ulid, 'index'), signal);
  if (index.sizeBytes <= INDEX_TOC_BYTES) throw new CorruptError('index: cut short');
  if ((meta.stats.numChunks ?? 0) > 0) await bucket.head(blockKey(tenant, meta.ulid, segmentName(0)), signal);
}
