import type { LoadedConfig } from '@telamon/config';
import type { Signal, SignalPlugin } from '@telamon/contract';
import { type Readiness, readinessOf, type ServiceGraph } from '@telamon/lifecycle';
import { defaultLimits, type LimitsSource, Overrides, RUNTIME_CONFIG, RuntimeConfig } from '@telamon/limits';
import {
  createRegistry,
  EventLoopMonitor,
  type MetricRegistry,
  type RootLogger,
  registerProcessMetrics,
  residentBytes,
  SYSTEM_CLOCK,
} from '@telamon/telemetry';
import { mountAdmin } from './admin-routes.ts';
import { BUILD } from './build.ts';
import { Cluster } from './cluster.ts';
import { DataDir } from './data-dir.ts';
import { listenerSettings } from './listener-settings.ts';
import { eachListener, type Listeners, makeListeners, urlsOf } from './listeners.ts';
import { mountOperations, mountProcessStatus } from './operations-routes.ts';
import { PROCESS } from './options.ts';
import { mountRingPages } from './ring-pages.ts';
import type { Role } from './role.ts';
import { roleModules, withTraffic } from './role-modules.ts';
import { statusPage } from './status-page.ts';

/** What a process may be made of. */
export interface Composition {
  /** In the order in which help names them. */
  readonly roles: readonly Role[];
  readonly signals: readonly SignalPlugin[];
  /** Whether there are roles elsewhere, whose options a shared configuration file may hold. Default false. */
  readonly isPartial?: boolean;
}

/** A process, made but not started. */
export interface OpenedProcess {
  readonly graph: ServiceGraph;
  /** The process' own metrics; everything is declared. */
  readonly registry: MetricRegistry;
  /** Aborts when someone asked for the end through the admin listener. */
  readonly stopAsked: AbortSignal;
  /** Time that a drain which begins now may take, ms. */
  drainTimeoutMs(): number;
  /** Tells where everything listens; call it when all runs. */
  announce(): void;
  /** Gives up what outlives the services. */
  release(): Promise<void>;
}

/** Makes a process from its configuration. Throws TelamonErrors that say what to change. */
export async function openProcess(composition: Composition, config: LoadedConfig, logger: RootLogger): Promise<OpenedProcess> {
  const dataDir = DataDir.take(config.of(PROCESS).dataDir);
  try {
    return await assemble(composition, { config, logger, dataDir });
  } catch (error) {
    dataDir.release();
    throw error;
  }
}

interface Given {
  readonly config: LoadedConfig;
  readonly logger: RootLogger;
  readonly dataDir: DataDir;
}

async function assemble({ roles, signals: plugins }: Composition, { config, logger, dataDir }: Given): Promise<OpenedProcess> {
  const startedAtMs = Date.now();
  const registry = createRegistry();
  const loop = new EventLoopMonitor();
  registerProcessMetrics(registry, BUILD, loop);
  const overrides = new Overrides(defaultLimits(config as LimitsSource));
  const runtime = new RuntimeConfig({ config: config.of(RUNTIME_CONFIG), overrides, logger, registry, clock: SYSTEM_CLOCK });
  const target = config.of(PROCESS).target;
  const isClustered = Cluster.isWanted(config);
  const modules = roleModules({ roles, signals: plugins.map(({ name }) => name), isClustered });
  const running = modules.resolve(target);
  const takesOtlp = roles.some(({ name, takesOtlp }) => takesOtlp === true && running.includes(name));
  const listeners = makeListeners(await listenerSettings(config, logger, registry), takesOtlp);
  const shared = { config, registry, overrides, dataDir: dataDir.path };
  const signals = plugins.map((plugin) => plugin.open({ ...shared, logger: logger.child(plugin.name) }));
  const stop = new AbortController();
  const cluster = isClustered ? await Cluster.open({ ...shared, logger }) : undefined;
  const reasons: (() => string)[] = [];
  const notReadyWhile = (reason: () => string): void => void reasons.push(reason);
  const drainTimes = [() => config.of(PROCESS).shutdownTimeoutMs];
  const mayDrainFor = (timeMs: () => number): void => void drainTimes.push(timeMs);
  const host = {
    ...shared,
    logger,
    listeners,
    signals,
    cluster,
    running,
    notReadyWhile,
    mayDrainFor,
    askStop: () => stop.abort(),
  };
  const graph = await modules.build(withTraffic(modules, target), { host, runtime });
  const operations = {
    registry,
    config,
    readiness: () => readinessWith(graph, () => [...(cluster?.notReadyReasons() ?? []), ...reasons.map((reason) => reason())]),
    services: () => graph.services(),
    isResponsive: () => loop.isResponsive(),
    runtimeConfig: (mode: 'full' | 'diff') => runtime.render(mode),
    nowMs: Date.now,
    startedAtMs,
    dataDir: dataDir.path,
  };
  for (const listener of eachListener(listeners)) mountOperations(listener, operations);
  mountProcessStatus(listeners.metrics, operations);
  mountAdmin(listeners.admin);
  cluster?.declareMetrics();
  if (cluster !== undefined) mountRingPages(listeners, cluster);
  mountStatusPage({ listeners, signals, graph, startedAtMs, dataDir: dataDir.path });
  return {
    graph,
    registry,
    stopAsked: stop.signal,
    drainTimeoutMs: () => Math.max(...drainTimes.map((timeMs) => timeMs())),
    announce: () => {
      const urls = urlsOf(listeners);
      dataDir.writeListeners(urls);
      logger.info('ready', { ...urls, dataDir: dataDir.path, startMs: Math.round(performance.now()) });
    },
    release: async () => {
      for (const signal of signals) await signal.release();
      await cluster?.close();
      dataDir.release();
    },
  };
}

/** A process is ready when its services run, the others may send requests to its members, and no role has a reason against it. */
function readinessWith(graph: ServiceGraph, reasons: () => readonly string[]): Readiness {
  const readiness = readinessOf(graph);
  if (readiness.status !== 200) return readiness;
  const given = reasons().filter((reason) => reason !== '');
  return given.length === 0 ? readiness : { status: 503, body: `${given.join('\n')}\n` };
}

interface PageDeps {
  readonly listeners: Listeners;
  readonly signals: readonly Signal[];
  readonly graph: ServiceGraph;
  readonly startedAtMs: number;
  readonly dataDir: string;
}

function mountStatusPage({ listeners, signals, graph, startedAtMs, dataDir }: PageDeps): void {
  listeners.metrics.route(
    'GET',
    '/',
    async (context) => {
      const overview = {
        version: BUILD.version,
        startedAtMs,
        nowMs: Date.now(),
        dataDir,
        residentBytes: residentBytes(),
        services: graph.services(),
        listeners: Object.entries(urlsOf(listeners)),
        tenants: signals.flatMap((signal) => signal.overview()),
      };
      await context.bytes(200, 'text/html; charset=utf-8', Buffer.from(statusPage(overview)));
    },
    { tenant: 'none' },
  );
}
