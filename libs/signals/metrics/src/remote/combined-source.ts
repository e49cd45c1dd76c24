import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import { mergeStreams } from './merge-streams.ts';
import { uniteTexts } from './text-parts.ts';

/** Several sources as one: all are asked at once. A series comes from each of them that has it; whoever reads joins them. */
export class CombinedSource implements MetricsSource {
  readonly name: string;
  readonly #sources: readonly MetricsSource[];

  constructor(sources: readonly MetricsSource[]) {
    this.#sources = sources;
    this.name = sources.map(({ name }) => name).join('+');
  }

  select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    return mergeStreams(this.#sources.map((source) => source.select(request, signal)));
  }

  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#unite(request, signal, (source) => source.labelNames(request, signal));
  }

  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#unite(request, signal, (source) => source.labelValues(name, request, signal));
  }

  async #unite(
    { limit = 0 }: LabelsRequest,
    signal: AbortSignal,
    ask: (source: MetricsSource) => Promise<string[]>,
  ): Promise<string[]> {
    const lists = await Promise.all(this.#sources.map(ask));
    return await uniteTexts(each(lists), limit, signal);
  }
}

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}
