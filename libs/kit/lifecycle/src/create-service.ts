import { isFinal, type Service, ServiceFailedError, type ServiceState, type TransitionListener } from './service.ts';
import { ServiceScope, type Timers } from './service-scope.ts';

/**
 * The three phases of a service. Each is called at most once, and never while another one is under way. Orders of calls:
 * nothing (stopped while new) · start (it threw) · start, stop (asked to stop while starting) · start, run, stop.
 */
export interface ServicePhases {
  readonly name: string;
  /** Brings the service up. When it throws, it must have cleaned up after itself: stop isn't called. */
  readonly start?: (signal: AbortSignal, scope: ServiceScope) => void | Promise<void>;
  /** The service's work. Must end soon after the signal aborts; ending on its own ends the service. Absent: runs until stopped. */
  readonly run?: (signal: AbortSignal, scope: ServiceScope) => void | Promise<void>;
  /** Drains and releases. `reason` is what run threw, undefined when the end was asked for. Timers of the scope are over by then. */
  readonly stop?: (reason: unknown) => void | Promise<void>;
  /** Gets what a repeated task of the scope throws. Default: such an error fails the service. */
  readonly onTaskError?: (error: unknown) => void;
  readonly timers?: Timers;
}

/** Makes a service of phases; see {@link Service} for its states. All phases share one signal, which aborts when the end begins. */
export function createService(phases: ServicePhases): Service {
  return new PhasedService(phases);
}

class PhasedService implements Service {
  readonly name: string;
  readonly #phases: ServicePhases;
  readonly #controller = new AbortController();
  readonly #scope: ServiceScope;
  readonly #listeners = new Set<TransitionListener>();
  #state: ServiceState = 'new';
  #failure: unknown;
  #hasFailed = false;

  constructor(phases: ServicePhases) {
    this.name = phases.name;
    this.#phases = phases;
    this.#scope = new ServiceScope({
      onError: phases.onTaskError ?? ((error) => this.#endWith(error)),
      ...(phases.timers === undefined ? {} : { timers: phases.timers }),
    });
  }

  get state(): ServiceState {
    return this.#state;
  }

  get failure(): unknown {
    return this.#failure;
  }

  start(): void {
    if (this.#state !== 'new') throw new Error(`service ${this.name} can't start: it is ${this.#state}`);
    this.#moveTo('starting');
    void this.#live();
  }

  stop(): void {
    if (this.#state === 'new') this.#moveTo('terminated');
    this.#controller.abort(new Error(`service ${this.name} stops`));
  }

  untilRunning(signal?: AbortSignal): Promise<void> {
    return this.#until((state) => state === 'running', signal);
  }

  untilTerminated(signal?: AbortSignal): Promise<void> {
    return this.#until((state) => state === 'terminated', signal);
  }

  onTransition(listener: TransitionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #live(): Promise<void> {
    const signal = this.#controller.signal;
    try {
      await this.#phases.start?.(signal, this.#scope);
    } catch (error) {
      await this.#endStart(error);
      return;
    }
    if (!signal.aborted) {
      this.#moveTo('running');
      await this.#run(signal);
    }
    this.#controller.abort(new Error(`service ${this.name} stops`));
    this.#moveTo('stopping');
    await this.#scope.close();
    try {
      await this.#phases.stop?.(this.#failure);
    } catch (error) {
      this.#endWith(error);
    }
    this.#moveTo(this.#hasFailed ? 'failed' : 'terminated');
  }

  /** After a start phase that threw. Giving up because a stop was asked for, with the signal's own reason, is no failure. */
  async #endStart(error: unknown): Promise<void> {
    const isAsked = !this.#hasFailed && error === this.#controller.signal.reason;
    if (isAsked) this.#moveTo('stopping');
    else this.#endWith(error);
    await this.#scope.close();
    this.#moveTo(isAsked ? 'terminated' : 'failed');
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      if (this.#phases.run === undefined) await untilAborted(signal);
      else await this.#phases.run(signal, this.#scope);
    } catch (error) {
      // Being interrupted is how run learns that it must end, so throwing the signal's own reason is no failure.
      if (!signal.aborted || error !== signal.reason) this.#endWith(error);
    }
  }

  /** Keeps the first failure and lets the life cycle run towards its end. */
  #endWith(error: unknown): void {
    if (!this.#hasFailed) {
      this.#hasFailed = true;
      this.#failure = error;
    }
    this.#controller.abort(new Error(`service ${this.name} failed`, { cause: error }));
  }

  #moveTo(to: ServiceState): void {
    const from = this.#state;
    this.#state = to;
    for (const listener of [...this.#listeners]) listener(from, to, this.#failure);
  }

  #until(isReached: (state: ServiceState) => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        if (isReached(this.#state)) resolve();
        else if (isFinal(this.#state)) reject(new ServiceFailedError(this.name, this.#state, this.#failure));
        else return false;
        return true;
      };
      if (settle()) return;
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const remove = this.onTransition(() => {
        if (!settle()) return;
        remove();
        signal?.removeEventListener('abort', onAbort);
      });
      const onAbort = (): void => {
        remove();
        reject(signal!.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }
}

/** Resolves when the signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
