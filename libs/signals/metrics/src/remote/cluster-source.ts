import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import { mergeStreams } from './merge-streams.ts';
import type { RemoteBlocks } from './remote-blocks.ts';
import { uniteTexts } from './text-parts.ts';

/**
 * Ingesters and the store as one source, asked at once. Ingesters are told which blocks the store is asked for, so that they leave out those
 * that they still have. A series comes from each place that has it; whoever reads joins them.
 */
export class ClusterSource implements MetricsSource {
  readonly name = 'cluster';
  readonly #ingesters: MetricsSource;
  readonly #store: RemoteBlocks;

  constructor(ingesters: MetricsSource, store: RemoteBlocks) {
    this.#ingesters = ingesters;
    this.#store = store;
  }

  async *select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const plan = await this.#store.plan(request, signal);
    yield* mergeStreams([
      this.#ingesters.select({ ...request, knownBlocks: plan.knownToIngesters }, signal),
      this.#store.selectFrom(plan, request, signal),
    ]);
  }

  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels('', request, signal);
  }

  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels(name, request, signal);
  }

  async #labels(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    const plan = await this.#store.plan(request, signal);
    const asked = { ...request, knownBlocks: plan.knownToIngesters };
    const recent = name === '' ? this.#ingesters.labelNames(asked, signal) : this.#ingesters.labelValues(name, asked, signal);
    const lists = await Promise.all([recent, this.#store.labelsFrom(plan, { name, labels: request }, signal)]);
    return await uniteTexts(each(lists), request.limit ?? 0, signal);
  }
}

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
