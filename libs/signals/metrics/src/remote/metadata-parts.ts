import { v1 } from '@telamon/proto';
import type { MetricMetadata } from '../head/index.ts';
import { decodeMessage } from './decode-message.ts';

/** Characters of one part, about. */
const PART_CHARS = 256 * 1024;

/** Splits metadata into `MetricsMetadataPart` messages. */
export function* encodeMetadata(byMetric: ReadonlyMap<string, readonly MetricMetadata[]>): IterableIterator<Uint8Array> {
  let entries: v1.MetricsMetadata.$Properties[] = [];
  let size = 0;
  const finish = (): Uint8Array => {
    const bytes = v1.MetricsMetadataPart.encode({ entries }).finish();
    entries = [];
    size = 0;
    return bytes;
  };
  for (const [metric, list] of byMetric) {
    for (const { type, help, unit } of list) {
      entries.push({ metric, type, help, unit });
      size += metric.length + type.length + help.length + unit.length + 16;
      if (size >= PART_CHARS) yield finish();
    }
  }
  if (entries.length > 0) yield finish();
}

/** Metadata of several ingesters, each entry once. */
export async function uniteMetadata(parts: AsyncIterable<Uint8Array>): Promise<Map<string, MetricMetadata[]>> {
  const found = new Map<string, Map<string, MetricMetadata>>();
  for await (const part of parts) {
    for (const entry of decodeMessage(v1.MetricsMetadataPart, part).entries) {
      const metric = entry.metric ?? '';
      const metadata = { type: entry.type ?? '', help: entry.help ?? '', unit: entry.unit ?? '' };
      const list = found.get(metric) ?? new Map<string, MetricMetadata>();
      list.set(JSON.stringify(metadata), metadata);
      found.set(metric, list);
    }
  }
  return new Map([...found].map(([metric, list]) => [metric, [...list.values()]]));
}
