import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from '../cluster/cluster.ts';
import { flushAll } from '../faults/zero-loss.ts';
import { firstDifference, inFixedOrder } from '../harness/compare-answers.ts';
import { exchange } from '../harness/http-exchange.ts';
import { ledgerBatch } from '../harness/ledger.ts';
import { PendingList } from '../harness/pending-list.ts';
import { API_PROFILES } from '../harness/profiles.ts';
import { type RealServer, startNodeExporter, startPrometheus } from '../harness/real-servers.ts';
import { encodeV1, snappyBlock } from '../harness/remote-write-body.ts';
import { recorded, scratchFolder } from '../harness/repository.ts';
import { type ApiAnswer, ask, askSeries, pushBody, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { findTool } from '../harness/test-tool.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { pushFederate } from '../replay/push-federate.ts';
import { type ApiCase, differenceOf, pushDataset, pushMetadata, replayApiCase } from '../replay/recorded-api.ts';
import { readJsonLines, runCases } from '../replay/recorded-lines.ts';
import { PEER_QUERIES } from './peer-queries.ts';
import { scrapingConfig } from './scraping-config.ts';

/** How long Prometheus scrapes and sends. */
const SEND_MS = 25_000;
const api = recorded('conformance/prometheus/api');
const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
const [prometheus, exporter] = [findTool('prometheus'), findTool('node-exporter')];

describe.skipIf(nats.path === undefined || seaweed.path === undefined)('a cluster answers as one process does', () => {
  const scratch = scratchFolder('cluster-answers-runtime');
  let cluster: Cluster;

  beforeAll(async () => {
    const runtimeFile = join(scratch, 'runtime.yaml');
    writeFileSync(runtimeFile, 'overrides:\n  sharded:\n    ingestion_tenant_shard_size: 3\n');
    cluster = await Cluster.start({
      name: 'cluster-answers',
      natsProgram: nats.path!,
      seaweedProgram: seaweed.path!,
      flags: [
        '--multitenancy-enabled=true',
        '--tenant-federation.enabled=true',
        '--ring.zone-awareness-enabled=true',
        '--ring.min-ready-duration=0s',
        `--runtime-config.file=${runtimeFile}`,
      ],
      flagsOf: {
        compactor: ['--compactor.cleanup-interval=2s'],
        'store-gateway': ['--store-gateway.sync-interval=1s'],
        // Ingesters do not come and go here: after this second only a tenant's own are asked.
        querier: ['--querier.shuffle-sharding-ingesters-lookback-period=1s'],
      },
    });
  }, 180_000);
  afterAll(async () => {
    await cluster?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  it.each(['whole', 'sharded'])('counts every series once: tenant %s', async (tenant) => {
    const body = snappyBlock(encodeV1(ledgerBatch(0, 600, Date.now())));
    expect((await pushBody(telamonTarget(cluster.writeBase, tenant), body)).status).toBe(200);
    const headers = { 'x-scope-orgid': tenant };
    const seriesCount = async (): Promise<number> => {
      const { text } = await exchange({ base: cluster.queryBase, path: '/prometheus/api/v1/status/tsdb', headers });
      return JSON.parse(text).data.headStats.numSeries;
    };
    // Two of three replicas acknowledge; what all have is divided by three.
    await waitUntil('the third replica to have the series', async () => (await seriesCount()) >= 600);
    expect(await seriesCount()).toBe(600);
    const [counted] = await askSeries(telamonTarget(cluster.queryBase, tenant), 'query', { query: 'count(ledger)' });
    expect(counted?.value?.[1]).toBe('600');
    const base = cluster.ofRole('distributor')[0]!.url('metrics');
    const { text: usages } = await exchange({ base, path: '/distributor/all_user_stats' });
    expect(JSON.parse(usages)).toContainEqual(expect.objectContaining({ userID: tenant, numSeries: 600 }));
  });

  it('answers about several tenants, as instant and as sharded range', async () => {
    const timeMs = Math.floor(Date.now() / 1000) * 1000;
    for (const tenant of ['fed-a', 'fed-b']) {
      const body = snappyBlock(encodeV1(ledgerBatch(0, 60, timeMs)));
      expect((await pushBody(telamonTarget(cluster.writeBase, tenant), body)).status).toBe(200);
    }
    const both = telamonTarget(cluster.queryBase, 'fed-a|fed-b');
    const [time, query] = [String(timeMs / 1000), 'count by (__tenant_id__, group) (ledger)'];
    const found = await askSeries(both, 'query', { query, time });
    expect(found.map(({ metric, value }) => `${metric.__tenant_id__} ${metric.group} ${value![1]}`).sort()).toEqual(
      ['fed-a', 'fed-b'].flatMap((tenant) => Array.from({ length: 10 }, (_x, i) => `${tenant} ${i} 6`)),
    );
    const range = { query: 'sum(ledger{__tenant_id__=~"fed-.*"})', start: time, end: time, step: '60' };
    const alone = telamonTarget(cluster.queryBase, 'fed-a');
    const [once, twice] = await Promise.all(
      [alone, both].map(async (target) => {
        const query = target === alone ? 'sum(ledger)' : range.query;
        return Number((await askSeries(target, 'query_range', { ...range, query }))[0]!.values![0]![1]);
      }),
    );
    expect(twice).toBe(2 * once!);
  });

  describe.skipIf(api === undefined)(
    `the recorded query API${api === undefined ? ' (no recordings beside this checkout)' : ''}`,
    () => {
      const cases = api === undefined ? [] : readJsonLines<ApiCase>(join(api, 'cases.jsonl'));
      let federateBaseMs = 0;

      beforeAll(async () => {
        const dataset = join(api!, 'dataset');
        federateBaseMs = Date.now() - 20_000;
        for (const profile of Object.keys(API_PROFILES)) {
          const target = telamonTarget(cluster.writeBase, profile);
          if (profile === 'metadata') await pushMetadata(target, dataset);
          else if (profile === 'federate') await pushFederate(target, join(dataset, 'federate.json'), federateBaseMs);
          else await pushDataset(target, dataset, profile === 'experimental' ? 'v2' : 'v1');
        }
      }, 120_000);

      /** Cases that failed and are not listed for one process either, by profile. */
      async function replayAll(): Promise<string[]> {
        const unexpected: string[] = [];
        for (const [profile, { flags = [] }] of Object.entries(API_PROFILES)) {
          await restartQuerying(cluster, flags);
          const members = cases.filter((item) => item.profile === profile);
          const run = async (item: ApiCase): Promise<string | undefined> =>
            differenceOf(item, await replayApiCase(targetOf(cluster, item), item), federateBaseMs);
          const settled = new PendingList('prometheus-api').settle(await runCases(members, run));
          process.stdout.write(`cluster, ${profile}: ${settled.passed} of ${members.length} as recorded\n`);
          unexpected.push(...settled.unexpected);
        }
        return unexpected;
      }

      it('before the flush', { timeout: 300_000 }, async () => {
        expect(await replayAll()).toEqual([]);
      });

      it('after the flush to the bucket', { timeout: 300_000 }, async () => {
        await flushAll(cluster);
        for (const tenant of ['default', 'experimental'])
          await waitUntil(`blocks of ${tenant}`, async () => (await cluster.store.blocks(tenant)).length > 0);
        expect(await replayAll()).toEqual([]);
      });
    },
  );

  const missing = [prometheus, exporter].find(({ path }) => path === undefined);
  describe.skipIf(missing !== undefined)(
    `what a real Prometheus sends${missing ? ` (no ${missing.name}: ${missing.reason})` : ''}`,
    () => {
      let alone: TelamonProcess;
      let node: RealServer;
      let sender: RealServer;
      let forwarder: Server;

      beforeAll(async () => {
        await restartQuerying(cluster, []);
        alone = await TelamonProcess.start({ name: 'alone' });
        node = await startNodeExporter(exporter.path!);
        forwarder = await forwardAs('peer', cluster.writeBase);
        const { port } = forwarder.address() as AddressInfo;
        const config = scrapingConfig({ node: node.base, remoteWrite: alone.metrics });
        const second = config.slice(config.indexOf('  - url:')).replace(alone.metrics, `http://127.0.0.1:${port}`);
        sender = await startPrometheus(prometheus.path!, `${config.trimEnd()}\n${second}`);
      }, 120_000);
      afterAll(async () => {
        await sender?.dispose();
        forwarder?.close();
        await node?.dispose();
        await alone?.dispose();
      });

      it('is answered identically', { timeout: 300_000 }, async () => {
        const one = telamonTarget(alone.metrics);
        const many = telamonTarget(cluster.queryBase, 'peer');
        const endS = await sentUntil([one, many]);
        const differences: string[] = [];
        let withData = 0;
        for (const { query, isOrdered = false } of PEER_QUERIES) {
          for (const [route, params] of [
            ['query', { query, time: endS.toFixed(3) }],
            ['query_range', { query, start: (endS - 15).toFixed(3), end: endS.toFixed(3), step: '3' }],
          ] as const) {
            const [want, got] = await Promise.all([ask(one, route, params), ask(many, route, params)]);
            if (want.status === 'success' && want.data.result.length > 0) withData++;
            const difference = answerDifference(want, got, isOrdered && route === 'query');
            if (difference !== undefined) differences.push(`${route} ${query}: ${difference}`);
          }
        }
        process.stdout.write(`cluster and one process: ${differences.length} of ${PEER_QUERIES.length * 2} answers differ\n`);
        expect(differences).toEqual([]);
        expect(withData, 'answers that hold something').toBeGreaterThanOrEqual(PEER_QUERIES.length);
      });
    },
  );
});

/** Queriers and frontends with other flags: the profiles of the recordings differ in what queries may do. */
async function restartQuerying(cluster: Cluster, flags: readonly string[]): Promise<void> {
  const members = [...cluster.ofRole('querier'), ...cluster.ofRole('query-frontend')];
  await Promise.all(members.map((member) => member.stop()));
  for (const member of members) member.start({ flags });
  await Promise.all(members.map((member) => member.ready()));
}

/** Past the gateway, which lets nothing but writes and queries through: some cases are about other routes. */
function targetOf(cluster: Cluster, { path, profile }: ApiCase): Target {
  const role = /^\/(otlp|api\/v1\/(otlp|write|push))/.test(path) ? 'distributor' : 'query-frontend';
  return telamonTarget(cluster.ofRole(role)[0]!.url('metrics'), profile);
}

/** Passes writes on with a tenant: Debian's Prometheus sends none of its own. */
async function forwardAs(tenant: string, base: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = 'POST', url: path = '/' } = request;
    const headers = { ...(request.headers as Record<string, string>), 'x-scope-orgid': tenant };
    const answer = await exchange({ method, base, path, headers, body: Buffer.concat(parts) }).catch(() => undefined);
    response.writeHead(answer?.status ?? 502).end(answer?.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** A time between scrapes that all targets have samples beyond, after the load ran its time. */
async function sentUntil(targets: readonly Target[]): Promise<number> {
  const newest = async (target: Target): Promise<number[]> =>
    (await askSeries(target, 'query', { query: 'timestamp(up)' })).map(({ value }) => Number(value![1]));
  const first = await waitUntil('the first scrapes', async () => {
    const times = await newest(targets[0]!);
    return times.length === 2 ? Math.max(...times) : undefined;
  });
  const endS = first + SEND_MS / 1000 + 0.5;
  for (const target of targets)
    await waitUntil(
      'all samples to arrive',
      async () => {
        const times = await newest(target);
        return times.length === 2 && Math.min(...times) > endS + 2;
      },
      { timeoutMs: SEND_MS + 60_000, pollMs: 500 },
    );
  return endS;
}

function answerDifference(want: ApiAnswer, got: ApiAnswer, isOrdered: boolean): string | undefined {
  if (want.status === 'error' || isOrdered || want.data.resultType === 'scalar') return firstDifference(want, got, 0);
  const sorted = (answer: ApiAnswer): unknown =>
    answer.status === 'error' ? answer : { ...answer, data: { ...answer.data, result: inFixedOrder(answer.data.result) } };
  // Replicas end sums in another order than one process does.
  return firstDifference(sorted(want), sorted(got), 1e-12);
}
