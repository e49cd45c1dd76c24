import type { ResourceLimits, TransferListItem } from 'node:worker_threads';
import { TelamonError } from '@telamon/model';
import { FairQueue } from './fair-queue.ts';
import { type AssignedJob, type JobHostHandlers, PoolWorker } from './pool-worker.ts';
import { startWorker } from './worker-bootstrap.ts';

/** Options of {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** Module that calls `serveJobs`: `new URL('./entry.ts', import.meta.url)`. */
  readonly entry: URL;
  /** Most workers. They are started when there is work for them. */
  readonly size: number;
  /** For thread names and errors. */
  readonly name: string;
  /** Read in the worker with `poolWorkerData()`. */
  readonly workerData?: unknown;
  /** Heap bounds; a worker that exceeds them dies, and its jobs fail. */
  readonly resourceLimits?: ResourceLimits;
  /** Jobs interleaved in one worker. Default 4. */
  readonly maxJobsPerWorker?: number;
  /** Jobs of one key waiting; more are refused with 429. Default 100. */
  readonly maxQueuedPerKey?: number;
  /** Jobs waiting in all. Default 10,000. */
  readonly maxQueued?: number;
  /** Ends workers that had nothing to do for so long. Default: never. */
  readonly idleTimeoutMs?: number;
  /** A worker that keeps computing a cancelled job for so long is killed. Default 10 s. */
  readonly cancelGraceMs?: number;
  /** First pause before a dead worker is replaced; doubles up to 10 s. Default 100 ms. */
  readonly restartDelayMs?: number;
  /** Told of each death of a worker. */
  readonly onCrash?: (error: Error) => void;
}

/** Options of {@link WorkerPool.run}. */
export interface RunOptions {
  /** Moved to the worker. */
  readonly transfer?: readonly TransferListItem[];
  readonly signal?: AbortSignal;
  /** From now, waiting included. */
  readonly deadlineMs?: number;
  /** Bound of the job's ledger. */
  readonly memoryLimitBytes?: number;
  /** The option or limit that sets it, for the error. */
  readonly memoryLimitName?: string;
  /** Whose turn it takes: the tenant. Default ''. */
  readonly key?: string;
  /** Answers what the job asks of this thread. */
  readonly host?: JobHostHandlers;
  /** Told the most that the job's ledger held, when it is done. */
  readonly onPeakBytes?: (bytes: number) => void;
}

/** A look at a pool. */
export interface PoolStats {
  readonly workers: number;
  readonly running: number;
  readonly queued: number;
  readonly finished: number;
  readonly crashes: number;
}

interface Job extends AssignedJob {
  readonly key: string;
  worker: PoolWorker | undefined;
}

const MAX_RESTART_DELAY_MS = 10_000;
/** Deaths in a row without a single finished job after which waiting jobs are refused: the entry does not work. */
const MAX_FRUITLESS_STARTS = 5;

/**
 * Runs jobs in worker threads, so that the event loop of this one stays free. Keys (tenants) take turns. A worker that dies fails its jobs with a
 * retryable error and is replaced.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<PoolWorker>();
  readonly #queue = new FairQueue<Job>();
  #nextJobId = 0;
  #finished = 0;
  #crashes = 0;
  #fruitlessStarts = 0;
  #pendingRestarts = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #onDrained: (() => void) | undefined;

  constructor(options: WorkerPoolOptions) {
    if (!(options.size >= 1)) throw new Error(`pool ${options.name} of size ${options.size}`);
    this.#options = options;
    const { idleTimeoutMs } = options;
    if (idleTimeoutMs === undefined) return;
    this.#idleTimer = setInterval(() => this.#endIdle(idleTimeoutMs), Math.max(10, idleTimeoutMs / 2));
    this.#idleTimer.unref();
  }

  /** Most workers. */
  get size(): number {
    return this.#options.size;
  }

  /** Numbers for metrics. */
  get stats(): PoolStats {
    let running = 0;
    for (const worker of this.#workers) running += worker.activeJobs;
    return { workers: this.#workers.size, running, queued: this.#queue.size, finished: this.#finished, crashes: this.#crashes };
  }

  /**
   * Runs a job in some worker and resolves with its result. Requests and results are structured-cloned.
   *
   * @throws what the job throws (TelamonErrors stay such); TelamonError 429 when too much waits, 503 retryable when the worker dies or the pool is
   * closed, 504 at the deadline; the reason of the signal.
   */
  run<Req, Res>(kind: string, request: Req, options: RunOptions = {}): Promise<Res> {
    const key = options.key ?? '';
    const refusal = this.#refusal(key) ?? (options.signal?.aborted ? (options.signal.reason as Error) : undefined);
    if (refusal) return Promise.reject(refusal);
    return new Promise<unknown>((resolve, reject) => {
      const job: Job = {
        id: this.#nextJobId++,
        key,
        kind,
        request,
        transfer: options.transfer ?? [],
        cancelFlag: new SharedArrayBuffer(4),
        memoryLimit: {
          bytes: options.memoryLimitBytes ?? Number.POSITIVE_INFINITY,
          name: options.memoryLimitName ?? 'memory per job',
        },
        host: options.host ?? {},
        worker: undefined,
        settle: (error, value, peakBytes) => {
          stopWatching();
          if (error) reject(error);
          else resolve(value);
          options.onPeakBytes?.(peakBytes);
          this.#finished++;
          queueMicrotask(() => this.#dispatch());
        },
      };
      const stopWatching = this.#watch(job, options, reject);
      this.#queue.push(key, job);
      this.#dispatch();
    }) as Promise<Res>;
  }

  /** Refuses new and waiting jobs, lets running ones finish for `drainTimeoutMs`, then ends the workers. */
  async close(drainTimeoutMs: number = 0): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#idleTimer);
    for (const job of this.#queue.drain()) job.settle(this.#closedError(), undefined, 0);
    if (drainTimeoutMs > 0 && this.stats.running > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainTimeoutMs);
        this.#onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await Promise.all([...this.#workers].map((worker) => worker.kill()));
  }

  #refusal(key: string): TelamonError | undefined {
    if (this.#isClosed) return this.#closedError();
    const perKey = this.#options.maxQueuedPerKey ?? 100;
    const isFull = this.#queue.sizeOf(key) >= perKey || this.#queue.size >= (this.#options.maxQueued ?? 10_000);
    return isFull ? new TelamonError('too many outstanding requests', { status: 429, isRetryable: true }) : undefined;
  }

  /** Cancels the job at its deadline or signal. The caller is answered at once; the worker may take a moment to notice. */
  #watch(job: Job, options: RunOptions, reject: (error: Error) => void): () => void {
    const cancel = (reason: Error): void => {
      stop();
      Atomics.store(new Int32Array(job.cancelFlag), 0, 1);
      if (!this.#queue.remove(job.key, job) && job.worker) this.#cancelRunning(job, job.worker, reason);
      reject(reason);
    };
    const onAbort = (): void => cancel(asError(options.signal?.reason));
    const timeout = (): void => cancel(new TelamonError(`deadline of ${options.deadlineMs} ms exceeded`, { status: 504 }));
    const timer = options.deadlineMs === undefined ? undefined : setTimeout(timeout, options.deadlineMs);
    const stop = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    options.signal?.addEventListener('abort', onAbort);
    return stop;
  }

  #cancelRunning(job: Job, worker: PoolWorker, reason: Error): void {
    worker.cancel(job.id, reason);
    const graceMs = this.#options.cancelGraceMs ?? 10_000;
    const timer = setTimeout(() => {
      if (worker.isRunning(job.id)) void worker.kill();
    }, graceMs);
    timer.unref();
  }

  #dispatch(): void {
    while (this.#queue.size > 0) {
      const worker = this.#freeWorker();
      if (!worker) break;
      const job = this.#queue.shift()!;
      job.worker = worker;
      try {
        worker.assign(job);
      } catch (error) {
        job.settle(asError(error), undefined, 0);
      }
    }
    if (this.#isClosed && this.stats.running === 0) this.#onDrained?.();
  }

  /** An idle worker, else a new one, else the one with the fewest jobs. */
  #freeWorker(): PoolWorker | undefined {
    let best: PoolWorker | undefined;
    for (const worker of this.#workers) {
      if (!worker.isSuspect && (!best || worker.activeJobs < best.activeJobs)) best = worker;
    }
    if (best?.activeJobs === 0) return best;
    // A place whose worker died is filled after its pause, not at once.
    if (this.#workers.size + this.#pendingRestarts < this.#options.size) return this.#start();
    return best && best.activeJobs < (this.#options.maxJobsPerWorker ?? 4) ? best : undefined;
  }

  #start(): PoolWorker {
    const { entry, name, workerData, resourceLimits } = this.#options;
    const thread = startWorker({ entry, name, data: workerData, resourceLimits });
    const worker = new PoolWorker(thread, (ended, error) => this.#onExit(ended, error));
    this.#workers.add(worker);
    return worker;
  }

  #onExit(worker: PoolWorker, cause: Error | undefined): void {
    this.#workers.delete(worker);
    const lost = worker.activeJobs;
    const error = new TelamonError(`a worker of ${this.#options.name} died: ${cause?.message ?? 'ended'}`, {
      status: 503,
      isRetryable: true,
      cause,
    });
    worker.failAll(this.#isClosed ? this.#closedError() : error);
    if (this.#isClosed || (lost === 0 && cause === undefined)) return;
    this.#crashes++;
    this.#fruitlessStarts = worker.hasFinishedJob ? 0 : this.#fruitlessStarts + 1;
    this.#options.onCrash?.(error);
    if (this.#fruitlessStarts >= MAX_FRUITLESS_STARTS) for (const job of this.#queue.drain()) job.settle(error, undefined, 0);
    this.#scheduleRestart();
  }

  #scheduleRestart(): void {
    const delayMs = Math.min(
      MAX_RESTART_DELAY_MS,
      (this.#options.restartDelayMs ?? 100) * 2 ** Math.min(20, this.#fruitlessStarts),
    );
    this.#pendingRestarts++;
    setTimeout(() => {
      this.#pendingRestarts--;
      if (!this.#isClosed) this.#dispatch();
    }, delayMs);
  }

  #endIdle(idleTimeoutMs: number): void {
    for (const worker of this.#workers) {
      if (worker.idleMs < idleTimeoutMs) continue;
      // Out of the set first: no job may be given to a worker that is ending.
      this.#workers.delete(worker);
      void worker.kill();
    }
  }

  #closedError(): TelamonError {
    return new TelamonError(`worker pool ${this.#options.name} is closed`, { status: 503, isRetryable: true });
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new TelamonError('job cancelled', { status: 499, cause: reason });
}
