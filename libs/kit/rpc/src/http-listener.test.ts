import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { TelamonError } from '@telamon/model';
import { createRegistry } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { corsPolicy } from './cors.ts';
import { createHttpObserver } from './http-observer.ts';
import { useListeners } from './listener.fixture.ts';
import { eventually, sendRaw, statusOf } from './raw-client.fixture.ts';

const start = useListeners();

describe('HttpListener', () => {
  it('routes, replies, and answers HEAD, 404 and 405', async () => {
    const listener = await start((l) => {
      l.route(
        'GET',
        '/hello/{name}',
        async (c) => await c.text(200, `hello ${c.param('name')} of ${c.tenant} ${c.query.get('x')}`),
      );
    });
    const hello = await fetch(`${listener.url}/hello/a%2Fb?x=%31`);
    expect(await hello.text()).toBe('hello a/b of anonymous 1');
    expect(hello.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await fetch(`${listener.url}/hello/a`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '21', '']);
    const missing = await fetch(`${listener.url}/nothing`);
    expect([missing.status, await missing.text()]).toEqual([404, '404 page not found\n']);
    const wrong = await fetch(`${listener.url}/hello/a`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow'), await wrong.text()]).toEqual([405, 'GET', 'Method Not Allowed\n']);
    expect((await fetch(`${listener.url}/hello/%zz`)).status).toBe(400);
    const bytes = await fetch(`${listener.url}/hello/%ff`);
    expect([bytes.status, await bytes.text()]).toEqual([400, 'the request path is not UTF-8\n']);
    expect(statusOf(await sendRaw(listener.port, 'BREW /hello/a HTTP/1.1\r\nHost: x\r\n\r\n'))).toBe(405);
  });

  it('merges form and URL query', async () => {
    const listener = await start((l) => {
      l.route('POST', '/form', async (c) => await c.text(200, (await c.form()).getAll('a').join(',')));
    });
    const post = (init: RequestInit): Promise<Response> => fetch(`${listener.url}/form?a=3`, { method: 'POST', ...init });
    expect(await (await post({ body: new URLSearchParams('a=1&a=2') })).text()).toBe('1,2,3');
    expect(await (await post({ body: '{}', headers: { 'content-type': 'application/json' } })).text()).toBe('3');
    expect((await post({ body: 'a=%zz', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status).toBe(400);
    const zipped = { 'content-type': 'application/x-www-form-urlencoded', 'content-encoding': 'gzip' };
    expect((await post({ body: 'a', headers: zipped })).status).toBe(415);
  });

  it('reads bodies of any length and refuses one byte more (B17)', async () => {
    const listener = await start((l) => {
      l.route('POST', '/body', async (c) => await c.text(200, String((await c.readBody({ maxBytes: 3_000_000 })).length)));
    });
    for (const size of [0, 1, 70_000, 3_000_000]) {
      expect(await (await fetch(`${listener.url}/body`, { method: 'POST', body: 'x'.repeat(size) })).text()).toBe(String(size));
    }
    const declared = await sendRaw(listener.port, 'POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 3000001\r\n\r\n');
    expect(declared).toContain('413 Payload Too Large');
    expect(declared).toContain('Connection: close');
    const chunk = `${(1_000_000).toString(16)}\r\n${'x'.repeat(1_000_000)}\r\n`;
    const chunked = await sendRaw(listener.port, [
      'POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
      chunk,
      chunk,
      chunk,
      chunk,
    ]);
    expect(statusOf(chunked)).toBe(413);
    expect(chunked).toContain('Connection: close');
  });

  it('asks for the body only when it will be read', async () => {
    const listener = await start((l) => {
      l.route('POST', '/body', async (c) => await c.text(200, String((await c.readBody({ maxBytes: 10 })).length)));
    });
    const head = 'POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ';
    expect(await sendRaw(listener.port, [`${head}3\r\n\r\n`, 'abc'])).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/);
    expect(await sendRaw(listener.port, `${head}11\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413/);
  });

  it('resolves the tenant before the body', async () => {
    const listener = await start(
      (l) => {
        l.route('POST', '/push', async (c) => await c.text(200, c.tenant));
        l.route('GET', '/ready', async (c) => await c.text(200, 'ready'), { tenant: 'none' });
      },
      { tenants: { isMultitenant: true } },
    );
    // No body is ever sent: an answer shows that none was waited for.
    const head = 'POST /push HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n';
    expect(await sendRaw(listener.port, `${head}\r\n`)).toMatch(/^HTTP\/1\.1 401 [\s\S]*no org id\n$/);
    expect(await sendRaw(listener.port, `${head}X-Scope-OrgID: a/b\r\n\r\n`)).toMatch(/400 [\s\S]*unsupported character '\/'\n$/);
    expect((await fetch(`${listener.url}/ready`)).status).toBe(200);
  });

  it('turns operational errors into their status and hides others', async () => {
    const listener = await start((l) => {
      l.route('GET', '/busy', async () => {
        throw new TelamonError('too much <b>', { status: 429 });
      });
      l.route('GET', '/bug', async () => {
        throw new Error('secret detail');
      });
      l.route('GET', '/mute', async () => {});
      l.route('GET', '/json', async () => Promise.reject(new TelamonError('x', { status: 422 })), {
        renderError: async (c, error) => await c.json(error.status, JSON.stringify({ error: error.message })),
      });
    });
    const busy = await fetch(`${listener.url}/busy`);
    expect([busy.status, busy.headers.get('content-type'), await busy.text()]).toEqual([
      429,
      'text/plain; charset=utf-8',
      'too much <b>\n',
    ]);
    expect(await (await fetch(`${listener.url}/bug`)).text()).toBe('internal error\n');
    expect((await fetch(`${listener.url}/mute`)).status).toBe(500);
    expect(await (await fetch(`${listener.url}/json`)).json()).toEqual({ error: 'x' });
  });

  it('compresses large replies when asked', async () => {
    const listener = await start((l) => {
      l.route('GET', '/data/{size}', async (c) => await c.json(200, 'x'.repeat(Number(c.param('size')))));
    });
    const get = (size: number, accept: string): Promise<string> =>
      sendRaw(listener.port, `GET /data/${size} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: ${accept}\r\n\r\n`);
    expect(await get(1024, 'gzip')).not.toContain('Content-Encoding');
    expect(await get(5000, 'gzip;q=0, br')).not.toContain('Content-Encoding');
    const zipped = await get(5000, 'br, gzip');
    expect(zipped).toContain('Content-Encoding: gzip');
    expect(zipped).toContain('Vary: Accept-Encoding');
    expect(gunzipSync(Buffer.from(zipped.slice(zipped.indexOf('\r\n\r\n') + 4), 'latin1')).length).toBe(5000);
  });

  it('streams no faster than the client reads, and stops when it leaves', async () => {
    let produced = 0;
    let wasAborted = false;
    const listener = await start((l) => {
      l.route('GET', '/flood', async (c) => {
        c.signal.addEventListener('abort', () => {
          wasAborted = true;
        });
        await c.stream(
          200,
          'application/octet-stream',
          flood(() => produced++),
        );
      });
    });
    const client = request(`${listener.url}/flood`);
    client.on('error', () => {});
    await new Promise<void>((resolve) => client.on('response', (res) => res.once('readable', () => resolve())).end());
    let before = -1;
    await eventually(() => {
      const isStill = before === produced;
      before = produced;
      return isStill;
    });
    expect(produced).toBeLessThan(1000);
    client.destroy();
    await eventually(() => wasAborted && listener.inFlight === 0);
  });

  it('cuts the connection when a stream fails, so that a part is not taken for the whole', async () => {
    const listener = await start((l) => {
      l.route('GET', '/half', async (c) => await c.stream(200, 'text/plain', half()));
    });
    await expect(fetch(`${listener.url}/half`).then((r) => r.text())).rejects.toThrow();
  });

  it('counts by route template only (B36)', async () => {
    const registry = createRegistry();
    const listener = await start((l) => l.route('GET', '/x/{name}', async (c) => await c.text(200, '')), {
      observer: createHttpObserver(registry),
    });
    for (let i = 0; i < 20; i++) {
      await (await fetch(`${listener.url}/x/${i}`)).text();
      await (await fetch(`${listener.url}/y/${i}`)).text();
    }
    await eventually(() => listener.inFlight === 0);
    const text = (await registry.expose()).body.toString();
    expect(text).toContain('telamon_request_duration_seconds_count{method="GET",route="/x/{name}",status_code="200"} 20');
    expect(text).toContain('telamon_request_duration_seconds_count{method="GET",route="unknown",status_code="404"} 20');
    expect(text).toContain('telamon_inflight_requests{route="unknown"} 0');
    expect(text.match(/_count\{/g)).toHaveLength(2);
  });

  it('sets the CORS headers of the query API', async () => {
    const cors = corsPolicy('http://(a|b)\\.example', (pattern) => new RegExp(pattern));
    const listener = await start((l) => l.route('GET', '/q', async (c) => await c.text(200, '')), { cors });
    const from = (origin: string, method: string = 'GET'): Promise<Response> =>
      fetch(`${listener.url}/q`, { method, headers: { origin } });
    const preflight = await from('http://a.example', 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'http://a.example']);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect((await from('http://b.example')).headers.get('vary')).toContain('Origin');
    expect((await from('http://b.example.evil')).headers.get('access-control-allow-origin')).toBeNull();
    expect((await from('http://a.example', 'DELETE')).headers.get('allow')).toBe('GET, OPTIONS');
  });

  it('names the option when the port is busy', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const port = (taken.address() as { port: number }).port;
    await expect(start(() => {}, { port })).rejects.toThrow(`listen address already in use: --http.test-listen-port=${port}`);
    taken.close();
  });

  it('drains, then cuts what is left', async () => {
    const release: (() => void)[] = [];
    let wasAborted = false;
    const listener = await start((l) => {
      l.route('GET', '/wait', async (c) => {
        c.signal.addEventListener('abort', () => {
          wasAborted = true;
        });
        await new Promise<void>((resolve) => release.push(resolve));
        await c.text(200, 'done');
      });
    });
    const [first, second] = [fetch(`${listener.url}/wait`), fetch(`${listener.url}/wait`)];
    second.catch(() => {});
    await eventually(() => release.length === 2);
    const stopped = listener.stop(300);
    await expect(fetch(`${listener.url}/wait`)).rejects.toThrow();
    release[0]!();
    await stopped;
    const statuses = await Promise.allSettled([first, second]);
    expect(statuses.map((s) => s.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(wasAborted).toBe(true);
  });

  it('cuts a client that does not read (B35)', async () => {
    const listener = await start(
      (l) => l.route('GET', '/big', async (c) => await c.bytes(200, 'application/x-big', Buffer.alloc(50 << 20))),
      {
        limits: { socketIdleTimeoutMs: 300 },
      },
    );
    const socket = connect(listener.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write('GET /big HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => listener.inFlight === 1);
    await eventually(() => listener.inFlight === 0);
    socket.destroy();
  });

  it('bounds its connections', async () => {
    const listener = await start((l) => l.route('GET', '/a', async (c) => await c.text(200, 'ok')), {
      limits: { maxConnections: 1 },
    });
    const first = connect(listener.port, '127.0.0.1');
    first.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => first.once('data', resolve));
    expect(await sendRaw(listener.port, 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
    first.destroy();
  });

  it('refuses work over its bound of requests in flight', async () => {
    const release: (() => void)[] = [];
    const listener = await start(
      (l) =>
        l.route('GET', '/wait', async (c) => {
          await new Promise<void>((resolve) => release.push(resolve));
          await c.text(200, 'done');
        }),
      { limits: { maxRequestsInFlight: 1 } },
    );
    const first = fetch(`${listener.url}/wait`);
    await eventually(() => release.length === 1);
    expect((await fetch(`${listener.url}/wait`)).status).toBe(503);
    release[0]!();
    expect((await first).status).toBe(200);
  });
});

async function* flood(onChunk: () => void): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024);
  for (;;) {
    onChunk();
    yield chunk;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function* half(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half');
  throw new Error('lost');
}
