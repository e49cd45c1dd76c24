import { Regexp } from '@telamon/algo';
import { createCompactor } from '@telamon/compactor';
import type { LoadedConfig } from '@telamon/config';
import type { Signal } from '@telamon/contract';
import { Admission } from '@telamon/distributor';
import { createIngester } from '@telamon/ingester';
import { createService, ModuleTable, readinessOf, type Service, type ServiceGraph } from '@telamon/lifecycle';
import { defaultLimits, type LimitsSource, Overrides, RUNTIME_CONFIG, RuntimeConfig } from '@telamon/limits';
import { createMetricsSignal, type MetricsSignal } from '@telamon/metrics';
import { createQuerier } from '@telamon/querier';
import { corsPolicy, createHttpObserver, type HttpListenerOptions, ListenerSecurity } from '@telamon/rpc';
import { createStoreGateway } from '@telamon/store-gateway';
import {
  createRegistry,
  EventLoopMonitor,
  IdleCollector,
  type MetricRegistry,
  type RootLogger,
  registerProcessMetrics,
  SYSTEM_CLOCK,
} from '@telamon/telemetry';
import { mountAdmin } from './admin-routes.ts';
import { BUILD } from './build.ts';
import { DataDir } from './data-dir.ts';
import { type ListenerName, type Listeners, makeListeners, mountRoutes, mountWrites, urlsOf } from './listeners.ts';
import { mountOperations, mountProcessStatus } from './operations-routes.ts';
import { ADMIN, HTTP, OTLP, PROCESS, ROLES } from './options.ts';
import { statusPage } from './status-page.ts';

/** The whole product, made but not started. */
export interface Product {
  readonly graph: ServiceGraph;
  /** The process' own metrics; everything is declared. */
  readonly registry: MetricRegistry;
  /** Aborts when someone asked for the end through the admin listener. */
  readonly stopAsked: AbortSignal;
  /** Tells where everything listens; call it when all runs. */
  announce(): void;
  /** Gives up what outlives the services. */
  release(): Promise<void>;
}

/** Everything that the modules share. */
interface Parts {
  readonly config: LoadedConfig;
  readonly logger: RootLogger;
  readonly registry: MetricRegistry;
  readonly overrides: Overrides;
  readonly runtime: RuntimeConfig;
  readonly listeners: Listeners;
  readonly metrics: MetricsSignal;
}

/** Makes the product from its configuration. Throws TelamonErrors that say what to change. */
export async function openProduct(config: LoadedConfig, logger: RootLogger): Promise<Product> {
  const dataDir = DataDir.take(config.of(PROCESS).dataDir);
  try {
    return await assemble(config, logger, dataDir);
  } catch (error) {
    dataDir.release();
    throw error;
  }
}

async function assemble(config: LoadedConfig, logger: RootLogger, dataDir: DataDir): Promise<Product> {
  const startedAtMs = Date.now();
  const registry = createRegistry();
  const loop = new EventLoopMonitor();
  registerProcessMetrics(registry, BUILD, loop);
  const overrides = new Overrides(defaultLimits(config as LimitsSource));
  const runtime = new RuntimeConfig({ config: config.of(RUNTIME_CONFIG), overrides, logger, registry, clock: SYSTEM_CLOCK });
  const listeners = makeListeners(await listenerSettings(config, logger, registry));
  const metrics = await createMetricsSignal({
    config,
    logger: logger.child('metrics'),
    registry,
    overrides,
    dataDir: dataDir.path,
  });
  const parts: Parts = { config, logger, registry, overrides, runtime, listeners, metrics };
  const stop = new AbortController();
  const graph = await modulesOf(parts).build(config.of(PROCESS).target, parts);
  const operations = {
    registry,
    config,
    readiness: () => readinessOf(graph),
    services: () => graph.services(),
    isResponsive: () => loop.isResponsive(),
    runtimeConfig: (mode: 'full' | 'diff') => runtime.render(mode),
    nowMs: Date.now,
    startedAtMs,
    dataDir: dataDir.path,
  };
  for (const listener of Object.values(listeners)) mountOperations(listener, operations);
  mountProcessStatus(listeners.metrics, operations);
  mountAdmin(listeners.admin, { signals: [metrics.signal], askStop: () => stop.abort(), logger });
  listeners.metrics.route(
    'GET',
    '/',
    async (context) => {
      const overview = {
        version: BUILD.version,
        startedAtMs,
        nowMs: Date.now(),
        dataDir: dataDir.path,
        residentBytes: process.memoryUsage.rss(),
        services: graph.services(),
        listeners: Object.entries(urlsOf(listeners)),
        tenants: await metrics.overview(),
      };
      await context.bytes(200, 'text/html; charset=utf-8', Buffer.from(statusPage(overview)));
    },
    { tenant: 'none' },
  );
  return {
    graph,
    registry,
    stopAsked: stop.signal,
    announce: () => {
      const urls = urlsOf(listeners);
      dataDir.writeListeners(urls);
      logger.info('ready', { ...urls, dataDir: dataDir.path, startMs: Math.round(performance.now()) });
    },
    release: async () => {
      await metrics.release();
      dataDir.release();
    },
  };
}

async function listenerSettings(
  config: LoadedConfig,
  logger: RootLogger,
  registry: MetricRegistry,
): Promise<(name: ListenerName) => HttpListenerOptions> {
  const http = config.of(HTTP);
  const otlp = config.of(OTLP);
  const admin = config.of(ADMIN);
  const log = logger.child('listener');
  const security = http.webConfigFile === '' ? undefined : await ListenerSecurity.load({ file: http.webConfigFile, log });
  const shared = {
    tenants: { isMultitenant: config.of(PROCESS).multitenancyEnabled },
    log,
    security,
    observer: createHttpObserver(registry),
    limits: { maxConnections: http.maxConnections },
  };
  const cors = corsPolicy(http.corsOrigin, (anchored) => Regexp.compile(anchored));
  const places = {
    metrics: { port: http.metricsListenPort, portOption: '--http.metrics-listen-port', address: http.listenAddress, cors },
    'otlp-grpc': { port: otlp.grpcListenPort, portOption: '--otlp.grpc-listen-port', address: http.listenAddress },
    'otlp-http': { port: otlp.httpListenPort, portOption: '--otlp.http-listen-port', address: http.listenAddress },
    admin: { port: admin.listenPort, portOption: '--admin.listen-port', address: admin.listenAddress },
  };
  return (name) => ({ ...shared, ...places[name], name });
}

/**
 * What runs, and what needs what. The listeners are bound first, so that a busy port is told at once and probes are answered
 * during the replay; `traffic` needs everything and drains the listeners before anything behind them stops.
 */
function modulesOf({ metrics }: Parts): ModuleTable<Parts> {
  const one = <T>(facet: T): ReadonlyMap<string, T> => new Map([['metrics', facet]]);
  return new ModuleTable<Parts>()
    .register({ name: 'idle-memory', init: idleMemoryService })
    .register({ name: 'server', dependsOn: ['idle-memory'], init: ({ listeners }) => serverService(listeners) })
    .register({ name: 'runtime-config', init: ({ runtime }) => runtime.service })
    .register({ name: 'workers', init: () => metrics.workers })
    .register({
      name: 'store-gateway',
      isTargetable: true,
      dependsOn: ['server', 'workers'],
      init: ({ config, logger }) =>
        createStoreGateway({
          blocks: one(metrics.signal.blocks),
          syncIntervalMs: config.of(ROLES).bucketSyncIntervalMs,
          logger: logger.child('store-gateway'),
        }),
    })
    .register({
      name: 'ingester',
      isTargetable: true,
      dependsOn: ['server', 'runtime-config', 'workers'],
      init: ({ config, logger }) =>
        createIngester({
          stores: one(metrics.signal.store),
          maintainIntervalMs: config.of(ROLES).maintainIntervalMs,
          logger: logger.child('ingester'),
        }),
    })
    .register({
      name: 'compactor',
      isTargetable: true,
      dependsOn: ['server', 'runtime-config', 'workers'],
      init: ({ config, logger }) => {
        const { cleanIntervalMs, compactIntervalMs } = config.of(ROLES);
        return createCompactor({
          signals: one(metrics.signal.compaction),
          cleanIntervalMs,
          compactIntervalMs,
          logger: logger.child('compactor'),
        });
      },
    })
    .register({
      name: 'distributor',
      isTargetable: true,
      dependsOn: ['ingester'],
      init: (parts) => mountPush(parts, metrics.signal),
    })
    .register({
      name: 'querier',
      isTargetable: true,
      dependsOn: ['ingester', 'store-gateway'],
      init: (parts) => mountQueries(parts, metrics.signal),
    })
    .register({
      name: 'traffic',
      isTargetable: true,
      dependsOn: ['distributor', 'querier', 'compactor'],
      init: ({ listeners, config }) => trafficService(listeners, config.of(PROCESS).shutdownTimeoutMs / 2),
    });
}

/** Puts the signal's write routes behind the distributor's admission. They are there before the listeners are bound. */
function mountPush({ listeners, config }: Parts, signal: Signal): undefined {
  const admission = new Admission({ maxInflightPushRequests: config.of(ROLES).maxInflightPushRequests });
  mountWrites(listeners, admission.guard(signal.push));
}

/** Puts the signal's query routes behind the querier's gate. */
function mountQueries({ listeners }: Parts, signal: Signal): Service {
  const querier = createQuerier();
  mountRoutes(listeners.metrics, querier.guard(signal.query).routes);
  return querier.service;
}

function serverService(listeners: Listeners): Service {
  return createService({
    name: 'server',
    start: async () => {
      for (const listener of Object.values(listeners)) await listener.start();
    },
    stop: async () => {
      await Promise.all(Object.values(listeners).map((listener) => listener.stop(0)));
    },
  });
}

/** Gives memory back in idle times. */
function idleMemoryService({ listeners, logger }: Parts): Service {
  const isBusy = (): boolean => Object.values(listeners).some((listener) => listener.inFlight > 0);
  const collector = new IdleCollector({ isBusy });
  return createService({
    name: 'idle-memory',
    start: (_signal, scope) => {
      scope.every(1000, () => {
        const done = collector.check();
        if (done === undefined) return;
        logger.debug('gave memory back in idle time', { pauseMs: Math.round(done.pauseMs), residentBytes: done.residentBytes });
      });
    },
  });
}

function trafficService(listeners: Listeners, drainTimeoutMs: number): Service {
  return createService({
    name: 'traffic',
    stop: async () => {
      const { admin, ...others } = listeners;
      await Promise.all(Object.values(others).map((listener) => listener.stop(drainTimeoutMs)));
    },
  });
}
