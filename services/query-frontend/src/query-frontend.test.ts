import type { FrontendFacet, FrontendPart, FrontendPlan, StepRange } from '@telamon/contract';
import {
  HttpListener,
  InProcessTransport,
  type PeerHttpHandler,
  type PeerHttpRequest,
  type PeerHttpResponse,
  QueryWorker,
} from '@telamon/rpc';
import { createLogger, createRegistry, createSilentLogger, type MetricRegistry } from '@telamon/telemetry';
import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { MemoryCache } from './cache/memory-cache.ts';
import type { ResultsCache } from './cache/results-cache.ts';
import { QUERY_FRONTEND, QUERY_SCHEDULER, type QueryFrontendConfig } from './options.ts';
import { createQueryFrontend, type QueryFrontend } from './query-frontend.ts';

/** A made-up signal: the answer to a range are its steps, each once, as `1,2,3`; bodies of adjacent ranges are joined by a comma. */
const encode = (steps: readonly number[]): Buffer => Buffer.from(steps.join(','));
const decode = (body: Uint8Array): number[] => (body.length === 0 ? [] : Buffer.from(body).toString().split(',').map(Number));
const joined = (bodies: readonly Uint8Array[]): Buffer => encode(bodies.flatMap(decode));
const ok = (body: Uint8Array): PeerHttpResponse => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

function stepsOf({ fromMs, toMs, stepMs }: StepRange): number[] {
  return Array.from({ length: (toMs - fromMs) / stepMs + 1 }, (_, i) => fromMs + i * stepMs);
}

interface FakeSignal {
  facet: FrontendFacet;
  /** Steps from here on are not kept. */
  untilMs: number;
  isUnitable: boolean;
}

/** Asks `/range?from=..&to=..&step=..&every=..` in parts that end before multiples of `every` steps; forwards everything else. */
function fakeSignal(): FakeSignal {
  const partOf = (request: PeerHttpRequest, range: StepRange, key: string): FrontendPart => ({
    range,
    caching: {
      key,
      untilMs: signal.untilMs,
      ttlMs: () => 60_000,
      mayKeep: () => true,
      cut: async (body, { fromMs, toMs }) => encode(decode(body).filter((atMs) => atMs >= fromMs && atMs <= toMs)),
      join: async (bodies) => joined(bodies),
    },
    request: ({ fromMs, toMs, stepMs }) => ({ ...request, query: `from=${fromMs}&to=${toMs}&step=${stepMs}` }),
    shards: () => undefined,
  });
  const planOf = (request: PeerHttpRequest): FrontendPlan => {
    if (request.path !== '/range') return { kind: 'forward', request };
    const asked = rangeOf(request);
    const all = stepsOf(asked);
    const everyMs = Number(new URLSearchParams(request.query).get('every')) * asked.stepMs;
    const indexes = [...new Set(all.map((atMs) => Math.floor(atMs / everyMs)))];
    const parts = indexes.map((index) => {
      const own = all.filter((atMs) => Math.floor(atMs / everyMs) === index);
      return partOf(request, { ...asked, fromMs: own[0]!, toMs: own.at(-1)! }, `${everyMs} ${index}`);
    });
    const unite = async (bodies: readonly Uint8Array[]) => (signal.isUnitable ? ok(joined(bodies)) : undefined);
    return { kind: 'parts', parts, whole: request, unite };
  };
  const signal: FakeSignal = {
    untilMs: Number.POSITIVE_INFINITY,
    isUnitable: true,
    facet: {
      routes: [
        { methods: ['GET', 'POST'], pattern: '/range', tenancy: 'one' },
        { methods: ['GET', 'POST'], pattern: '/other', tenancy: 'one' },
      ],
      plan: async (request) => planOf(request),
      isRetryable: ({ body }) => Buffer.from(body).toString() !== 'final',
      renderError: (_request, { status, message }) => ({
        status,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify({ message })),
      }),
      describe: ({ query }) => ({ asked: query }),
    },
  };
  return signal;
}

function rangeOf({ query }: PeerHttpRequest): StepRange {
  const form = new URLSearchParams(query);
  return { fromMs: Number(form.get('from')), toMs: Number(form.get('to')), stepMs: Number(form.get('step')) };
}

const answerRange: PeerHttpHandler = async (request) =>
  request.path === '/range'
    ? ok(encode(stepsOf(rangeOf(request))))
    : ok(Buffer.from(`${request.method} ${request.query} ${request.body.length}`));

interface Bed {
  readonly signal: FakeSignal;
  readonly frontend: QueryFrontend;
  readonly registry: MetricRegistry;
  readonly lines: string[];
  readonly asked: PeerHttpRequest[];
  readonly url: string;
  get(path: string, init?: RequestInit): Promise<{ status: number; text: string; type: string | null }>;
  /** Connects a querier; returns the function that kills it. */
  querier(id: string, handler?: PeerHttpHandler, streams?: number): () => void;
}

async function start(config: Partial<QueryFrontendConfig> = {}, cache?: ResultsCache): Promise<Bed> {
  const signal = fakeSignal();
  const registry = createRegistry();
  const lines: string[] = [];
  const frontend = createQueryFrontend({
    facet: signal.facet,
    config: { ...QUERY_FRONTEND.defaults(), ...config },
    scheduler: { ...QUERY_SCHEDULER.defaults(), maxOutstandingPerTenant: 20 },
    cache,
    logger: createLogger({ destination: { write: (line) => lines.push(line) } }),
    registry,
  });
  const log = createSilentLogger();
  const tenants = { isMultitenant: true };
  const listener = new HttpListener({ name: 'test', address: '127.0.0.1', port: 0, portOption: '--test', tenants, log });
  for (const { methods, pattern, handler, tenancy } of frontend.routes) {
    for (const method of methods) listener.route(method, pattern, handler, { tenant: tenancy });
  }
  await listener.start();
  frontend.service.start();
  await frontend.service.untilRunning();
  onTestFinished(async () => {
    await listener.stop(1000);
    frontend.service.stop();
    await frontend.service.untilTerminated();
  });
  const asked: PeerHttpRequest[] = [];
  const querier: Bed['querier'] = (querierId, handler = answerRange, streams = 4) => {
    const transport = new InProcessTransport({ log });
    transport.register('frontend', [frontend.peerService]);
    const worker = new QueryWorker({
      transport,
      finder: { addresses: () => ['frontend'], onChange: () => () => {} },
      querierId,
      streamsPerFrontend: streams,
      handler: (request, abort) => {
        asked.push(request);
        return handler(request, abort);
      },
      log,
      retryDelayMs: 5,
    });
    worker.start();
    onTestFinished(() => worker.stop(0));
    return () => void transport.close();
  };
  const get: Bed['get'] = async (path, init = {}) => {
    const response = await fetch(`${listener.url}${path}`, { ...init, headers: { 'X-Scope-OrgID': 't', ...init.headers } });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
  };
  return { signal, frontend, registry, lines, asked, url: listener.url, get, querier };
}

it('hands requests to queriers and their answers back', async () => {
  const { get, querier } = await start();
  querier('q');
  expect(await get('/other?a=1', { method: 'POST', body: 'body' })).toEqual({
    status: 200,
    text: 'POST a=1 4',
    type: 'text/plain',
  });
  expect((await get('/nowhere')).status).toBe(404);
});

it('asks for the parts of a range and puts them together', async () => {
  const { get, querier, asked, registry } = await start();
  querier('q');
  expect((await get('/range?from=0&to=90&step=10&every=3')).text).toBe('0,10,20,30,40,50,60,70,80,90');
  expect(asked.map(({ query }) => query).sort()).toEqual([
    'from=0&to=20&step=10',
    'from=30&to=50&step=10',
    'from=60&to=80&step=10',
    'from=90&to=90&step=10',
  ]);
  expect(await registry.valueOf('telamon_query_frontend_split_parts_total')).toBe(4);
});

it('asks for the whole when parts can not be united', async () => {
  const { get, querier, asked, signal, registry } = await start();
  signal.isUnitable = false;
  querier('q');
  expect((await get('/range?from=0&to=90&step=10&every=5')).text).toBe('0,10,20,30,40,50,60,70,80,90');
  expect(asked.at(-1)!.query).toBe('from=0&to=90&step=10&every=5');
  expect(await registry.valueOf('telamon_query_frontend_whole_queries_total')).toBe(1);
});

it('answers with what the earliest failing part met', async () => {
  const { get, querier } = await start();
  querier('q', async (request) => {
    const { fromMs } = rangeOf(request);
    return fromMs >= 30
      ? { ...ok(Buffer.from(`bad at ${fromMs}`)), status: 422 }
      : answerRange(request, new AbortController().signal);
  });
  for (let i = 0; i < 10; i++) {
    expect(await get('/range?from=0&to=90&step=10&every=3')).toMatchObject({ status: 422, text: 'bad at 30' });
  }
});

it('gives a request to another querier when one dies or fails', async () => {
  const { get, querier, asked, registry } = await start();
  let kill = (): void => {};
  kill = querier(
    'mortal',
    () => {
      kill();
      return new Promise<never>(() => {});
    },
    1,
  );
  await vi.waitFor(async () => expect(await registry.valueOf('telamon_query_scheduler_connected_queriers')).toBe(1));
  const answer = get('/other');
  await vi.waitFor(() => expect(asked.length).toBe(1));
  querier('failing', async () => ({ ...ok(Buffer.from('')), status: 500 }));
  querier('well');
  expect(await answer).toMatchObject({ status: 200 });
  expect(await registry.valueOf('telamon_query_frontend_retries_total')).toBeGreaterThanOrEqual(1);
});

it('does not try again what is wrong with the request, or final, and not for ever', async () => {
  const { get, querier, asked } = await start({ maxRetriesPerRequest: 3 });
  querier('q', async ({ query }) => {
    const [status, text] = query.split('-');
    return { ...ok(Buffer.from(text ?? '')), status: Number(status) };
  });
  for (const [query, tries] of [
    ['422', 1],
    ['400', 1],
    ['429', 1],
    ['503-final', 1],
    ['500', 4],
    ['503', 4],
  ] as const) {
    asked.length = 0;
    expect((await get(`/other?${query}`)).status).toBe(Number(query.slice(0, 3)));
    expect([query, asked.length]).toEqual([query, tries]);
  }
});

it('words its own refusals as the signal does', async () => {
  const { get, registry } = await start({ requestTimeoutMs: 300 });
  const waiting = Array.from({ length: 20 }, () => get('/other'));
  await vi.waitFor(async () => expect(await registry.valueOf('telamon_query_scheduler_queue_length')).toBe(20));
  expect(await get('/other')).toEqual({
    status: 429,
    text: '{"message":"too many outstanding requests"}',
    type: 'application/json',
  });
  for (const { status, text } of await Promise.all(waiting)) {
    expect([status, text]).toEqual([504, '{"message":"the query took too long"}']);
  }
});

it('stops the work of clients that leave, and counts them', async () => {
  const { url, querier, asked, registry } = await start();
  let aborted = 0;
  querier(
    'slow',
    (_request, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          aborted++;
          resolve({ ...ok(Buffer.from('')), status: 499 });
        });
      }),
    10,
  );
  const clients = Array.from({ length: 30 }, () => {
    const abort = new AbortController();
    const tenant = `t${Math.random()}`.slice(0, 8);
    fetch(`${url}/other`, { signal: abort.signal, headers: { 'X-Scope-OrgID': tenant } }).catch(() => {});
    return abort;
  });
  await vi.waitFor(() => expect(asked.length).toBe(10));
  await vi.waitFor(async () => expect(await registry.valueOf('telamon_query_scheduler_queue_length')).toBe(20));
  const leftAtMs = performance.now();
  for (const client of clients) client.abort();
  await vi.waitFor(async () => {
    expect(aborted).toBe(10);
    expect(await registry.valueOf('telamon_query_scheduler_queue_length')).toBe(0);
    expect(await registry.valueOf('telamon_query_frontend_requests_total', { code: '499' })).toBe(30);
  });
  expect(performance.now() - leftAtMs).toBeLessThan(1000);
  expect(asked.length).toBe(10);
});

it('logs slow queries', async () => {
  const { get, querier, lines } = await start({ logQueriesLongerThanMs: 1 });
  querier('q', async (request, signal) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answerRange(request, signal);
  });
  await get('/range?from=0&to=50&step=10&every=3');
  const line = lines.find((one) => one.includes('slow query'))!;
  for (const part of [
    'tenant=t',
    'path=/range',
    'asked="from=0&to=50&step=10&every=3"',
    'status=200',
    'bytes=',
    'requests=2',
    'durationMs=',
  ]) {
    expect(line).toContain(part);
  }
});

it('asks only for steps that it has not kept, and answers the same', async () => {
  const ranges = fc.array(fc.tuple(fc.nat(60), fc.nat(40)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(ranges, fc.nat(100), fc.integer({ min: 5, max: 50 }), async (ranges, untilStep, every) => {
      const { signal, querier, asked, get, frontend } = await start({}, new MemoryCache({ maxBytes: 1 << 20, nowMs: () => 0 }));
      querier('q');
      signal.untilMs = untilStep * 10;
      const known = new Set<number>();
      for (const [from, length] of ranges) {
        const steps = stepsOf({ fromMs: from * 10, toMs: (from + length) * 10, stepMs: 10 });
        asked.length = 0;
        const { text } = await get(`/range?from=${steps[0]}&to=${steps.at(-1)}&step=10&every=${every}`);
        expect(text).toBe(steps.join(','));
        await frontend.settled();
        const fetched = asked.flatMap((request) => stepsOf(rangeOf(request)));
        expect(fetched.sort((a, b) => a - b)).toEqual(steps.filter((atMs) => !known.has(atMs)));
        for (const atMs of steps) if (atMs <= signal.untilMs) known.add(atMs);
      }
    }),
    { numRuns: 50 },
  );
});

it('keeps nothing of what failed, and forgets in time', async () => {
  let nowMs = 0;
  const { querier, asked, get, frontend } = await start({}, new MemoryCache({ maxBytes: 1 << 20, nowMs: () => nowMs }));
  let status = 422;
  querier('q', async (request, signal) => ({ ...(await answerRange(request, signal)), status }));
  const ask = async (): Promise<number> => {
    asked.length = 0;
    await get('/range?from=0&to=40&step=10&every=10');
    await frontend.settled();
    return asked.length;
  };
  expect(await ask()).toBe(1);
  status = 200;
  expect(await ask()).toBe(1);
  expect(await ask()).toBe(0);
  nowMs = 60_001;
  expect(await ask()).toBe(1);
});
