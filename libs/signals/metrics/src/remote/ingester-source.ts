import { TelamonError } from '@telamon/model';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import { type BlockRef, overlaps } from '../store/block-ref.ts';
import type { QueryGate } from '../store/query-gate.ts';
import { mergeStreams } from './merge-streams.ts';
import type { BlockPart, PoolBlocks } from './pool-blocks.ts';
import type { NamedLabelsRequest } from './select-message.ts';
import { uniteTexts } from './text-parts.ts';

/** What an ingester answers from. */
export interface IngesterSourceParts {
  readonly heads: MetricsSource;
  /** Blocks that were cut from the heads and are still here. */
  readonly blocksOf: (tenant: string) => readonly BlockRef[];
  readonly reader: PoolBlocks;
  /** Keeps a head from forgetting what moved into a block after a query took its list of blocks. */
  readonly gate: QueryGate;
}

type BlocksWanted = Pick<SelectRequest, 'tenant' | 'fromMs' | 'toMs' | 'knownBlocks'>;

/** Everything that an ingester holds: its heads and its local blocks, as one source. A series may come once from each of them. */
export class IngesterSource implements MetricsSource {
  readonly name = 'ingester';
  readonly #parts: IngesterSourceParts;

  constructor(parts: IngesterSourceParts) {
    this.#parts = parts;
  }

  async *select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const { heads, reader, gate } = this.#parts;
    const leave = enter(gate);
    try {
      // Before the heads are looked at: what moves into a block afterwards is still in the head.
      const blocks = this.#blocksOf(request);
      const streams = [heads.select(request, signal)];
      if (blocks.length > 0) streams.push(framesOf(reader.select(request, blocks, signal), blocks));
      yield* mergeStreams(streams);
    } finally {
      leave();
    }
  }

  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels({ name: '', labels: request }, this.#parts.heads.labelNames.bind(this.#parts.heads), signal);
  }

  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    const { heads } = this.#parts;
    return this.#labels({ name, labels: request }, (labels, stop) => heads.labelValues(name, labels, stop), signal);
  }

  async #labels(
    request: NamedLabelsRequest,
    ofHeads: (labels: LabelsRequest, signal: AbortSignal) => Promise<string[]>,
    signal: AbortSignal,
  ): Promise<string[]> {
    const { reader, gate } = this.#parts;
    const { labels } = request;
    return await gate.run(async () => {
      const blocks = this.#blocksOf(labels);
      if (blocks.length === 0) return await ofHeads(labels, signal);
      const inBlocks = textsOf(reader.labels(request, blocks, signal), blocks);
      return await uniteTexts(mergeStreams([once(() => ofHeads(labels, signal)), inBlocks]), labels.limit ?? 0, signal);
    });
  }

  #blocksOf({ tenant, fromMs, toMs, knownBlocks = [] }: BlocksWanted): BlockRef[] {
    const known = new Set(knownBlocks);
    return this.#parts.blocksOf(tenant).filter((block) => overlaps(block, fromMs, toMs) && !known.has(block.ulid));
  }
}

/** Begins a use of the gate that ends with the call of what is returned. */
function enter(gate: QueryGate): () => void {
  let leave = (): void => {};
  const done = new Promise<void>((resolve) => {
    leave = resolve;
  });
  void gate.run(() => done);
  return leave;
}

async function* once<T>(ask: () => Promise<T>): AsyncIterable<T> {
  yield await ask();
}

async function* framesOf(parts: AsyncIterable<BlockPart>, blocks: readonly BlockRef[]): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for await (const part of checkRead(parts, blocks)) if (part.kind === 'frame') yield part.frame as Uint8Array<ArrayBuffer>;
}

async function* textsOf(parts: AsyncIterable<BlockPart>, blocks: readonly BlockRef[]): AsyncIterable<readonly string[]> {
  for await (const part of checkRead(parts, blocks)) if (part.kind === 'texts') yield part.texts;
}

/** Passes parts on; fails in the end when a block was not read. */
async function* checkRead(parts: AsyncIterable<BlockPart>, blocks: readonly BlockRef[]): AsyncIterable<BlockPart> {
  const missing = new Set(blocks.map(({ ulid }) => ulid));
  for await (const part of parts) {
    if (part.kind === 'read') missing.delete(part.ulid);
    yield part;
  }
  if (missing.size === 0) return;
  throw new TelamonError(`local blocks are gone: ${[...missing].join(' ')}`, { status: 500, isRetryable: true });
}
