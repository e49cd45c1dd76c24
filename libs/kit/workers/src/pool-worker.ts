import type { TransferListItem, Worker } from 'node:worker_threads';
import { StreamPump } from './host-stream.ts';
import type { MemoryLimit, ToMain, ToWorker } from './messages.ts';
import { revive, serialize } from './serial-error.ts';

/** Answers what a job asks of the main thread. */
export interface JobHostHandlers {
  /** One reply; it is structured-cloned. */
  readonly call?: (kind: string, request: unknown, signal: AbortSignal) => Promise<unknown>;
  /** Chunks; an array that is the whole of its buffer is moved to the worker and must not be used again. */
  readonly stream?: (kind: string, request: unknown, signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** A job as a worker runs it. */
export interface AssignedJob {
  readonly id: number;
  readonly kind: string;
  readonly request: unknown;
  readonly transfer: readonly TransferListItem[];
  readonly cancelFlag: SharedArrayBuffer;
  readonly memoryLimit: MemoryLimit;
  readonly host: JobHostHandlers;
  /** Called once, when the worker is done with it or dead. */
  settle(error: Error | undefined, value: unknown, peakBytes: number): void;
}

interface Running {
  readonly job: AssignedJob;
  /** Ends calls and streams that the job opened. */
  readonly abort: AbortController;
}

/** Main-thread end of one worker: sends jobs, serves their calls, and fails them all when the worker dies. */
export class PoolWorker {
  readonly #thread: Worker;
  readonly #running = new Map<number, Running>();
  readonly #cancelled = new Set<number>();
  readonly #pumps = new Map<number, StreamPump>();
  #idleSinceMs: number;
  #hasFinishedJob = false;

  constructor(thread: Worker, onExit: (worker: PoolWorker, error: Error | undefined) => void) {
    this.#thread = thread;
    this.#idleSinceMs = performance.now();
    let failure: Error | undefined;
    thread.on('message', (message: ToMain) => this.#receive(message));
    thread.on('messageerror', (error) => void this.kill(error as Error));
    thread.on('error', (error) => {
      failure = error as Error;
    });
    thread.on('exit', () => onExit(this, failure));
  }

  get activeJobs(): number {
    return this.#running.size;
  }

  /** Whether it ever worked: one that dies before is not merely unlucky. */
  get hasFinishedJob(): boolean {
    return this.#hasFinishedJob;
  }

  /** How long nothing ran here; 0 while something does. */
  get idleMs(): number {
    return this.#running.size > 0 ? 0 : performance.now() - this.#idleSinceMs;
  }

  /** Sends a job. @throws when the request cannot be cloned; the job is then not settled. */
  assign(job: AssignedJob): void {
    const { id: jobId, kind, request, cancelFlag, memoryLimit } = job;
    this.#post({ type: 'run', jobId, kind, request, cancelFlag, memoryLimit }, job.transfer);
    this.#running.set(jobId, { job, abort: new AbortController() });
  }

  /** Tells the worker that a job is cancelled; its flag is set already. */
  cancel(jobId: number, reason: Error): void {
    const running = this.#running.get(jobId);
    if (!running) return;
    running.abort.abort(reason);
    this.#cancelled.add(jobId);
    this.#post({ type: 'cancel', jobId, reason: serialize(reason) });
  }

  /** Whether it still computes a cancelled job: it may be deaf and about to be killed, so it should be given nothing. */
  get isSuspect(): boolean {
    return this.#cancelled.size > 0;
  }

  /** Whether the job is still here. */
  isRunning(jobId: number): boolean {
    return this.#running.has(jobId);
  }

  /** Settles what runs here with the error; after the end of the worker. */
  failAll(error: Error): void {
    for (const { job, abort } of this.#running.values()) {
      abort.abort(error);
      job.settle(error, undefined, 0);
    }
    this.#running.clear();
    for (const pump of this.#pumps.values()) pump.close();
    this.#pumps.clear();
  }

  /** Ends the worker at once. */
  async kill(_reason?: Error): Promise<void> {
    await this.#thread.terminate();
  }

  #post(message: ToWorker, transfer: readonly TransferListItem[] = []): void {
    this.#thread.postMessage(message, transfer);
  }

  #receive(message: ToMain): void {
    if (message.type === 'done') this.#finish(message);
    else if (message.type === 'call') void this.#serveCall(message);
    else if (message.type === 'open') void this.#serveStream(message);
    else if (message.type === 'credit') this.#pumps.get(message.callId)?.grant(message.bytes);
    else this.#pumps.get(message.callId)?.close();
  }

  #finish(message: Extract<ToMain, { type: 'done' }>): void {
    const running = this.#running.get(message.jobId);
    if (!running) return;
    this.#running.delete(message.jobId);
    this.#cancelled.delete(message.jobId);
    this.#hasFinishedJob = true;
    this.#idleSinceMs = performance.now();
    running.abort.abort(new Error('the job is done'));
    running.job.settle(message.error ? revive(message.error) : undefined, message.value, message.peakBytes);
  }

  async #serveCall({ jobId, callId, kind, request }: Extract<ToMain, { type: 'call' }>): Promise<void> {
    const running = this.#running.get(jobId);
    if (!running) return;
    try {
      const { call } = running.job.host;
      if (!call) throw new Error(`job ${running.job.kind} has no handler for calls`);
      const value = await call(kind, request, running.abort.signal);
      this.#post({ type: 'reply', callId, value });
    } catch (error) {
      this.#post({ type: 'reply', callId, error: serialize(error) });
    }
  }

  async #serveStream({ jobId, callId, kind, request, creditBytes }: Extract<ToMain, { type: 'open' }>): Promise<void> {
    const running = this.#running.get(jobId);
    if (!running) return;
    const sink = {
      chunk: (bytes: Uint8Array<ArrayBuffer>) => this.#post({ type: 'chunk', callId, bytes }, [bytes.buffer]),
      end: (error?: unknown) => this.#post({ type: 'end', callId, ...(error === undefined ? {} : { error: serialize(error) }) }),
    };
    const { stream } = running.job.host;
    if (!stream) {
      sink.end(new Error(`job ${running.job.kind} has no handler for streams`));
      return;
    }
    const pump = new StreamPump(sink, creditBytes);
    this.#pumps.set(callId, pump);
    running.abort.signal.addEventListener('abort', () => pump.close());
    try {
      await pump.run(stream(kind, request, pump.signal));
    } catch (error) {
      sink.end(error);
    } finally {
      this.#pumps.delete(callId);
    }
  }
}
