import type { BlockReader, BlockRequest } from '@telamon/contract';
import { v1 } from '@telamon/proto';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
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

/** The blocks in the bucket, read through store-gateways of other processes. Each series comes from every block that has it. */
export class RemoteBlocks implements MetricsSource {
  readonly name = 'store';
  readonly #options: RemoteBlocksOptions;

  constructor(options: RemoteBlocksOptions) {
    this.#options = options;
  }

  async *select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const { tenant, fromMs } = request;
    const toMs = this.#clamp(request.toMs);
    const blocks = await this.#blocksOf(tenant, fromMs, toMs, signal);
    if (blocks.length === 0) return;
    const select = selectMessage({ ...request, toMs });
    const encode = (some: readonly string[]): Uint8Array =>
      v1.MetricsBlocksSelectRequest.encode({ select, blocks: [...some] }).finish();
    for await (const { frame } of this.#parts(tenant, { method: 'MetricsBlocksSelect', blocks, encode }, signal)) {
      if (frame.length > 0) yield frame as Uint8Array<ArrayBuffer>;
    }
  }

  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels('MetricsBlocksLabelNames', { name: '', labels: request }, signal);
  }

  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels('MetricsBlocksLabelValues', { name, labels: request }, signal);
  }

  async #labels(method: string, request: NamedLabelsRequest, signal: AbortSignal): Promise<string[]> {
    const { tenant, fromMs, limit = 0 } = request.labels;
    const toMs = this.#clamp(request.labels.toMs);
    const blocks = await this.#blocksOf(tenant, fromMs, toMs, signal);
    if (blocks.length === 0) return [];
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

  #clamp(toMs: number): number {
    const { queryStoreAfterMs, nowMs } = this.#options;
    return queryStoreAfterMs === 0 ? toMs : Math.min(toMs, nowMs() - queryStoreAfterMs);
  }

  async #blocksOf(tenant: string, fromMs: number, toMs: number, signal: AbortSignal): Promise<string[]> {
    return toMs < fromMs ? [] : await this.#options.index.find(tenant, fromMs, toMs, signal);
  }
}

function blocksRead(reply: Uint8Array): readonly string[] {
  return decodeMessage(v1.MetricsBlocksPart, reply).blocksRead;
}

async function* textsOf(parts: AsyncIterable<v1.MetricsBlocksPart>): AsyncIterable<readonly string[]> {
  for await (const { texts } of parts) if (texts.length > 0) yield texts;
}
