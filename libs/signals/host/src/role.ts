import type { LoadedConfig, OptionGroup } from '@telamon/config';
import type { Signal } from '@telamon/contract';
import type { Service } from '@telamon/lifecycle';
import type { Overrides } from '@telamon/limits';
import type { MetricRegistry, RootLogger } from '@telamon/telemetry';
import type { Cluster } from './cluster.ts';
import type { Listeners } from './listeners.ts';

/** What a role is given by the process that it runs in. */
export interface RoleHost {
  readonly config: LoadedConfig;
  readonly logger: RootLogger;
  readonly registry: MetricRegistry;
  readonly overrides: Overrides;
  readonly listeners: Listeners;
  /** Absolute. */
  readonly dataDir: string;
  readonly signals: readonly Signal[];
  /** The other processes; undefined when every role runs in this one. */
  readonly cluster: Cluster | undefined;
  /** Names of the roles that run in this process. */
  readonly running: readonly string[];
  /** Adds a reason why the process should not be sent requests: '' while there is none. Asked at each `/ready`. */
  readonly notReadyWhile: (reason: () => string) => void;
  /** Adds a time that a drain may need beyond the shutdown timeout, ms in all: 0 while it needs no more. Asked when the drain begins. */
  readonly mayDrainFor: (timeMs: () => number) => void;
  /** Begins the drain of the process. */
  readonly askStop: () => void;
}

/** A role, as the composition knows it. */
export interface Role {
  /** What `--target` calls it. */
  readonly name: string;
  /** Options of the shell, in the order of the reference. */
  readonly options: readonly OptionGroup[];
  /** Roles that must run before this one and outlive it when they are in the same process; without a cluster they come along. */
  readonly needs: readonly string[];
  /** Whether it takes data in over OTLP, so that those listeners are opened. */
  readonly takesOtlp?: boolean;
  /** Mounts the role's routes and calls, and makes its service. Nothing listens or runs yet. */
  readonly open: (host: RoleHost) => Promise<Service | undefined>;
}

/** Signals' facets by name. */
export async function facetsOf<T>(
  signals: readonly Signal[],
  facet: (signal: Signal) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(signals.map(async (signal) => [signal.name, await facet(signal)] as const)));
}
