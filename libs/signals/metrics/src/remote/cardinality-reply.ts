import { v1 } from '@telamon/proto';
import type { HeadCardinality, NamedCount } from '../head/index.ts';
import { decodeMessage } from './decode-message.ts';

/** How replies of ingesters stand for all of them. */
export interface ReplyShare {
  /** Ingesters that hold the tenant's data. */
  readonly instanceCount: number;
  /** How many of them hold the same series. */
  readonly replicationFactor: number;
}

/** A head's cardinality as `MetricsCardinalityReply`. */
export function encodeCardinality(cardinality: HeadCardinality | undefined): Uint8Array {
  if (cardinality === undefined) return v1.MetricsCardinalityReply.encode({ hasHead: false }).finish();
  const { minTimeMs, maxTimeMs, ...rest } = cardinality;
  return v1.MetricsCardinalityReply.encode({
    hasHead: true,
    numSeries: rest.numSeries,
    numLabelPairs: rest.numLabelPairs,
    chunkCount: rest.chunkCount,
    ...(minTimeMs === undefined ? {} : { minTimeMs }),
    ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
    seriesCountByMetricName: [...rest.seriesCountByMetricName],
    labelValueCountByLabelName: [...rest.labelValueCountByLabelName],
    memoryInBytesByLabelName: [...rest.memoryInBytesByLabelName],
    seriesCountByLabelValuePair: [...rest.seriesCountByLabelValuePair],
  }).finish();
}

/**
 * What the ingesters hold together, each series counted once: sums over the replies, taken to all ingesters and divided by the
 * replication. Exact when every ingester answered and lists hold every name; else an estimate, as Mimir's. Distinct pairs and values
 * can't be summed (an ingester has most of them): the largest count is taken. undefined when no ingester has a head.
 */
export function uniteCardinality(replies: readonly Uint8Array[], share: ReplyShare, limit: number): HeadCardinality | undefined {
  const heads = replies.map((reply) => decodeMessage(v1.MetricsCardinalityReply, reply)).filter(({ hasHead }) => hasHead);
  if (heads.length === 0) return undefined;
  const factor = factorOf(replies.length, share);
  const total = (of: (head: v1.MetricsCardinalityReply) => number): number =>
    Math.round(factor * heads.reduce((sum, head) => sum + of(head), 0));
  const largest = (of: (head: v1.MetricsCardinalityReply) => number): number => Math.max(...heads.map(of));
  const times = heads.flatMap(({ minTimeMs, maxTimeMs }) => [minTimeMs, maxTimeMs]).filter((time) => typeof time === 'number');
  return {
    numSeries: total(({ numSeries }) => numSeries),
    numLabelPairs: largest(({ numLabelPairs }) => numLabelPairs),
    chunkCount: total(({ chunkCount }) => chunkCount),
    minTimeMs: times.length === 0 ? undefined : Math.min(...times),
    maxTimeMs: times.length === 0 ? undefined : Math.max(...times),
    seriesCountByMetricName: topOf(
      heads.map((head) => head.seriesCountByMetricName),
      limit,
      factor,
    ),
    labelValueCountByLabelName: topOf(
      heads.map((head) => head.labelValueCountByLabelName),
      limit,
      0,
    ),
    memoryInBytesByLabelName: topOf(
      heads.map((head) => head.memoryInBytesByLabelName),
      limit,
      factor,
    ),
    seriesCountByLabelValuePair: topOf(
      heads.map((head) => head.seriesCountByLabelValuePair),
      limit,
      factor,
    ),
  };
}

/** What a sum over so many replies is to be multiplied with. */
export function factorOf(replyCount: number, { instanceCount, replicationFactor }: ReplyShare): number {
  const instances = Math.max(instanceCount, replyCount, 1);
  return instances / Math.max(replyCount, 1) / Math.min(Math.max(replicationFactor, 1), instances);
}

/** Sums the counts of a name over lists, times `factor`; with factor 0 the largest count is taken. Most first, then in the order met. */
function topOf(lists: readonly (readonly v1.MetricsNamedCount.$Properties[])[], limit: number, factor: number): NamedCount[] {
  const counts = new Map<string, number>();
  for (const list of lists) {
    for (const { name, value } of list) {
      const held = counts.get(name ?? '') ?? 0;
      counts.set(name ?? '', factor === 0 ? Math.max(held, value ?? 0) : held + (value ?? 0));
    }
  }
  const rows = [...counts].map(([name, value]) => ({ name, value: factor === 0 ? value : Math.round(value * factor) }));
  return rows.sort((a, b) => b.value - a.value).slice(0, limit);
}
