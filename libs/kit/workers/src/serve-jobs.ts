import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { HostClient, type JobHost } from './host-client.ts';
import { MemoryLedger } from './memory-ledger.ts';
import type { ToMain, ToWorker } from './messages.ts';
import { revive, serialize } from './serial-error.ts';
import type { BootstrapData } from './worker-bootstrap.ts';

/** What a job is given in the worker. */
export interface JobContext {
  /** Whether the result is no longer wanted. Costs one atomic load, so loops may ask every few thousand rounds; works without yielding. */
  isCancelled(): boolean;
  /** @throws what the job was cancelled with, or a general error when that has not arrived yet. */
  throwIfCancelled(): void;
  /** Aborted on cancellation, at the next yield. */
  readonly signal: AbortSignal;
  readonly ledger: MemoryLedger;
  /** Asks the main thread. */
  readonly host: JobHost;
  /** Lets messages and other jobs of this worker in when the time slice is used up (10 ms). @throws like {@link throwIfCancelled}. */
  maybeYield(): Promise<void>;
}

/** Runs one kind of job. Requests come from `WorkerPool.run` of the same kind; the pairing of types is the caller's. */
export type JobHandler<Req = never> = (request: Req, context: JobContext) => Promise<unknown>;

/** A result whose buffers are moved to the main thread instead of being copied. */
export class Transferring<T> {
  readonly value: T;
  readonly transfer: readonly TransferListItem[];

  constructor(value: T, transfer: readonly TransferListItem[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

const SLICE_MS = 10;

interface RunningJob {
  readonly flag: Int32Array;
  readonly abort: AbortController;
}

/** The `workerData` of the pool. */
export function poolWorkerData(): unknown {
  return (workerData as BootstrapData).data;
}

/** Serves the jobs of a pool; called once by the entry module of its workers. Several jobs run interleaved at their awaits. */
export function serveJobs(handlers: Readonly<Record<string, JobHandler>>): void {
  const port = parentPort;
  if (!port) throw new Error('serveJobs runs in a worker thread');
  const post = (message: ToMain, transfer: readonly TransferListItem[] = []): void => port.postMessage(message, transfer);
  const jobs = new Map<number, RunningJob>();
  const host = new HostClient(post);
  const run = async (message: Extract<ToWorker, { type: 'run' }>): Promise<void> => {
    const { jobId } = message;
    const job: RunningJob = { flag: new Int32Array(message.cancelFlag), abort: new AbortController() };
    const ledger = new MemoryLedger(message.memoryLimit);
    jobs.set(jobId, job);
    try {
      const handler = Object.hasOwn(handlers, message.kind) ? handlers[message.kind] : undefined;
      if (!handler) throw new Error(`no handler for jobs of kind ${message.kind}`);
      const result = await handler(message.request as never, contextOf(job, ledger, host.forJob(jobId, job.abort.signal)));
      const isMoved = result instanceof Transferring;
      const value: unknown = isMoved ? result.value : result;
      post({ type: 'done', jobId, value, peakBytes: ledger.peakBytes }, isMoved ? result.transfer : []);
    } catch (error) {
      post({ type: 'done', jobId, error: serialize(error), peakBytes: ledger.peakBytes });
    } finally {
      jobs.delete(jobId);
      // Streams that the handler left open would hold their producers.
      job.abort.abort();
    }
  };
  port.on('message', (message: ToWorker) => {
    if (message.type === 'run') void run(message);
    else if (message.type === 'cancel') jobs.get(message.jobId)?.abort.abort(revive(message.reason));
    else host.receive(message);
  });
}

function contextOf(job: RunningJob, ledger: MemoryLedger, host: JobHost): JobContext {
  const { signal } = job.abort;
  let sliceStartMs = performance.now();
  const isCancelled = (): boolean => Atomics.load(job.flag, 0) !== 0;
  const throwIfCancelled = (): void => {
    signal.throwIfAborted();
    if (isCancelled()) throw new Error('job cancelled');
  };
  const maybeYield = async (): Promise<void> => {
    throwIfCancelled();
    if (performance.now() - sliceStartMs < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    sliceStartMs = performance.now();
    throwIfCancelled();
  };
  return { isCancelled, throwIfCancelled, signal, ledger, host, maybeYield };
}
