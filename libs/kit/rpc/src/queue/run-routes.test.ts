import { TelamonError } from '@telamon/model';
import { createSilentLogger } from '@telamon/telemetry';
import { expect, it, onTestFinished } from 'vitest';
import type { HttpContext } from '../http-context.ts';
import { HttpListener } from '../http-listener.ts';
import type { PeerHttpRequest } from './peer-http.ts';
import { type RunnableRoute, routesHandler } from './run-routes.ts';

const log = createSilentLogger();

function request(changes: Partial<PeerHttpRequest> = {}): PeerHttpRequest {
  return { tenant: 't', method: 'GET', path: '/echo/x', query: '', headers: {}, body: new Uint8Array(0), ...changes };
}

const never = new AbortController().signal;

/** Routes that do what handlers do: parameters, forms, bodies, streams, failures. */
const ROUTES: readonly RunnableRoute[] = [
  route('/echo/{name}', async (context) => {
    context.setHeader('X-Tenant', context.tenant);
    await context.json(200, JSON.stringify({ name: context.param('name'), query: context.query.getAll('q') }));
  }),
  route('/form', async (context) => await context.text(200, (await context.form()).getAll('q').join('|'))),
  route(
    '/body',
    async (context) => await context.bytes(200, 'application/octet-stream', await context.readBody({ maxBytes: 1 << 20 })),
  ),
  route('/stream', async (context) => {
    await context.stream(
      200,
      'text/plain',
      (async function* () {
        for (let i = 0; i < 300; i++) yield Buffer.alloc(1000, 65 + (i % 26));
      })(),
    );
  }),
  route('/broken-stream', async (context) => {
    await context.stream(
      200,
      'text/plain',
      (async function* () {
        yield Buffer.from('half');
        throw new TelamonError('broke off', { status: 500 });
      })(),
    );
  }),
  route('/empty', async (context) => await context.empty(204)),
  route('/refused', () => Promise.reject(new TelamonError('not today', { status: 422 }))),
  route('/bug', () => Promise.reject(new Error('secret'))),
  { ...route('/many', async (context) => await context.text(200, context.tenants.join(','))), tenancy: 'many' },
];

function route(pattern: string, handler: (context: HttpContext) => Promise<void>): RunnableRoute {
  return { methods: ['GET', 'POST'], pattern, tenancy: 'one', handler };
}

const run = routesHandler(ROUTES, { log });

async function textOf(changes: Partial<PeerHttpRequest>): Promise<string> {
  const { status, body } = await run(request(changes), never);
  return `${status} ${Buffer.from(body).toString()}`;
}

it('gives handlers parameters, queries, forms, bodies and the tenant', async () => {
  const response = await run(request({ path: '/echo/a%2Fb', query: 'q=1&q=%202' }), never);
  expect(response.headers).toMatchObject({ 'x-tenant': 't', 'content-type': 'application/json' });
  expect(response.headers).not.toHaveProperty('content-length');
  expect(JSON.parse(Buffer.from(response.body).toString())).toEqual({ name: 'a/b', query: ['1', ' 2'] });
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(await textOf({ path: '/form', method: 'POST', query: 'q=url', headers: form, body: Buffer.from('q=a&q=b') })).toBe(
    '200 a|b|url',
  );
  expect(await textOf({ path: '/body', method: 'POST', body: Buffer.from('hello') })).toBe('200 hello');
  expect(await textOf({ path: '/body', method: 'POST', body: Buffer.alloc(2 << 20) })).toMatch(/^413 /);
  expect(await textOf({ path: '/empty' })).toBe('204 ');
  expect((await run(request({ path: '/stream' }), never)).body.length).toBe(300_000);
});

it('answers like a listener does', async () => {
  const listener = new HttpListener({
    name: 'test',
    address: '127.0.0.1',
    port: 0,
    portOption: '--test',
    tenants: { isMultitenant: true, isFederated: true },
    log,
  });
  for (const { methods, pattern, handler, tenancy } of ROUTES) {
    for (const method of methods) listener.route(method, pattern, handler, { tenant: tenancy });
  }
  await listener.start();
  onTestFinished(() => listener.stop(0));
  const cases: Partial<PeerHttpRequest>[] = [
    { path: '/echo/x', query: 'q=a' },
    { path: '/echo/%zz' },
    { path: '/nowhere' },
    { path: '/echo/x', method: 'DELETE' },
    { path: '/refused' },
    { path: '/bug' },
    { path: '/many', tenant: 'b|a' },
    { path: '/echo/x', tenant: 'b|a' },
  ];
  for (const changes of cases) {
    const asked = request(changes);
    const real = await fetch(`${listener.url}${asked.path}?${asked.query}`, {
      method: asked.method,
      headers: { 'X-Scope-OrgID': asked.tenant },
    });
    const virtual = await run(asked, never);
    const isTenantText = asked.tenant === 'b|a' && asked.path !== '/many';
    expect(virtual.status).toBe(real.status);
    const text = await real.text();
    if (!isTenantText) expect(Buffer.from(virtual.body).toString()).toBe(text);
    expect(virtual.headers['content-type']).toBe(real.headers.get('content-type'));
    expect(virtual.headers['allow'] ?? null).toBe(real.headers.get('allow'));
  }
});

it('turns what breaks off into a failure, never into a short answer', async () => {
  expect(await textOf({ path: '/broken-stream' })).toBe('500 broke off\n');
  const small = routesHandler(ROUTES, { log, maxResponseBytes: 1000 });
  expect((await small(request({ path: '/stream' }), never)).status).toBe(500);
});

it('checks tenants again', async () => {
  expect(await textOf({ tenant: '../x' })).toMatch(/^400 /);
  expect(await textOf({ tenant: '' })).toMatch(/^401 /);
});

it("aborts the handler's signal", async () => {
  const abort = new AbortController();
  const slow = routesHandler(
    [
      route('/slow', async (context) => {
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        throw context.signal.reason;
      }),
    ],
    { log },
  );
  const answer = slow(request({ path: '/slow' }), abort.signal);
  abort.abort(new TelamonError('cancelled', { status: 499 }));
  expect((await answer).status).toBe(499);
});
