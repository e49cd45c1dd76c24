import type { ReplicaReader } from '@telamon/contract';
import { v1 } from '@telamon/proto';
import type { TenantUsage } from '../api/query-deps.ts';
import type { ExemplarSeries, HeadCardinality, MetricMetadata } from '../head/index.ts';
import type { LabelsRequest, MetricsSource, SelectRequest } from '../metrics-source.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import { factorOf, type ReplyShare, uniteCardinality } from './cardinality-reply.ts';
import { decodeMessage } from './decode-message.ts';
import { uniteExemplars } from './exemplar-parts.ts';
import { uniteMetadata } from './metadata-parts.ts';
import { encodeLabels, encodeSelect, type NamedLabelsRequest } from './select-message.ts';
import { uniteUsages } from './tenant-usages.ts';
import { uniteTexts } from './text-parts.ts';

/** Ingesters are asked for so many times the rows that are shown, because each has another part of the series. */
const ROWS_FACTOR = 10;
const ROWS_MAX = 100_000;

/** How the ingesters are read. */
export interface RemoteHeadsOptions {
  readonly reader: ReplicaReader;
  /** The ingesters that the reader chooses from for a tenant; read at every use. */
  readonly share: (tenant: string) => ReplyShare;
  /** Requests that end longer ago are not sent to ingesters, ms. 0: all are. */
  readonly queryWithinMs: number;
  readonly nowMs: () => number;
}

/** The ingesters of other processes. Each series comes from every replica that was asked; whoever reads joins them. */
export class RemoteHeads implements MetricsSource, RecentMetrics {
  readonly name = 'ingesters';
  readonly #options: RemoteHeadsOptions;

  constructor(options: RemoteHeadsOptions) {
    this.#options = options;
  }

  async *select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>> {
    if (!this.#isRecent(request.toMs)) return;
    const replies = this.#options.reader.stream(request.tenant, 'MetricsSelect', encodeSelect(request), signal);
    for await (const reply of replies) yield decodeMessage(v1.MetricsFrame, reply).frame as Uint8Array<ArrayBuffer>;
  }

  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels('MetricsLabelNames', { name: '', labels: request }, signal);
  }

  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]> {
    return this.#labels('MetricsLabelValues', { name, labels: request }, signal);
  }

  async #labels(method: string, request: NamedLabelsRequest, signal: AbortSignal): Promise<string[]> {
    const { labels } = request;
    if (!this.#isRecent(labels.toMs)) return [];
    const replies = this.#options.reader.stream(labels.tenant, method, encodeLabels(request), signal);
    return await uniteTexts(textsOf(replies), labels.limit ?? 0, signal);
  }

  async exemplars(request: LabelsRequest, signal: AbortSignal): Promise<readonly ExemplarSeries[]> {
    const message = encodeLabels({ name: '', labels: request });
    return await uniteExemplars(this.#options.reader.stream(request.tenant, 'MetricsExemplars', message, signal), signal);
  }

  async metadata(tenant: string, metric: string, signal: AbortSignal): Promise<ReadonlyMap<string, readonly MetricMetadata[]>> {
    const message = v1.MetricsMetadataRequest.encode({ metric }).finish();
    return await uniteMetadata(this.#options.reader.stream(tenant, 'MetricsMetadata', message, signal));
  }

  async cardinality(tenant: string, limit: number, signal: AbortSignal): Promise<HeadCardinality | undefined> {
    const message = v1.MetricsCardinalityRequest.encode({ limit: Math.min(limit * ROWS_FACTOR, ROWS_MAX) }).finish();
    const replies = await this.#options.reader.gather(tenant, 'MetricsCardinality', message, signal);
    return uniteCardinality(replies, this.#options.share(tenant), limit);
  }

  /** What a tenant writes and holds, over all ingesters, each sample and series counted once. */
  async usage(tenant: string, signal: AbortSignal): Promise<TenantUsage> {
    const message = v1.MetricsUsageRequest.encode({}).finish();
    const replies = await this.#options.reader.gather(tenant, 'MetricsUsage', message, signal);
    const factor = factorOf(replies.length, this.#options.share(tenant));
    return uniteUsages(
      replies.map((reply) => decodeMessage(v1.MetricsUsageReply, reply)),
      factor,
    );
  }

  #isRecent(toMs: number): boolean {
    const { queryWithinMs, nowMs } = this.#options;
    return queryWithinMs === 0 || toMs >= nowMs() - queryWithinMs;
  }
}

async function* textsOf(replies: AsyncIterable<Uint8Array>): AsyncIterable<readonly string[]> {
  for await (const reply of replies) yield decodeMessage(v1.MetricsTexts, reply).texts;
}
