import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { exchange } from '../harness/http-exchange.ts';
import { S3FaultProxy } from './s3-fault-proxy.ts';

const LISTING = '<ListBucketResult><Contents><Key>t/a</Key></Contents><Contents><Key>t/b</Key></Contents></ListBucketResult>';
let server: Server;
let proxy: S3FaultProxy;
let stored: string[];

beforeEach(async () => {
  stored = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    if (request.method === 'PUT') stored.push(`${request.headers.host} ${request.url} ${body}`);
    const isListing = request.url?.includes('list-type=2') === true;
    response.writeHead(200, { etag: '"right"' }).end(isListing ? LISTING : '0123456789');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  proxy = await S3FaultProxy.start({ targetPort: port, random: () => 0.5 });
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

const base = (): string => `http://127.0.0.1:${proxy.port}`;
const get = (path = '/bucket/t/key'): Promise<string> => exchange({ base: base(), path }).then(({ text }) => text);

it('passes requests as they are, the signed Host too', async () => {
  const answer = await exchange({
    method: 'PUT',
    base: base(),
    path: '/bucket/t/a%20b?x=1',
    headers: { host: 's3' },
    body: 'abc',
  });
  expect([answer.status, answer.headers.etag]).toEqual([200, '"right"']);
  expect(stored).toEqual(['s3 /bucket/t/a%20b?x=1 abc']);
  expect(proxy.struck).toBe(0);
});

it('refuses what a rule is for, as often as it says', async () => {
  proxy.add({ matches: ({ key }) => key === 't/key', times: 1, refusal: { status: 503, code: 'SlowDown' } });
  expect(await get('/bucket/t/other')).toBe('0123456789');
  expect(await get()).toContain('<Code>SlowDown</Code>');
  expect(await get()).toBe('0123456789');
  expect(proxy.struck).toBe(1);
});

it('cuts answers short, changes a byte, and hides keys of listings', async () => {
  proxy.add({ matches: ({ key }) => key === 't/cut', cutAfterBytes: 4 });
  await expect(get('/bucket/t/cut')).rejects.toThrow();
  proxy.add({ matches: ({ key }) => key === 't/flip', isFlipped: true });
  const flipped = await get('/bucket/t/flip');
  expect([...flipped].filter((char, i) => char !== '0123456789'[i])).toHaveLength(1);
  proxy.add({ matches: ({ query }) => query.includes('list-type=2'), hides: (key) => key === 't/a' });
  expect(await get('/bucket?list-type=2')).toBe('<ListBucketResult><Contents><Key>t/b</Key></Contents></ListBucketResult>');
  proxy.heal();
  expect(await get('/bucket/t/cut')).toBe('0123456789');
});

it('drops a request before it is passed on, or after it was done', async () => {
  const put = (path: string): Promise<unknown> => exchange({ method: 'PUT', base: base(), path, body: 'x' });
  proxy.add({ matches: ({ key }) => key === 'before', before: async () => 'drop' });
  proxy.add({ matches: ({ key }) => key === 'after', after: async () => 'drop' });
  await expect(put('/bucket/before')).rejects.toThrow();
  await expect(put('/bucket/after')).rejects.toThrow();
  expect(stored.map((line) => line.split(' ')[1])).toEqual(['/bucket/after']);
});

it('acknowledges an upload that something else was done with', async () => {
  const bodies: string[] = [];
  proxy.add({
    matches: ({ method }) => method === 'PUT',
    instead: async ({ key }, body) => {
      bodies.push(`${key} ${body}`);
      return { etag: 'other' };
    },
  });
  const answer = await exchange({ method: 'PUT', base: base(), path: '/bucket/t/key', body: 'abc' });
  expect([answer.status, answer.headers.etag, bodies, stored]).toEqual([200, '"other"', ['t/key abc'], []]);
});
