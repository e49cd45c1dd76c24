import { defaultLimits, type TenantLimits, userLimits } from '@telamon/limits';
import { HttpListener } from '@telamon/rpc';
import { createRegistry, createSilentLogger, type MetricRegistry } from '@telamon/telemetry';
import { onTestFinished } from 'vitest';
import type { LabelsRequest } from '../metrics-source.ts';
import { METRICS_QUERY } from '../options.ts';
import { evaluateJob } from '../query/evaluate-job.ts';
import { type FixtureSeries, fixtureContext, sourceOf } from '../query/query.fixture.ts';
import { QueryBlocker } from '../query/query-blocker.ts';
import { createQueryObserver } from '../query/query-observer.ts';
import { querySettingsOf } from '../query/query-settings.ts';
import { apiRoutes } from './api-route.ts';
import type { QueryDeps } from './query-deps.ts';
import { queryRoutes } from './query-routes.ts';

/** An API over series that never change, on a listener of its own. */
export interface FixtureApi {
  /** Now, ms. */
  nowMs: number;
  readonly url: string;
  readonly registry: MetricRegistry;
  /** What labels handlers asked for, newest last. */
  readonly labelsRequests: LabelsRequest[];
  get(path: string): Promise<FixtureReply>;
}

/** An answer; `json` is undefined when it is not JSON. */
export interface FixtureReply {
  readonly status: number;
  readonly text: string;
  readonly json: { readonly [key: string]: unknown } | undefined;
  readonly allow: string | null;
}

/** Starts the API of one tenant with these limits; it ends with the test. */
export async function startApi(limits: Partial<TenantLimits> = {}, series: readonly FixtureSeries[] = []): Promise<FixtureApi> {
  const registry = createRegistry();
  const listener = new HttpListener({
    name: 'test',
    address: '127.0.0.1',
    port: 0,
    portOption: '--test',
    tenants: { isMultitenant: false },
    log: createSilentLogger(),
  });
  const labelsRequests: LabelsRequest[] = [];
  const api = { nowMs: 1_000_000_000_000, registry, labelsRequests };
  const deps = depsOf(api, { ...defaultLimits(), ...limits }, series);
  for (const route of apiRoutes(queryRoutes(deps), deps)) {
    for (const method of route.methods) listener.route(method, route.pattern, route.handler, { tenant: route.tenancy });
  }
  await listener.start();
  onTestFinished(() => listener.stop(0));
  return Object.assign(api, { url: listener.url, get: (path: string) => request(`${listener.url}${path}`) });
}

/** Sends a request and reads the whole answer. */
export async function request(url: string, init: RequestInit = {}): Promise<FixtureReply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
  return { status: response.status, text, json: isJson ? JSON.parse(text) : undefined, allow: response.headers.get('allow') };
}

type Shared = Pick<FixtureApi, 'nowMs' | 'registry' | 'labelsRequests'>;

function depsOf(api: Shared, limits: TenantLimits, series: readonly FixtureSeries[]): QueryDeps {
  const logger = createSilentLogger();
  const observer = createQueryObserver({ registry: api.registry, logger, logLongerThanMs: 0, nowMs: () => 0 });
  const blocker = new QueryBlocker();
  const list = (labels: LabelsRequest): string[] => {
    api.labelsRequests.push(labels);
    return ['a', 'b', 'c'];
  };
  const notHere = () => Promise.reject(new Error('not in this fixture'));
  return {
    nowMs: () => api.nowMs,
    settingsOf: () => querySettingsOf(METRICS_QUERY.defaults(), limits),
    evaluate: (query) =>
      observer.run(query, () => evaluateJob(query, fixtureContext(), { sources: [sourceOf(series)], blocker })),
    formatQuery: notHere,
    parseQuery: notHere,
    federate: async ({ selectors }) => `# ${selectors.join()}\n`,
    labelNames: async (labels) => list(labels),
    labelValues: async (_name, labels) => list(labels),
    series: async (labels) => {
      list(labels);
      return { json: '[]', isCut: false };
    },
    recent: { exemplars: async () => [], metadata: async () => new Map(), cardinality: async () => undefined },
    externalLabels: [],
    usageOf: () => ({ ingestionRate: 12.5, seriesCount: 3 }),
    userLimitsOf: () => userLimits(limits),
    onRefused: observer.refused,
  };
}
