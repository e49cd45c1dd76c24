import { FailureWatcher, type ServiceFailure } from './failure-watcher.ts';
import { isFinal, type Service, type ServiceState } from './service.ts';
import { SYSTEM_TIMERS, type Timers } from './service-scope.ts';

/** A service as `/services` lists it. */
export interface ServiceStatus {
  readonly name: string;
  readonly state: ServiceState;
  /** Message of what it failed with, '' if nothing. */
  readonly failure: string;
}

/** What became of a stop. */
export interface StopOutcome {
  /** Modules that hadn't ended when the deadline passed; empty means that all drained. */
  readonly unfinished: readonly string[];
  readonly failures: readonly ServiceFailure[];
}

interface Node {
  readonly service: Service;
  readonly dependsOn: readonly string[];
}

/**
 * Services that depend on each other. A service starts when all that it depends on run, so independent ones start side by side;
 * it stops when all that depend on it have ended. A failure anywhere is told once, to whoever waits on {@link ServiceGraph.untilFailed}.
 */
export class ServiceGraph {
  readonly #nodes: ReadonlyMap<string, Node>;
  readonly #failures: ServiceFailure[] = [];
  readonly #failureListeners = new Set<() => void>();
  #isStopping = false;

  /** `nodes` must be in dependency order and name only nodes of the map. */
  constructor(nodes: ReadonlyMap<string, Node>) {
    this.#nodes = nodes;
    const watcher = new FailureWatcher((failure) => {
      this.#failures.push(failure);
      for (const listener of [...this.#failureListeners]) listener();
    });
    for (const node of nodes.values()) watcher.watch(node.service);
  }

  /** Starts everything and resolves when all run. When one can't start it stops what has started and rejects with the reason. */
  async start(deadlineMs: number, timers: Timers = SYSTEM_TIMERS): Promise<void> {
    const started = new Map<string, Promise<void>>();
    for (const [name, node] of this.#nodes) {
      const needs = node.dependsOn.map((on) => started.get(on)!);
      started.set(name, this.#startAfter(node.service, needs));
    }
    const all = [...started.values()];
    try {
      await Promise.all(all);
    } catch (error) {
      await this.stop(deadlineMs, timers);
      throw error;
    }
  }

  /** Asks everything to end, dependants first, and waits at most `deadlineMs` in total. Idempotent: a second call waits likewise. */
  async stop(deadlineMs: number, timers: Timers = SYSTEM_TIMERS): Promise<StopOutcome> {
    this.#isStopping = true;
    let cancel = (): void => {};
    const deadline = new Promise<void>((resolve) => {
      cancel = timers.setTimer(resolve, deadlineMs);
    });
    const ended = new Map<string, Promise<void>>();
    for (const [name, node] of [...this.#nodes].reverse()) {
      const dependants = [...this.#nodes]
        .filter(([, other]) => other.dependsOn.includes(name))
        .map(([other]) => ended.get(other)!);
      ended.set(name, stopAfter(node.service, dependants));
    }
    await Promise.race([Promise.all(ended.values()), deadline]);
    cancel();
    const unfinished = [...this.#nodes].filter(([, node]) => !isFinal(node.service.state)).map(([name]) => name);
    return { unfinished, failures: [...this.#failures] };
  }

  /** Resolves with the first failure of a service, at once if there was one; stays pending otherwise, or until the signal aborts. */
  untilFailed(signal?: AbortSignal): Promise<ServiceFailure | undefined> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#failureListeners.delete(done);
        signal?.removeEventListener('abort', done);
        resolve(this.#failures[0]);
      };
      if (this.#failures.length > 0 || signal?.aborted === true) {
        done();
        return;
      }
      this.#failureListeners.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /** Whether every service runs and no stop was asked for. */
  get isReady(): boolean {
    return !this.#isStopping && [...this.#nodes.values()].every((node) => node.service.state === 'running');
  }

  /** Whether {@link stop} was called. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Every service, in order of start. */
  services(): ServiceStatus[] {
    return [...this.#nodes].map(([name, node]) => ({
      name,
      state: node.service.state,
      failure: messageOf(node.service.failure),
    }));
  }

  async #startAfter(service: Service, needs: readonly Promise<void>[]): Promise<void> {
    await Promise.all(needs);
    if (this.#isStopping) throw new Error(`service ${service.name} wasn't started: the process stops`);
    service.start();
    await service.untilRunning();
  }
}

async function stopAfter(service: Service, dependants: readonly Promise<void>[]): Promise<void> {
  await Promise.all(dependants);
  service.stop();
  // A failure was told to the watcher already; here only the end counts.
  await service.untilTerminated().catch(() => {});
}

function messageOf(failure: unknown): string {
  if (failure === undefined) return '';
  return failure instanceof Error ? failure.message : String(failure);
}
