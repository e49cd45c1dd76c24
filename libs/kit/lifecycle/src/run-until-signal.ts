import type { ServiceFailure } from './failure-watcher.ts';
import type { ServiceGraph } from './service-graph.ts';
import { SYSTEM_TIMERS, type Timers } from './service-scope.ts';

/** The part of `process` that signals come from. */
export interface SignalSource {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
}

/** Settings of {@link runUntilSignal}. */
export interface RunOptions {
  /** Most time for undoing the start when one part can't start, and for the drain; asked when either begins. */
  readonly drainTimeoutMs: () => number;
  /** Called once when all run. */
  readonly onReady?: () => void;
  /** Called once when the drain begins, with why. */
  readonly onDrain?: (why: string) => void;
  /** Called on a second signal; must end the process. Default `process.exit(130)`. */
  readonly exitNow?: () => void;
  /** Another way to ask for the drain, for embedding and for a shutdown route. */
  readonly signal?: AbortSignal;
  readonly source?: SignalSource;
  readonly timers?: Timers;
}

/** How a run ended. */
export interface RunOutcome {
  /** 0: asked to end and drained. 1: a part failed or couldn't start. 2: the drain's deadline passed. */
  readonly exitCode: 0 | 1 | 2;
  readonly failures: readonly ServiceFailure[];
  readonly unfinished: readonly string[];
}

/**
 * Starts a graph and keeps it until SIGTERM, SIGINT, the abort of `options.signal` or a failure, then drains it dependants first.
 * A second signal calls `exitNow`. Never rejects for a failing service: the outcome tells. Removes its signal listeners.
 */
export async function runUntilSignal(graph: ServiceGraph, options: RunOptions): Promise<RunOutcome> {
  const source = options.source ?? process;
  const timers = options.timers ?? SYSTEM_TIMERS;
  const asked = new AbortController();
  const listen = (name: 'SIGTERM' | 'SIGINT') => (): void => {
    if (asked.signal.aborted) (options.exitNow ?? exitProcess)();
    else asked.abort(name);
  };
  const listeners = { SIGTERM: listen('SIGTERM'), SIGINT: listen('SIGINT') } as const;
  source.on('SIGTERM', listeners.SIGTERM);
  source.on('SIGINT', listeners.SIGINT);
  const onAbort = (): void => asked.abort('asked to stop');
  if (options.signal?.aborted === true) onAbort();
  else options.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await startAndDrain(graph, options, asked.signal, timers);
  } finally {
    source.off('SIGTERM', listeners.SIGTERM);
    source.off('SIGINT', listeners.SIGINT);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

async function startAndDrain(graph: ServiceGraph, options: RunOptions, asked: AbortSignal, timers: Timers): Promise<RunOutcome> {
  const starting = graph.start(options.drainTimeoutMs(), timers).then(
    () => 'running' as const,
    (error: unknown) => ({ error }),
  );
  const failed = graph.untilFailed(asked);
  const first = await Promise.race([starting, failed.then(() => 'interrupted' as const)]);
  if (first === 'running') {
    options.onReady?.();
    await failed;
  }
  const failure = await Promise.race([failed, Promise.resolve(undefined)]);
  options.onDrain?.(
    failure === undefined ? String(asked.reason ?? 'a service ended before it ran') : `service ${failure.service} failed`,
  );
  const { failures, unfinished } = await graph.stop(options.drainTimeoutMs(), timers);
  const hasFailed = failures.length > 0 || (first !== 'running' && first !== 'interrupted');
  return { exitCode: hasFailed ? 1 : unfinished.length > 0 ? 2 : 0, failures, unfinished };
}

function exitProcess(): void {
  process.exit(130);
}
