import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recorded, suiteName } from '../harness/repository.ts';
import { type RunningGateway, startGateway } from './gateway.fixture.ts';
import { findChartTool, findHelms, VALUE_SETS } from './helm.ts';
import { ofKind, one, parseObjects } from './kube-object.ts';

const { helm } = findHelms()[0]!;
const nginx = findChartTool('nginx');
const reason = nginxFailure();
const canRun = helm !== undefined && reason === '';
const GRPC_PATH = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export';

/** Why there is no nginx that starts; '' when there is one. An unpacked package may lack libraries. */
function nginxFailure(): string {
  if (nginx.path === undefined) return nginx.reason ?? 'none';
  try {
    execFileSync(nginx.path, ['-v'], { stdio: 'ignore' });
    return '';
  } catch (error) {
    return String(error);
  }
}

interface Echo {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly tenant: string;
  readonly authorization: string;
}

async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; echo: Echo | undefined }> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    echo: response.headers.get('content-type') === 'application/json' ? (JSON.parse(text) as Echo) : undefined,
  };
}

/** Trailers of a gRPC call. */
function callGrpc(url: string, path: string, headers: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const session = connect(url);
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const seen: Record<string, unknown> = {};
    stream.on('response', (response) => Object.assign(seen, response));
    stream.on('trailers', (trailers) => Object.assign(seen, trailers));
    stream.on('error', reject);
    stream.on('close', () => resolve(seen));
    stream.resume();
    stream.end(Buffer.alloc(5));
  }).finally(() => session.close());
}

describe.skipIf(!canRun)(`gateway in a real nginx ${reason}`, () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway(nginx.path!, helm!, {});
  });
  afterAll(() => gateway?.close());

  it.each([
    '/api/v1/push',
    '/api/v1/write',
    '/api/v1/receive',
    '/api/prom/push',
    '/prometheus/api/v1/write',
    '/otlp/v1/metrics',
    '/api/v1/otlp/v1/metrics',
    '/opentelemetry/v1/metrics',
    '/v1/metrics',
  ])('POST %s goes to a distributor, path and tenant untouched', async (path) => {
    const { echo } = await ask(gateway.url + path, { method: 'POST', body: 'x', headers: { 'X-Scope-OrgID': 'team-b' } });
    expect(echo).toMatchObject({ name: 'distributor', method: 'POST', path, tenant: 'team-b' });
  });

  it.each([
    '/prometheus/api/v1/query?query=up%7Ba%3D%22b%2Fc%22%7D',
    '/prometheus/api/v1/label/a%2Fb/values',
    '/api/v1/query_range',
    '/api/v1/status/buildinfo',
    '/prometheus/api/v1/rules',
    '/prometheus/config/v1/rules/a%2Fb/c',
    '/prometheus/federate',
    '/federate?match[]=up',
    '/api/v1/user_stats',
    '/api/prom/user_stats',
  ])('GET %s goes to a query-frontend, as it was written', async (path) => {
    const { echo } = await ask(gateway.url + path);
    expect(echo).toMatchObject({ name: 'query-frontend', method: 'GET', path });
  });

  it.each([
    '/',
    '/metrics',
    '/config',
    '/services',
    '/runtime_config',
    '/ring',
    '/ingester/prepare-shutdown',
    '/ingester/flush',
    '/ingester/shutdown',
    '/distributor/ring',
    '/debug/cpuprofile',
    '/api/v1/../../ingester/flush',
    '/prometheus/..%2fingester/flush',
  ])('%s does not get through', async (path) => {
    for (const method of ['GET', 'POST']) {
      expect(await ask(gateway.url + path, { method })).toEqual({ status: 404, echo: undefined });
    }
  });

  it('is live by itself, and ready when those behind it are', async () => {
    for (const path of ['/live', '/ready']) expect((await ask(gateway.url + path)).status).toBe(200);
    expect((await ask(`${gateway.url}/ready/query-frontend`)).status).toBe(404);
  });

  it('takes OTLP over gRPC without TLS, and over HTTP', async () => {
    const trailers = await callGrpc(gateway.otlpGrpcUrl, GRPC_PATH, { 'x-scope-orgid': 'team-b' });
    expect(trailers).toMatchObject({ ':status': 200, 'grpc-status': '0', 'x-path': GRPC_PATH, 'x-tenant': 'team-b' });
    expect(await callGrpc(gateway.otlpGrpcUrl, '/telamon.v1.Ingester/MetricsPush')).toMatchObject({ ':status': 404 });
    const { echo } = await ask(`${gateway.otlpHttpUrl}/v1/metrics`, { method: 'POST', body: 'x' });
    expect(echo).toMatchObject({ name: 'distributor', path: '/v1/metrics' });
    expect((await ask(`${gateway.otlpHttpUrl}/metrics`)).status).toBe(404);
  });

  const requests = recorded('acceptance/grafana-requests.jsonl');
  it.skipIf(requests === undefined)(suiteName('lets every request of Grafana for metrics through', requests), async () => {
    const lines = readFileSync(requests!, 'utf8').trim().split('\n');
    const metrics = lines
      .map((line) => JSON.parse(line) as { id: string; ds: string; base: string; method: string; path: string })
      .filter(({ ds, method }) => ds === 'prometheus' && ['GET', 'POST'].includes(method));
    expect(metrics.length).toBeGreaterThan(30);
    for (const { id, base, method, path } of metrics) {
      const url = base.replace('{{METRICS}}', gateway.url) + path;
      expect((await ask(url, { method })).echo, `${id} ${url}`).toMatchObject({ name: 'query-frontend' });
    }
  });
});

describe.skipIf(!canRun)('gateway whose upstreams fail', () => {
  let gateway: RunningGateway;
  beforeEach(async () => {
    gateway = await startGateway(nginx.path!, helm!, {});
  });
  afterEach(() => gateway?.close());

  const push = (body: string | Uint8Array<ArrayBuffer> = 'x'): Promise<Response> =>
    fetch(`${gateway.url}/api/v1/push`, { method: 'POST', body });
  const tries = (): number => gateway.distributors.reduce((sum, { bodies }) => sum + bodies.length, 0);

  it.each([502, 503, 504] as const)(
    'gives a write that one distributor answers with %i to the other, as it was',
    async (status) => {
      gateway.distributors[0]!.answer = { status, text: 'no quorum' };
      const bodies = [Buffer.alloc(10, 'a'), Buffer.alloc(3 << 20, 'b')];
      for (const body of bodies) for (let i = 0; i < 4; i++) expect((await push(body)).status).toBe(200);
      const taken = gateway.distributors[1]!.bodies;
      expect(taken.map((body) => bodies.findIndex((each) => each.equals(body)))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
      // Every other one was tried there first: a refusal does not take it out.
      expect(gateway.distributors[0]!.bodies).toHaveLength(4);
    },
  );

  it('gives a write to the other distributor when one hangs up or is not there', async () => {
    gateway.distributors[0]!.answer = 'hang-up';
    for (let i = 0; i < 4; i++) expect((await push()).status).toBe(200);
    gateway.distributors[0]!.close();
    for (let i = 0; i < 4; i++) expect((await push()).status).toBe(200);
    const otlp = await fetch(`${gateway.otlpHttpUrl}/v1/metrics`, { method: 'POST', body: 'x' });
    expect(otlp.status).toBe(200);
  });

  it.each([400, 429, 500, 503])('passes an answer of %i on as it is, after two tries at most', async (status) => {
    for (const distributor of gateway.distributors) distributor.answer = { status, text: 'the reason' };
    const response = await push();
    expect([response.status, await response.text()]).toEqual([status, 'the reason']);
    expect(tries()).toBe(status === 503 ? 2 : 1);
  });

  it('asks a query-frontend once', async () => {
    gateway.frontend.answer = { status: 502, text: 'from upstream' };
    const response = await fetch(`${gateway.url}/prometheus/api/v1/query?query=up`);
    expect([response.status, await response.text()]).toEqual([502, 'from upstream']);
    expect(gateway.frontend.bodies).toHaveLength(1);
  });

  it('answers 503 and when to try again while nobody is there, is not ready, and recovers', async () => {
    const unavailable = async (response: Promise<Response>): Promise<void> => {
      const { status, headers } = await response;
      expect([status, headers.get('retry-after')]).toEqual([503, '5']);
      expect(await (await response).json()).toMatchObject({ status: 'error', errorType: 'unavailable' });
    };
    gateway.frontend.answer = { status: 503, text: 'starting' };
    await unavailable(fetch(`${gateway.url}/ready`));
    gateway.frontend.answer = undefined;
    expect((await fetch(`${gateway.url}/ready`)).status).toBe(200);
    for (const { close } of [...gateway.distributors, gateway.frontend]) close();
    await unavailable(push());
    await unavailable(push(Buffer.alloc(1 << 20)));
    await unavailable(fetch(`${gateway.url}/prometheus/api/v1/query?query=up`));
    await unavailable(fetch(`${gateway.otlpHttpUrl}/v1/metrics`, { method: 'POST', body: 'x' }));
    await unavailable(fetch(`${gateway.url}/ready`));
    expect((await fetch(`${gateway.url}/live`)).status).toBe(200);
  });
});

describe.skipIf(!canRun)('gateway with a tenant or with users', () => {
  it('sets the tenant, whatever the client says', async () => {
    const gateway = await startGateway(nginx.path!, helm!, { gateway: { tenant: 'acme' } });
    try {
      const headers = { 'X-Scope-OrgID': 'other' };
      expect((await ask(`${gateway.url}/api/v1/push`, { method: 'POST', headers })).echo?.tenant).toBe('acme');
      expect(await callGrpc(gateway.otlpGrpcUrl, GRPC_PATH, { 'x-scope-orgid': 'other' })).toMatchObject({ 'x-tenant': 'acme' });
    } finally {
      await gateway.close();
    }
  });

  it('asks for a password on every port, makes the user the tenant and keeps the password', async () => {
    const gateway = await startGateway(nginx.path!, helm!, { gateway: { basicAuth: { existingSecret: 'users' } } });
    const authorization = `Basic ${Buffer.from('team-a:secret').toString('base64')}`;
    try {
      for (const url of [
        `${gateway.url}/api/v1/push`,
        `${gateway.url}/prometheus/api/v1/query`,
        `${gateway.otlpHttpUrl}/v1/metrics`,
      ]) {
        expect((await ask(url, { method: 'POST' })).status).toBe(401);
        const { echo } = await ask(url, { method: 'POST', headers: { authorization, 'X-Scope-OrgID': 'other' } });
        expect(echo).toMatchObject({ tenant: 'team-a', authorization: '' });
      }
      expect(await callGrpc(gateway.otlpGrpcUrl, GRPC_PATH)).toMatchObject({ ':status': 401 });
      expect(await callGrpc(gateway.otlpGrpcUrl, GRPC_PATH, { authorization })).toMatchObject({ 'x-tenant': 'team-a' });
      expect((await ask(`${gateway.url}/ready`)).status).toBe(200);
    } finally {
      await gateway.close();
    }
  });
});

describe.skipIf(helm === undefined)('ways to the gateway', () => {
  const UPSTREAMS = { distributor: ['a.example:80', 'b.example:80'] };

  async function serversOf(upstreams: object): Promise<(name: string) => string[]> {
    const objects = parseObjects(await helm!.render({ values: { gateway: { upstreams } } }));
    const config = one(objects, 'ConfigMap', 'rel-telamon-gateway').data!['nginx.conf']!;
    return (name) =>
      [...new RegExp(`upstream ${name} \\{([^}]*)\\}`).exec(config)![1]!.matchAll(/server ([^;]+);/g)].map(
        ([, server]) => server!,
      );
  }

  it('distributors of the user’s own take OTLP, too', async () => {
    const servers = await serversOf(UPSTREAMS);
    expect(servers('distributor')).toEqual(['a.example:80 max_fails=0', 'b.example:80 max_fails=0']);
    expect(servers('distributor_otlp')).toEqual(['a.example:4317 max_fails=0', 'b.example:4317 max_fails=0']);
    expect(servers('query_frontend')).toEqual(['rel-telamon-query-frontend-pods.ns.svc.cluster.local:9009 max_fails=0 resolve']);
  });

  it('hosts of the user’s own are looked up again where that is asked for', async () => {
    const servers = await serversOf({ ...UPSTREAMS, resolve: true });
    expect(servers('distributor')).toEqual(['a.example:80 max_fails=0 resolve', 'b.example:80 max_fails=0 resolve']);
  });

  it('Ingress and HTTPRoute hand every path on, gRPC to the port that says h2c', async () => {
    const objects = parseObjects(await helm!.render({ files: [VALUE_SETS[4]!.file] }));
    const service = one(objects, 'Service', 'rel-telamon-gateway').spec!;
    const [ingress] = ofKind(objects, 'Ingress');
    for (const { http } of ingress!.spec!.rules!) {
      expect(http!.paths.map(({ path }) => path)).toEqual(['/']);
      const { name, port } = http!.paths[0]!.backend.service;
      expect(name).toBe('rel-telamon-gateway');
      expect(service.ports!.find((each) => each.name === port.name)!.port).toBe(8080);
    }
    const [route] = ofKind(objects, 'HTTPRoute');
    const portFor = (path: string): number =>
      route!.spec!.rules!.find(({ matches }) => path.startsWith(matches![0]!.path.value))!.backendRefs![0]!.port;
    expect(portFor('/prometheus/api/v1/query')).toBe(8080);
    expect(portFor('/api/v1/push')).toBe(8080);
    expect(service.ports!.find(({ port }) => port === portFor(GRPC_PATH))).toMatchObject({ appProtocol: 'kubernetes.io/h2c' });
  });

  it('the distributor’s OTLP port says h2c, too', async () => {
    const service = one(parseObjects(await helm!.render()), 'Service', 'rel-telamon-distributor').spec!;
    expect(service.ports!.find(({ name }) => name === 'otlp-grpc')).toMatchObject({
      port: 4317,
      appProtocol: 'kubernetes.io/h2c',
    });
  });
});
