import { readFileSync } from 'node:fs';
import { parseValue } from '../harness/compare-answers.ts';
import { ProtoWriter, type StaleMarker, uvarint } from '../harness/remote-write-body.ts';
import { pushSeries, type Target } from '../harness/telamon-client.ts';

interface FederateSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples?: readonly (readonly [number, number | string])[];
  readonly histograms?: readonly RecordedHistogram[];
}

/** An integer histogram without a zero bucket of its own. */
interface RecordedHistogram {
  readonly t: number;
  readonly schema: number;
  readonly sum: number;
  readonly count: number;
  readonly posSpans: readonly (readonly [offset: number, length: number])[];
  readonly posDeltas: readonly number[];
}

/** Pushes the recorded series for federation, their times counted from `baseMs`. */
export async function pushFederate(target: Target, path: string, baseMs: number): Promise<void> {
  const { series } = JSON.parse(readFileSync(path, 'utf8')) as { series: readonly FederateSeries[] };
  await pushSeries(
    target,
    series.map(({ labels, samples = [], histograms = [] }) => ({
      labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
      samples: (samples ?? []).map(([offsetMs, value]) => [baseMs + offsetMs, sampleValue(value)] as const),
      histograms: histograms.map((item) => encodeHistogram(item, baseMs)),
    })),
  );
}

function sampleValue(value: number | string): number | StaleMarker {
  if (value === 'stale') return 'stale';
  return typeof value === 'string' ? parseValue(value) : value;
}

function encodeHistogram({ t, schema, sum, count, posSpans, posDeltas }: RecordedHistogram, baseMs: number): ProtoWriter {
  const histogram = new ProtoWriter().varint(1, count).double(3, sum).varint(4, zigzag(schema)).varint(6, 0);
  for (const [offset, length] of posSpans) histogram.bytes(11, new ProtoWriter().varint(1, zigzag(offset)).varint(2, length));
  return histogram.bytes(12, Buffer.concat(posDeltas.map((delta) => uvarint(BigInt(zigzag(delta)))))).varint(15, baseMs + t);
}

function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31);
}
