import { expect, it } from 'vitest';
import { exchange } from '../harness/http-exchange.ts';
import { rawExchange } from '../harness/raw-connection.ts';
import { guardServer } from './guarded-server.ts';

const SECRET = 'very-secret-value';
const { server } = guardServer({
  name: 'bad-paths',
  isMultitenant: true,
  flags: [`--blocks-storage.s3.secret-access-key=${SECRET}`],
});
const metrics = (): string => server().metrics;

it.each([
  '//prometheus//api/v1/query?query=1',
  '/./prometheus/api/v1/query?query=1',
  '/prometheus/./api/v1/query?query=1',
  '/prometheus/../prometheus/api/v1/query?query=1',
  '/prometheus/api/v1/query.?query=1',
  '/prometheus/api/v1/query/?query=1',
  '/prometheus/api/v1/query;jsessionid=1?query=1',
  '/prometheus%2Fapi/v1/query?query=1',
])('B08 does not let %s around the tenant check', async (path) => {
  expect((await exchange({ base: metrics(), path })).status).toBeGreaterThanOrEqual(400);
});

it.each([
  '/ingester/flush',
  '/ingester/shutdown',
  '/prometheus/../ingester/shutdown',
  '/prometheus/api/v1/admin/tsdb/delete_series',
  '/compactor/delete_tenant',
])('B44 changes nothing on GET %s, whoever asks', async (path) => {
  for (const base of [metrics(), server().listeners.admin]) {
    const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site', 'x-scope-orgid': 'a' };
    expect((await exchange({ base, path, headers })).status, base).toBeGreaterThanOrEqual(400);
  }
  server().requireRunning();
});

it.each(['/config', '/runtime_config', '/services', '/metrics', '/', '/nothing'])('B45 tells no secret on %s', async (path) => {
  for (const base of [metrics(), server().listeners.admin]) {
    const answer = await exchange({ base, path });
    expect(answer.text, base).not.toContain(SECRET);
  }
  expect(server().log()).not.toContain(SECRET);
});

it.each(['/?redirect=//evil.example', '/prometheus?redirect=//evil.example', '//evil.example/', '/\\evil.example'])(
  'B47 sends nobody elsewhere on %s',
  async (path) => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '//evil.example' };
    const answer = await exchange({ base: metrics(), path, headers });
    expect(answer.headers.location ?? '').not.toContain('evil.example');
    expect(answer.text.replaceAll(path, '')).not.toContain('evil.example');
  },
);

/** Requests under 25 made-up paths, agents and hosts each round, and with methods that no route has. */
async function flood(fromRound: number, untilRound: number): Promise<void> {
  for (let round = fromRound; round < untilRound; round++) {
    const one = async (index: number): Promise<void> => {
      const headers = { 'user-agent': `agent-${round}-${index}`, host: `host-${round}-${index}` };
      const answer = await exchange({ base: metrics(), path: `/path-${round}-${index}`, headers });
      expect([401, 404]).toContain(answer.status);
    };
    await Promise.all(Array.from({ length: 25 }, (_item, index) => one(index)));
  }
  const { status } = await rawExchange(metrics(), ['BREW /prometheus/api/v1/query HTTP/1.1\r\nHost: x\r\n\r\n']);
  expect([400, 404, 405, 501]).toContain(status);
  for (const method of ['DELETE', 'PUT', 'PATCH', 'PROPFIND']) {
    const headers = { 'x-scope-orgid': 'a' };
    const answer = await exchange({ base: metrics(), path: '/prometheus/api/v1/query', method, headers });
    expect([404, 405]).toContain(answer.status);
  }
}

it('B36 keeps its own metrics bounded under a flood of paths, methods and agents', async () => {
  const seriesOfRequests = async (): Promise<string[]> =>
    (await exchange({ base: metrics(), path: '/metrics' })).text
      .split('\n')
      .filter((line) => /^[a-z]\w*\{.*(route|path|method|host|agent)/.test(line))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
  // One round makes the series of every route, method and status that there are; many more rounds may add none.
  await flood(0, 1);
  await seriesOfRequests();
  const before = new Set(await seriesOfRequests());
  expect(before.size, 'series of requests').toBeGreaterThan(0);
  await flood(1, 21);
  expect((await seriesOfRequests()).filter((series) => !before.has(series))).toEqual([]);
});

const PUSH = 'POST /api/v1/push HTTP/1.1\r\nHost: x\r\n';

it.each([
  ['length and chunks', `${PUSH}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`],
  ['two lengths', `${PUSH}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['a negative length', `${PUSH}Content-Length: -5\r\n\r\n`],
  ['a chunk size that is no number', `${PUSH}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`],
  ['a coding after chunked', `${PUSH}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ['a folded header', `${PUSH}X-A: b\r\n c\r\nTransfer-Encoding\r\n : chunked\r\n\r\n`],
  ['a space before the colon', `${PUSH}Content-Length : 5\r\n\r\nhello`],
])('B37 refuses %s and closes', async (_name, text) => {
  const answer = await rawExchange(metrics(), [text]);
  expect([answer.status, answer.isClosedByServer]).toEqual([400, true]);
});

it('B37 stops reading endless chunk extensions', async () => {
  function* endless(): Generator<string> {
    yield `${PUSH}X-Scope-OrgID: a\r\nTransfer-Encoding: chunked\r\n\r\n5;`;
    for (let i = 0; i < 160; i++) yield 'x'.repeat(64 * 1024);
  }
  const answer = await rawExchange(metrics(), endless(), 10_000);
  expect(answer.isClosedByServer).toBe(true);
});

it('B35 closes a connection that never ends its headers', { timeout: 150_000 }, async () => {
  const answer = await rawExchange(metrics(), ['GET /ready HTTP/1.1\r\nHost: x\r\nX-Slow: '], 100_000);
  expect(answer.isClosedByServer).toBe(true);
  expect([0, 408]).toContain(answer.status);
});
