import { expect, it } from 'vitest';
import { exchange, withParams } from '../harness/http-exchange.ts';
import { rawExchange } from '../harness/raw-connection.ts';
import { encodeV1, snappyBlock, V1_HEADERS } from '../harness/remote-write-body.ts';
import { pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { guardServer } from './guarded-server.ts';

const { server } = guardServer({ name: 'bad-tenants', isMultitenant: true });
const series = [
  { labels: [['__name__', 'secret_of_a'] as const, ['who', 'alice'] as const], samples: [[Date.now(), 1] as const] },
];

/** Sends a query and a push with raw header bytes and gives both statuses. */
async function statusesOf(tenant: string): Promise<number[]> {
  const get = `GET /prometheus/api/v1/query?query=1 HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: ${tenant}\r\nConnection: close\r\n\r\n`;
  const body = snappyBlock(encodeV1(series));
  const lines = Object.entries(V1_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  const post = `POST /api/v1/push HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: ${tenant}\r\n${lines.join('')}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  const answers = [
    await rawExchange(server().metrics, [Buffer.from(get, 'utf8')]),
    await rawExchange(server().metrics, [Buffer.from(post, 'utf8'), body]),
  ];
  return answers.map(({ status }) => status);
}

it('B01 refuses a path as tenant and says why', async () => {
  const answer = await exchange({
    base: server().metrics,
    path: '/prometheus/api/v1/query?query=1',
    headers: { 'x-scope-orgid': '../../etc' },
  });
  expect(answer.status).toBe(400);
  expect(answer.text).toContain("unsupported character '/'");
});

it.each([
  ['B02', '.'],
  ['B02', '..'],
  ['B03', 'a'.repeat(151)],
  ['B04', 'a/b'],
  ['B04', 'a\\b'],
  ['B04', 'a#b'],
  ['B04', 'a b'],
  ['B04', 'a\0b'],
  ['B04', 'müller'],
  ['B04', 'a\rb'],
  ['B05', '__markers__'],
  ['B05', 'user-index.json.gz'],
])('%s refuses the tenant %j', async (_id, tenant) => {
  expect(await statusesOf(tenant)).toEqual([400, 400]);
});

it('B03 refuses a header of 64 KiB', async () => {
  const [status] = await statusesOf('a'.repeat(64 * 1024));
  expect(status).toBe(431);
});

it.each(['a||b', '|a', 'a|', 'a|b'])('B06 refuses a push for %s', async (tenant) => {
  const [, push] = await statusesOf(tenant);
  expect([400, 401]).toContain(push);
});

it('answers 401 without a tenant', async () => {
  const answer = await exchange({ base: server().metrics, path: '/prometheus/api/v1/query?query=1' });
  expect([answer.status, answer.text.trim()]).toEqual([401, 'no org id']);
});

it('B54 shows a tenant nothing of another one', async () => {
  await pushSeries(telamonTarget(server().metrics, 'tenant-a'), series);
  const match: [string, string][] = [['match[]', '{__name__=~".+"}']];
  const requests: [string, [string, string][]][] = [
    ['/prometheus/api/v1/query', [['query', '{__name__=~".+"}']]],
    ['/prometheus/api/v1/query', [['query', '{__name__=~".+"}[1h]']]],
    ['/prometheus/api/v1/series', match],
    ['/prometheus/api/v1/labels', []],
    ['/prometheus/api/v1/label/who/values', []],
    ['/prometheus/api/v1/label/__name__/values', match],
    ['/prometheus/api/v1/metadata', []],
    ['/prometheus/federate', match],
    ['/prometheus/api/v1/cardinality/label_names', []],
    ['/prometheus/api/v1/status/tsdb', []],
    ['/api/v1/user_stats', []],
  ];
  for (const [path, params] of requests) {
    for (const tenant of ['tenant-b', 'tenant-']) {
      const answer = await exchange({
        base: server().metrics,
        path: withParams(path, params),
        headers: { 'x-scope-orgid': tenant },
      });
      expect(answer.text, path).not.toMatch(/secret_of_a|alice/);
    }
  }
});
