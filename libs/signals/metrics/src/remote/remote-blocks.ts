import { ulidTimeMs } from '@telamon/algo';
import type { BlockReader, BlockRequest } from '@telamon/contract';
import { v1 } from '@telamon/proto';
import type { SelectRequest } from '../metrics-source.ts';
import type { BucketBlocks } from './bucket-blocks.ts';
import { decodeMessage } from './decode-message.ts';
import { labelsMessage, type NamedLabelsRequest, selectMessage } from './select-message.ts';
import { uniteTexts } from './text-parts.ts';

/** How blocks in the bucket are read. */
export interface RemoteBlocksOptions {
  readonly reader: BlockReader;
  readonly index: BucketBlocks;
  /** Newer samples are left to the ingesters, ms. 0: none are. */
  readonly queryStoreAfterMs: number;
  readonly nowMs: () => number;
}

/** Blocks younger than this may still be with ingesters, by the time of their making, ms. */
const LOCAL_BLOCKS_MS = 3 * 24 * 3_600_000;

type TimesOfTenant = Pick<SelectRequest, 'tenant' | 'fromMs' | 'toMs'>;

/** Which blocks a request is answered from. */
export interface StorePlan {
  readonly toMs: number;
  /** ULIDs. */
  readonly blocks: readonly string[];
  /** Those of them that ingesters may have, too, and need not read. */
  readonly knownToIngesters: readonly string[];
}

/** The blocks in the bucket, read through store-gateways of other processes. Each series comes from every block that has it. */
export class RemoteBlocks {
  readonly #options: RemoteBlocksOptions;

  constructor(options: RemoteBlocksOptions) {
    this.#options = options;
  }

  /** Looks up the blocks of a request. Fails as `BucketBlocks.find` does. */
  async plan({ tenant, fromMs, toMs: wantedMs }: TimesOfTenant, signal: AbortSignal): Promise<StorePlan> {
    const { queryStoreAfterMs, nowMs, index } = this.#options;
    const toMs = queryStoreAfterMs === 0 ? wantedMs : Math.min(wantedMs, nowMs() - queryStoreAfterMs);
    const blocks = toMs < fromMs ? [] : await index.find(tenant, fromMs, toMs, signal);
    const sinceMs = nowMs() - LOCAL_BLOCKS_MS;
    // What the store is not asked for in a block's time, ingesters must give.
    const known = toMs < wantedMs ? [] : blocks.filter((ulid) => (ulidTimeMs(ulid) ?? 0) >= sinceMs);
    return { toMs, blocks, knownToIngesters: known };
  }

  /** Frames of the planned blocks. */
  async *selectFrom(
    { toMs, blocks }: StorePlan,
    request: SelectRequest,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array<ArrayBuffer>> {
    if (blocks.length === 0) return;
    const select = selectMessage({ ...request, toMs });
    const encode = (some: readonly string[]): Uint8Array =>
      v1.MetricsBlocksSelectRequest.encode({ select, blocks: [...some] }).finish();
    for await (const { frame } of this.#parts(request.tenant, { method: 'MetricsBlocksSelect', blocks, encode }, signal)) {
      if (frame.length > 0) yield frame as Uint8Array<ArrayBuffer>;
    }
  }

  /** Label names (`name` '') or values of the planned blocks, sorted bytewise. */
  async labelsFrom({ toMs, blocks }: StorePlan, request: NamedLabelsRequest, signal: AbortSignal): Promise<string[]> {
    if (blocks.length === 0) return [];
    const { tenant, limit = 0 } = request.labels;
    const method = request.name === '' ? 'MetricsBlocksLabelNames' : 'MetricsBlocksLabelValues';
    const labels = labelsMessage({ ...request, labels: { ...request.labels, toMs } });
    const encode = (some: readonly string[]): Uint8Array =>
      v1.MetricsBlocksLabelsRequest.encode({ labels, blocks: [...some] }).finish();
    return await uniteTexts(textsOf(this.#parts(tenant, { method, blocks, encode }, signal)), limit, signal);
  }

  async *#parts(
    tenant: string,
    request: Omit<BlockRequest, 'blocksOf'>,
    signal: AbortSignal,
  ): AsyncIterable<v1.MetricsBlocksPart> {
    const replies = this.#options.reader.stream(tenant, { ...request, blocksOf: blocksRead }, signal);
    for await (const reply of replies) yield decodeMessage(v1.MetricsBlocksPart, reply);
  }
}

function blocksRead(reply: Uint8Array): readonly string[] {
  return decodeMessage(v1.MetricsBlocksPart, reply).blocksRead;
}

async function* textsOf(parts: AsyncIterable<v1.MetricsBlocksPart>): AsyncIterable<readonly string[]> {
  for await (const { texts } of parts) if (texts.length > 0) yield texts;
}
