import { describe, expect, it } from 'vitest';
import { useListeners } from './listener.fixture.ts';
import { sendRaw, statusOf } from './raw-client.fixture.ts';

const start = useListeners();
const HEAD = 'POST /a HTTP/1.1\r\nHost: x\r\n';

/** Name, bytes, status. */
const CASES: readonly (readonly [string, string, number])[] = [
  ['content length and transfer encoding', `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['two content lengths', `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, 400],
  ['negative content length', `${HEAD}Content-Length: -1\r\n\r\n`, 400],
  ['folded header', 'GET /a HTTP/1.1\r\nHost: x\r\nFoo: a\r\n b\r\n\r\n', 400],
  ['bare line feeds', 'GET /a HTTP/1.1\nHost: x\n\n', 400],
  ['bare line feed in headers', 'GET /a HTTP/1.1\r\nHost: x\nFoo: b\r\n\r\n', 400],
  ['bare carriage return', 'GET /a HTTP/1.1\r\nHost: x\rFoo: b\r\n\r\n', 400],
  ['huge chunk extension', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(100_000)}\r\nx\r\n0\r\n\r\n`, 400],
  ['unknown transfer encoding', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400],
  ['stacked transfer encodings', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 400],
  ['bad chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n`, 400],
  ['blank before the colon', 'GET /a HTTP/1.1\r\nHost : x\r\n\r\n', 400],
  ['NUL in a header', 'GET /a HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: a\0b\r\n\r\n', 400],
  ['two hosts', 'GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400],
  ['no host', 'GET /a HTTP/1.1\r\n\r\n', 400],
  ['absolute form', 'GET http://evil/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['backslash in the path', 'GET /a\\..\\b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ['garbage', '\x16\x03\x01\x02\x00garbage', 400],
  ['64 KiB header (B03)', `GET /a HTTP/1.1\r\nHost: x\r\nX-Scope-OrgID: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
  ['headers that never end (B35)', 'GET /a HTTP/1.1\r\nHost: x\r\n', 408],
  ['body that never ends (B35)', `${HEAD}Content-Length: 10\r\n\r\nabc`, 408],
];

describe('malformed requests (B37)', () => {
  it.each(CASES)('%s', async (_name, bytes, status) => {
    const listener = await start(
      (l) => {
        l.route('GET', '/a', async (c) => await c.text(200, 'ok'), { tenant: 'none' });
        l.route('POST', '/a', async (c) => await c.bytes(200, 'text/plain', await c.readBody({ maxBytes: 100 })), {
          tenant: 'none',
        });
      },
      { limits: { headersTimeoutMs: 300, requestTimeoutMs: 500 } },
    );
    // The server must close by itself: the client only gives up later.
    const startedMs = Date.now();
    expect(statusOf(await sendRaw(listener.port, bytes, 8000))).toBe(status);
    expect(Date.now() - startedMs).toBeLessThan(7000);
    expect((await fetch(`${listener.url}/a`)).status).toBe(200);
  });

  it('does not answer a smuggled second request', async () => {
    const listener = await start((l) => l.route('POST', '/a', async (c) => await c.text(200, 'ok'), { tenant: 'none' }));
    const smuggled = `${HEAD}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect((await sendRaw(listener.port, smuggled)).match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('reflects neither host nor redirect parameters (B47)', async () => {
    const listener = await start((l) => l.route('GET', '/a', async (c) => await c.text(200, 'ok'), { tenant: 'none' }));
    const reply = await sendRaw(
      listener.port,
      'GET //evil/?redirect=//evil HTTP/1.1\r\nHost: evil\r\nX-Forwarded-Host: evil\r\nConnection: close\r\n\r\n',
    );
    expect(statusOf(reply)).toBe(404);
    expect(reply).not.toContain('evil');
    expect(reply).not.toMatch(/location:/i);
  });
});
