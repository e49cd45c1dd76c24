import { TelamonError } from '@telamon/model';
import { readBucketIndex } from '../store/bucket-index-file.ts';
import { blockKey, META_NAME } from '../store/bucket-layout.ts';
import type { ObjectReader } from '../store/read-object.ts';
import { INDEX_USED_INTERVALS } from './bucket-blocks.ts';

/** Blocks in the bucket by tenant, ULIDs. */
export type ShippedBlocks = ReadonlyMap<string, readonly string[]>;

/** What is waited with. */
export interface UntilListedOptions {
  readonly bucket: ObjectReader & { exists(key: string, signal?: AbortSignal): Promise<boolean> };
  /** How long queriers use an index before they read it again, ms. */
  readonly refreshMs: number;
  /** Longest time between two looks at an index that lacks blocks, ms. */
  readonly pollMs: number;
  /** Resolves after a time, ms; rejects when the signal aborts. */
  readonly delay: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Resolves when every querier knows of the blocks: the bucket index of each tenant lists them, and an index from before is no longer in
 * use anywhere. A block that is gone from the bucket is waited for no longer: somebody deleted it. TelamonError that names tenants when
 * the signal aborts before; a bucket that cannot be read is tried again until then. Cost: one index each tenant and look.
 */
export async function untilListed(options: UntilListedOptions, blocks: ShippedBlocks, signal: AbortSignal): Promise<void> {
  const waiting = new Map(blocks);
  let failure: unknown;
  try {
    for (;;) {
      for (const [tenant, ulids] of waiting) {
        const unlisted = await unlistedOf(options.bucket, tenant, ulids, signal).catch((error: unknown) => {
          if (!signal.aborted) failure = error;
          return ulids;
        });
        if (unlisted.length === 0) waiting.delete(tenant);
        else waiting.set(tenant, unlisted);
        signal.throwIfAborted();
      }
      if (waiting.size === 0) break;
      await options.delay(options.pollMs, signal);
    }
    // Two of them, and one for reading the index and for queries that began with the last.
    await options.delay((INDEX_USED_INTERVALS + 1) * options.refreshMs, signal);
  } catch (error) {
    throw waitedInVain(waiting, failure ?? error);
  }
}

async function unlistedOf(
  bucket: UntilListedOptions['bucket'],
  tenant: string,
  ulids: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const parsed = await readBucketIndex(bucket, tenant, signal);
  const listed = new Set(parsed?.index.blocks.map(({ ulid }) => ulid));
  const unlisted: string[] = [];
  for (const ulid of ulids) {
    if (!listed.has(ulid) && (await bucket.exists(blockKey(tenant, ulid, META_NAME), signal))) unlisted.push(ulid);
  }
  return unlisted;
}

function waitedInVain(waiting: ShippedBlocks, cause: unknown): TelamonError {
  const what =
    waiting.size === 0
      ? 'queriers may still use bucket indexes without the last blocks'
      : `blocks of ${waiting.size} ${waiting.size === 1 ? 'tenant' : 'tenants'} (${[...waiting.keys()].slice(0, 3).join(', ')}) are not in the bucket index, which the compactor writes`;
  return new TelamonError(`everything was shipped, but ${what}`, { isRetryable: true, cause });
}
