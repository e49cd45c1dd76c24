import type { Bucket } from '@telamon/objstore';
import {
  type BlockMeta,
  CorruptError,
  INDEX_TOC_BYTES,
  MAX_META_BYTES,
  parseBlockMeta,
  planIndexHeader,
  segmentName,
} from '@telamon/tsdb';
import { blockKey, blockPrefix, META_NAME } from './bucket-layout.ts';
import { type ObjectReader, readObject } from './read-object.ts';

/** Magic number and version of an index. */
const INDEX_START_BYTES = 5;

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

/** What the files of a block show beside its meta. */
export interface BlockFilesLook {
  /** Newest change of any file, ms. */
  readonly changedMs: number;
}

/**
 * Looks whether the files are there in the sizes that the meta tells, and whether the index is whole: one listing, in which links
 * don't show, and two small reads. CorruptError when not; then queries would fail over the block.
 */
export async function checkBlockFiles(
  bucket: Bucket,
  tenant: string,
  meta: BlockMeta,
  signal: AbortSignal,
): Promise<BlockFilesLook> {
  const prefix = blockPrefix(tenant, meta.ulid);
  const sizes = new Map<string, number>();
  let changedMs = 0;
  for await (const entry of bucket.list(prefix, { isRecursive: true, signal })) {
    sizes.set(entry.key.slice(prefix.length), entry.sizeBytes);
    changedMs = Math.max(changedMs, entry.modifiedMs);
  }
  const needed = ['index', ...((meta.stats.numChunks ?? 0) > 0 ? [segmentName(0)] : [])];
  for (const name of needed) if (!sizes.has(name)) throw new CorruptError(`block has no ${name}`);
  for (const { rel_path: name, size_bytes: sizeBytes } of meta.thanos?.files ?? []) {
    if (sizeBytes !== undefined && sizes.get(name) !== sizeBytes)
      throw new CorruptError(`${name} does not have ${sizeBytes} bytes`);
  }
  await checkIndex(bucket, `${prefix}index`, sizes.get('index')!, signal);
  return { changedMs };
}

async function checkIndex(bucket: Bucket, key: string, sizeBytes: number, signal: AbortSignal): Promise<void> {
  if (sizeBytes <= INDEX_TOC_BYTES) throw new CorruptError('index: cut short');
  const head = await bucket.getRange(key, { offset: 0, length: INDEX_START_BYTES }, signal);
  const tail = await bucket.getRange(key, { offset: sizeBytes - INDEX_TOC_BYTES, length: INDEX_TOC_BYTES }, signal);
  planIndexHeader(head, tail, sizeBytes);
}
