import type { MetricMetadata } from '@telamon/wire';

/** Metadata as a tenant takes them: names and units over the limit are left out, help is cut. `limitBytes` 0 = no limit. */
export function* metadataWithinLimits(all: Iterable<MetricMetadata>, limitBytes: number): IterableIterator<MetricMetadata> {
  for (const metadata of all) {
    const { name, type, help, unit } = metadata;
    if (name === '' || (type === 'unknown' && help === '' && unit === '')) continue;
    if (limitBytes === 0) yield metadata;
    else if (Buffer.byteLength(name) <= limitBytes) {
      yield { name, type, unit: Buffer.byteLength(unit) > limitBytes ? '' : unit, help: cut(help, limitBytes) };
    }
  }
}

/** At most `limitBytes` of a text, cut between characters. */
function cut(text: string, limitBytes: number): string {
  if (text.length * 3 <= limitBytes || Buffer.byteLength(text) <= limitBytes) return text;
  const kept = Buffer.from(text).subarray(0, limitBytes).toString('utf8');
  return kept.replace(/\uFFFD+$/, '');
}
