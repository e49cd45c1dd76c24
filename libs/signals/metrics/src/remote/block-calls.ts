import { isUlid } from '@telamon/algo';
import type { SignalCalls } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import { v1 } from '@telamon/proto';
import type { PeerStreamHandler } from '@telamon/rpc';
import type { FetchLimits } from '../query/fetch-budget.ts';
import type { BlockCatalog } from '../store/block-catalog.ts';
import type { BlockRef } from '../store/block-ref.ts';
import { eachBounded } from '../store/each-bounded.ts';
import { isDamage } from '../store/is-damage.ts';
import { blockDamaged } from './block-jobs.ts';
import { decodeMessage } from './decode-message.ts';
import type { BlockPart, PoolBlocks } from './pool-blocks.ts';
import { labelsRequestOf, selectOf } from './select-message.ts';
import { textParts } from './text-parts.ts';

/** Blocks of one request. */
const BLOCKS_MAX = 100_000;
/** Blocks that are looked up in the bucket at once because they are not known here. */
const OBTAIN_AT_ONCE = 8;

/** What a store-gateway answers from. */
export interface GatewayReads {
  readonly catalog: Pick<BlockCatalog, 'obtain'>;
  readonly reader: PoolBlocks;
  /** Most that one request may fetch, beside what the querier itself counts. */
  readonly limitsOf: (tenant: string) => FetchLimits;
}

/**
 * A store-gateway's calls, `proto/telamon/store_gateway.proto`. The blocks are those that are asked for, whoever owns them. What the
 * bucket does not have is not told as read. A damaged block fails the call after all others were sent:
 * `err-telamon-block-corrupted`.
 */
export function blockCalls({ catalog, reader, limitsOf }: GatewayReads): SignalCalls {
  const select: PeerStreamHandler = async function* (message, call) {
    const { tenant, signal } = call;
    const request = decodeMessage(v1.MetricsBlocksSelectRequest, message);
    const selection = selectOf(tenant, request.select ?? {});
    yield* answer(catalog, call, request.blocks, (refs) => reader.select(selection, refs, signal, limitsOf(tenant)));
  };
  const labels: PeerStreamHandler = async function* (message, call) {
    const request = decodeMessage(v1.MetricsBlocksLabelsRequest, message);
    const named = labelsRequestOf(call.tenant, request.labels ?? {});
    yield* answer(catalog, call, request.blocks, (refs) => reader.labels(named, refs, call.signal));
  };
  return { streams: { MetricsBlocksSelect: select, MetricsBlocksLabelNames: labels, MetricsBlocksLabelValues: labels } };
}

async function* answer(
  catalog: GatewayReads['catalog'],
  call: { readonly tenant: string; readonly signal: AbortSignal },
  ulids: readonly string[],
  read: (refs: readonly BlockRef[]) => AsyncIterable<BlockPart>,
): AsyncIterable<Uint8Array> {
  const { refs, empty, damage } = await locate(catalog, call, ulids);
  if (empty.length > 0) yield v1.MetricsBlocksPart.encode({ blocksRead: empty }).finish();
  if (refs.length > 0) for await (const part of read(refs)) yield* encodePart(part);
  if (damage !== undefined) throw damage;
}

interface Located {
  readonly refs: BlockRef[];
  /** Blocks that hold nothing to query. */
  readonly empty: string[];
  readonly damage: TelamonError | undefined;
}

async function locate(
  catalog: GatewayReads['catalog'],
  { tenant, signal }: { readonly tenant: string; readonly signal: AbortSignal },
  ulids: readonly string[],
): Promise<Located> {
  checkIds(ulids);
  const refs: BlockRef[] = [];
  const empty: string[] = [];
  let damage: TelamonError | undefined;
  const locateOne = async (ulid: string): Promise<void> => {
    try {
      const obtained = await catalog.obtain(tenant, ulid, signal);
      if (obtained?.kind === 'ref') refs.push(obtained.ref);
      else if (obtained?.kind === 'nothing') empty.push(ulid);
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage ??= blockDamaged(ulid, error as Error);
    }
  };
  await eachBounded(new Set(ulids), OBTAIN_AT_ONCE, locateOne, signal);
  return { refs, empty, damage };
}

function checkIds(ulids: readonly string[]): void {
  if (ulids.length > BLOCKS_MAX) throw badRequest(`${ulids.length} blocks are asked for at once, more than ${BLOCKS_MAX}`);
  // Ids become parts of paths.
  for (const ulid of ulids) if (!isUlid(ulid)) throw badRequest('a block is asked for whose id is no ULID');
}

function badRequest(text: string): TelamonError {
  return new TelamonError(text, { status: 400, isRetryable: false });
}

function* encodePart(part: BlockPart): IterableIterator<Uint8Array> {
  if (part.kind === 'read') yield v1.MetricsBlocksPart.encode({ blocksRead: [part.ulid] }).finish();
  else if (part.kind === 'frame') {
    yield v1.MetricsBlocksPart.encode({ frame: part.frame }).finish();
  } else for (const texts of textParts(part.texts)) yield v1.MetricsBlocksPart.encode({ texts }).finish();
}
