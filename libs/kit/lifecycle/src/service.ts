/** Where a service is in its life; see {@link Service} for the picture. */
export type ServiceState = 'new' | 'starting' | 'running' | 'stopping' | 'terminated' | 'failed';

/** Told after every change of state, in order; must not throw. `failure` is set for `stopping` after an error and for `failed`. */
export type TransitionListener = (from: ServiceState, to: ServiceState, failure: unknown) => void;

/**
 * Something with a beginning, a life and an end.
 *
 * ```
 *            start()         start phase ok        stop() or            stop phase ok
 *                                                  run phase ended
 *  ┌─────┐        ┌──────────┐        ┌─────────┐         ┌──────────┐        ┌────────────┐
 *  │ new ├───────►│ starting ├───────►│ running ├────────►│ stopping ├───────►│ terminated │
 *  └──┬──┘        └──┬────┬──┘        └─────────┘         └──▲────┬──┘        └──────▲─────┘
 *     │              │    │  stop() while starting           │    │                  │
 *     │              │    └──────────────────────────────────┘    │ run or stop      │
 *     │              │ start phase threw                          │ phase threw      │
 *     │              │                ┌────────┐                  │                  │
 *     │              └───────────────►│ failed │◄─────────────────┘                  │
 *     │                               └────────┘                                     │
 *     └──────────────────────────────── stop() ──────────────────────────────────────┘
 * ```
 * A start phase that gives up by throwing the reason of its signal counts as stopped, not as failed.
 * `terminated` and `failed` are final. A service can't be started again.
 */
export interface Service {
  readonly name: string;
  readonly state: ServiceState;
  /** What the first failing phase threw; undefined unless something failed. */
  readonly failure: unknown;
  /** Begins the start phase and returns at once. In any state but `new` this is a programmer error and throws. */
  start(): void;
  /** Asks the service to end and returns at once. Legal in every state, any number of times; a `new` service terminates directly. */
  stop(): void;
  /** Resolves when running. Rejects when the service ends first, or with the signal's reason when that aborts. */
  untilRunning(signal?: AbortSignal): Promise<void>;
  /** Resolves when terminated. Rejects with {@link ServiceFailedError} when failed, or with the signal's reason when that aborts. */
  untilTerminated(signal?: AbortSignal): Promise<void>;
  /** Adds a listener; the returned function removes it. */
  onTransition(listener: TransitionListener): () => void;
}

/** Whether a state is final. */
export function isFinal(state: ServiceState): boolean {
  return state === 'terminated' || state === 'failed';
}

/** A service ended other than asked: it failed, or it ended before it ran. `cause` is what the phase threw. */
export class ServiceFailedError extends Error {
  readonly service: string;
  readonly state: ServiceState;

  constructor(service: string, state: ServiceState, cause: unknown) {
    const why = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`;
    super(`service ${service} is ${state}${why}`, { cause });
    this.name = 'ServiceFailedError';
    this.service = service;
    this.state = state;
  }
}
