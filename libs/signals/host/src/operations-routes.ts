import { availableParallelism, hostname } from 'node:os';
import { type LoadedConfig, renderConfig, renderModeOf } from '@telamon/config';
import { type Readiness, renderServices, type ServiceStatus } from '@telamon/lifecycle';
import { TelamonError } from '@telamon/model';
import type { HttpHandler, HttpListener } from '@telamon/rpc';
import type { MetricRegistry } from '@telamon/telemetry';
import { BUILD } from './build.ts';

/** What the operations routes show. */
export interface OperationsDeps {
  readonly registry: MetricRegistry;
  readonly config: LoadedConfig;
  readonly readiness: () => Readiness;
  readonly services: () => readonly ServiceStatus[];
  /** Whether the event loop answers in time. */
  readonly isResponsive: () => boolean;
  /** `/runtime_config` as YAML. */
  readonly runtimeConfig: (mode: 'full' | 'diff') => string;
  readonly nowMs: () => number;
  readonly startedAtMs: number;
  readonly dataDir: string;
}

const YAML = 'text/plain; charset=utf-8';

/**
 * Adds what every role answers on every HTTP port: `/ready`, `/live`, `/metrics`, `/services`, `/config`, `/runtime_config`, and
 * Prometheus' names of the first two.
 */
export function mountOperations(listener: HttpListener, deps: OperationsDeps): void {
  const open = { tenant: 'none' } as const;
  const ready: HttpHandler = async (context) => context.text(deps.readiness().status, deps.readiness().body);
  const live: HttpHandler = async (context) => answerLive(deps.isResponsive(), (status, body) => context.text(status, body));
  for (const path of ['/ready', '/-/ready']) listener.route('GET', path, ready, open);
  for (const path of ['/live', '/-/healthy']) listener.route('GET', path, live, open);
  listener.route(
    'GET',
    '/metrics',
    async (context) => {
      const { contentType, body } = await deps.registry.expose({
        accept: context.headers.accept,
        names: context.query.getAll('name[]'),
      });
      await context.bytes(200, contentType, Buffer.from(body));
    },
    open,
  );
  listener.route('GET', '/services', async (context) => context.text(200, renderServices(deps.services())), open);
  listener.route(
    'GET',
    '/config',
    async (context) => {
      const mode = renderModeOf(context.query.get('mode'));
      if (mode === undefined) throw new TelamonError('unknown mode; it is one of full, diff and defaults', { status: 400 });
      await context.bytes(200, YAML, Buffer.from(renderConfig(deps.config, mode)));
    },
    open,
  );
  listener.route(
    'GET',
    '/runtime_config',
    async (context) => {
      const mode = context.query.get('mode') === 'diff' ? 'diff' : 'full';
      await context.bytes(200, YAML, Buffer.from(deps.runtimeConfig(mode)));
    },
    open,
  );
}

async function answerLive(isResponsive: boolean, reply: (status: number, body: string) => Promise<void>): Promise<void> {
  await reply(isResponsive ? 200 : 503, isResponsive ? 'live\n' : 'the event loop does not answer in time\n');
}

/** Adds the status routes of the query API that speak of the process: build, run time, configuration. */
export function mountProcessStatus(listener: HttpListener, deps: OperationsDeps): void {
  for (const prefix of ['', '/prometheus']) {
    const json = (path: string, body: () => string): void =>
      listener.route('GET', `${prefix}/api/v1/status/${path}`, async (context) => context.json(200, body()), { tenant: 'none' });
    json('buildinfo', () => success(buildInfo()));
    json('runtimeinfo', () => success(runtimeInfo(deps)));
    json('config', () => success({ yaml: renderConfig(deps.config, 'full') }));
  }
}

function success(data: unknown): string {
  return JSON.stringify({ status: 'success', data });
}

/** Grafana reads `application` and `features`, whose values must be texts, to choose its user interface. */
function buildInfo(): Record<string, unknown> {
  return {
    application: 'Grafana Mimir',
    version: BUILD.version,
    revision: BUILD.revision,
    branch: BUILD.branch,
    buildUser: '',
    buildDate: BUILD.date,
    goVersion: process.version,
    features: {
      ruler_config_api: 'true',
      alertmanager_config_api: 'true',
      query_sharding: 'false',
      federated_rules: 'false',
    },
  };
}

function runtimeInfo(deps: OperationsDeps): Record<string, unknown> {
  return {
    startTime: new Date(deps.startedAtMs).toISOString(),
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: new Date(deps.nowMs()).toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: new Date(deps.startedAtMs).toISOString(),
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: availableParallelism(),
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: '',
  };
}
