import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { parseValue } from '../harness/compare-answers.ts';
import { PendingList } from '../harness/pending-list.ts';
import { API_PROFILES } from '../harness/profiles.ts';
import { ProtoWriter, type StaleMarker, uvarint } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { pushSeries, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { type ApiCase, differenceOf, pushDataset, pushMetadata, replayApiCase } from './recorded-api.ts';
import { byGroup, expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

const folder = recorded('conformance/prometheus/api');

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

describe.skipIf(folder === undefined)(suiteName('query API as Prometheus answered it', folder), () => {
  const cases = folder === undefined ? [] : readJsonLines<ApiCase>(join(folder, 'cases.jsonl'));
  const groups = byGroup(cases);
  const pending = new PendingList('prometheus-api');
  const servers = new Map<string, TelamonProcess>();
  const federateBaseMs = Date.now() - 20_000;

  const targetOf = (profile: string): Target => telamonTarget(servers.get(profile)!.metrics);

  beforeAll(async () => {
    const dataset = join(folder!, 'dataset');
    for (const [profile, options] of Object.entries(API_PROFILES)) {
      const server = await TelamonProcess.start({ name: `api-${profile}`, ...options });
      servers.set(profile, server);
      const target = telamonTarget(server.metrics);
      if (profile === 'metadata') await pushMetadata(target, dataset);
      else if (profile === 'federate') await pushFederate(target, join(dataset, 'federate.json'), federateBaseMs);
      else await pushDataset(target, dataset, profile === 'experimental' ? 'v2' : 'v1');
    }
  });

  afterAll(async () => {
    for (const server of servers.values()) await server.dispose();
  });

  for (const [group, members] of groups) {
    it(group, async () => {
      const run = async (item: ApiCase): Promise<string | undefined> =>
        differenceOf(item, await replayApiCase(targetOf(item.profile), item), federateBaseMs);
      expectSettled(`prometheus-api ${group}`, pending, await runCases(members, run));
    });
  }
});

async function pushFederate(target: Target, path: string, baseMs: number): Promise<void> {
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
