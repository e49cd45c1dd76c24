import { createService, ModuleTable, type Service } from '@telamon/lifecycle';
import type { RuntimeConfig } from '@telamon/limits';
import { IdleCollector } from '@telamon/telemetry';
import { eachListener, type Listeners } from './listeners.ts';
import { PROCESS } from './options.ts';
import type { Role, RoleHost } from './role.ts';

/** What modules are made with. */
export interface ModuleContext {
  readonly host: RoleHost;
  readonly runtime: RuntimeConfig;
}

/** What the table is made of. */
export interface ModuleChoices {
  readonly roles: readonly Role[];
  /** Names of the signals. */
  readonly signals: readonly string[];
  /** Whether other processes have what a role needs. */
  readonly isClustered: boolean;
}

/**
 * What runs, and what needs what. The listeners are bound first, so that a busy port is told at once and probes are answered
 * during a replay.
 */
export function roleModules({ roles, signals, isClustered }: ModuleChoices): ModuleTable<ModuleContext> {
  const table = new ModuleTable<ModuleContext>()
    .register({ name: 'idle-memory', init: ({ host }) => idleMemoryService(host) })
    .register({ name: 'server', dependsOn: ['idle-memory'], init: ({ host }) => serverService(host.listeners) })
    .register({ name: 'runtime-config', init: ({ runtime }) => runtime.service });
  const shared = ['server', 'runtime-config'];
  if (isClustered) {
    table
      .register({ name: 'rings', init: ({ host }) => host.cluster!.rings })
      .register({ name: 'peers', dependsOn: ['rings'], init: ({ host }) => host.cluster!.peers });
    shared.push('peers');
  }
  const workers = signals.map((name) => `${name}-workers`);
  for (const [i, name] of workers.entries()) table.register({ name, init: ({ host }) => host.signals[i]!.workers });
  // Its ring will be `ring.ruler`, its block of the chart is `ruler`.
  table.reserve('ruler', 'rules are not evaluated yet');
  for (const role of roles) {
    table.register({
      name: role.name,
      isTargetable: true,
      dependsOn: [...shared, ...workers, ...(isClustered ? [] : role.needs)],
      init: ({ host }) => role.open(host),
    });
  }
  return table;
}

/** Adds what drains the listeners before anything that runs behind them stops; returns the target with it. */
export function withTraffic(table: ModuleTable<ModuleContext>, target: string): string {
  const dependsOn = table.resolve(target);
  table.register({ name: 'traffic', isTargetable: true, dependsOn, init: ({ host }) => trafficService(host) });
  return `${target},traffic`;
}

function serverService(listeners: Listeners): Service {
  return createService({
    name: 'server',
    start: async () => {
      for (const listener of eachListener(listeners)) await listener.start();
    },
    stop: async () => {
      await Promise.all(eachListener(listeners).map((listener) => listener.stop(0)));
    },
  });
}

/** Gives memory back in idle times. */
function idleMemoryService({ listeners, logger }: RoleHost): Service {
  const isBusy = (): boolean => eachListener(listeners).some((listener) => listener.inFlight > 0);
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

function trafficService({ listeners, config }: RoleHost): Service {
  const { admin, ...others } = listeners;
  const drainTimeoutMs = config.of(PROCESS).shutdownTimeoutMs / 2;
  return createService({
    name: 'traffic',
    stop: async () => {
      await Promise.all(Object.values(others).map((listener) => listener?.stop(drainTimeoutMs)));
    },
  });
}
