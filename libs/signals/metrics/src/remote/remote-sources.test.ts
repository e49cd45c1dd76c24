import { newUlid } from '@telamon/algo';
import { GrpcTransport, InProcessTransport, PeerServer, type PeerTransport } from '@telamon/rpc';
import { createSilentLogger, SYSTEM_CLOCK } from '@telamon/telemetry';
import { WorkerPool } from '@telamon/workers';
import { expect, it, onTestFinished } from 'vitest';
import { HeadSource } from '../head/index.ts';
import { readAll } from '../store/blocks.fixture.ts';
import { QueryGate } from '../store/query-gate.ts';
import { ClusterSource } from './cluster-source.ts';
import { IngesterSource } from './ingester-source.ts';
import { PoolBlocks } from './pool-blocks.ts';
import { RemoteBlocks } from './remote-blocks.ts';
import { RemoteHeads } from './remote-heads.ts';
import { expectSameAnswers } from './source-conformance.fixture.ts';
import { END_MS, makeSplitWorld, type SplitWorld, TENANT, wholeCardinality } from './split-world.fixture.ts';

const signal = new AbortController().signal;
const share = () => ({ instanceCount: 3, replicationFactor: 3 });

function inProcess({ services }: SplitWorld): PeerTransport {
  const transport = new InProcessTransport({ log: { error: () => {} } as never });
  for (const [address, list] of services) transport.register(address, list);
  return transport;
}

function remoteHeads(world: SplitWorld, transport: PeerTransport): RemoteHeads {
  return new RemoteHeads({ reader: world.replicas(transport), share, queryWithinMs: 0, nowMs: () => END_MS });
}

function remoteSource(world: SplitWorld, transport: PeerTransport): ClusterSource {
  const { index } = world;
  const store = new RemoteBlocks({ reader: world.blocks(transport), index, queryStoreAfterMs: 0, nowMs: () => END_MS });
  return new ClusterSource(remoteHeads(world, transport), store);
}

it('answers as one process does, from replicas that each miss something, local blocks and the bucket', async () => {
  const world = await makeSplitWorld();
  await expectSameAnswers(remoteSource(world, inProcess(world)), world.whole);
}, 60_000);

it('answers so over gRPC, too', async () => {
  const addresses = new Map<string, string>();
  const world = await makeSplitWorld((process) => addresses.get(process)!);
  for (const [process, services] of world.services) {
    const server = new PeerServer(services, { address: '127.0.0.1', port: 0, log: createSilentLogger() });
    await server.start();
    onTestFinished(() => server.stop(0));
    addresses.set(process, `127.0.0.1:${server.port}`);
  }
  const transport = new GrpcTransport();
  onTestFinished(() => transport.close());
  await expectSameAnswers(remoteSource(world, transport), world.whole);
}, 60_000);

it('joins what only ingesters know', async () => {
  const world = await makeSplitWorld();
  const heads = remoteHeads(world, inProcess(world));
  const labels = { tenant: TENANT, matcherSets: [], fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY };
  const exemplars = await heads.exemplars(labels, signal);
  expect(exemplars.length).toBe(30);
  expect(exemplars.map(({ series }) => series.toString())).toEqual(
    (await world.whole.heads.exemplars(labels, signal)).map(({ series }) => series.toString()),
  );
  const metadata = await heads.metadata(TENANT, '', signal);
  expect(Object.fromEntries([...metadata].sort())).toEqual(
    Object.fromEntries(['m0', 'm1', 'm2'].map((name) => [name, [{ type: 'counter', help: `help of ${name}`, unit: '' }]])),
  );
  const whole = await wholeCardinality(world, 5);
  const joined = (await heads.cardinality(TENANT, 5, signal))!;
  expect(joined.numSeries).toBe(whole.numSeries);
  expect(joined.seriesCountByMetricName).toEqual(whole.seriesCountByMetricName);
  expect(joined.labelValueCountByLabelName).toEqual(whole.labelValueCountByLabelName);
  expect(await heads.usage(TENANT, signal)).toEqual({ ingestionRate: 10, seriesCount: 30 });
  expect(await heads.cardinality('nobody', 5, signal)).toBeUndefined();
});

it('does not read local blocks that the asker reads from the store, and fails over one that is gone', async () => {
  const entry = new URL('./block-pool-entry.fixture.ts', import.meta.url);
  const pool = new WorkerPool({ entry, size: 1, name: 'blocks' });
  onTestFinished(() => pool.close());
  const ulid = newUlid(END_MS);
  const source = new IngesterSource({
    heads: new HeadSource(() => undefined),
    blocksOf: () => [{ ulid, minTimeMs: 0, maxTimeMs: 100, location: { kind: 'folder', path: '/nowhere/at/all' } }],
    reader: new PoolBlocks(pool),
    gate: new QueryGate(SYSTEM_CLOCK),
  });
  const request = { tenant: TENANT, matchers: [], matcherSets: [], fromMs: 0, toMs: 100 };
  await expect(readAll(source.select(request, signal))).rejects.toMatchObject({ status: 500 });
  await expect(source.labelNames(request, signal)).rejects.toMatchObject({ status: 500 });
  const known = { ...request, knownBlocks: [ulid] };
  expect(await readAll(source.select(known, signal))).toEqual({});
  expect(await source.labelNames(known, signal)).toEqual([]);
});
