import type { ToMain, ToWorker } from './messages.ts';
import { revive } from './serial-error.ts';

/** A job's way to the main thread. Requests and replies are structured-cloned. */
export interface JobHost {
  /** Asks the handler that was given with the job. @throws what it throws; the job's cancellation. */
  call<Res>(kind: string, request: unknown): Promise<Res>;
  /**
   * Streams bytes from the handler that was given with the job; chunks belong to the caller. At most `windowBytes` (default 4 MiB) plus one chunk wait
   * here unread. Leaving the loop early ends the producer.
   */
  stream(kind: string, request: unknown, options?: { readonly windowBytes?: number }): AsyncIterable<Uint8Array>;
}

type Reply = Exclude<ToWorker, { readonly type: 'run' | 'cancel' }>;

const DEFAULT_WINDOW_BYTES = 4 << 20;

/** Worker end of calls and streams to the main thread; one per worker. */
export class HostClient {
  readonly #post: (message: ToMain) => void;
  readonly #receivers = new Map<number, (message: Reply) => void>();
  #nextCallId = 0;

  constructor(post: (message: ToMain) => void) {
    this.#post = post;
  }

  /** Takes what the main thread answers. */
  receive(message: Reply): void {
    this.#receivers.get(message.callId)?.(message);
  }

  /** The face for one job; its signal ends everything open. */
  forJob(jobId: number, signal: AbortSignal): JobHost {
    return {
      call: <Res>(kind: string, request: unknown) => this.#call(jobId, kind, request, signal) as Promise<Res>,
      stream: (kind, request, options) =>
        this.#stream({ jobId, kind, request, creditBytes: options?.windowBytes ?? DEFAULT_WINDOW_BYTES }, signal),
    };
  }

  #call(jobId: number, kind: string, request: unknown, signal: AbortSignal): Promise<unknown> {
    const callId = this.#nextCallId++;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const finish = (act: () => void): void => {
        this.#receivers.delete(callId);
        signal.removeEventListener('abort', onAbort);
        act();
      };
      const onAbort = (): void => finish(() => reject(signal.reason as Error));
      signal.addEventListener('abort', onAbort);
      this.#receivers.set(callId, (message) => {
        if (message.type !== 'reply') return;
        finish(() => (message.error ? reject(revive(message.error)) : resolve(message.value)));
      });
      this.#post({ type: 'call', jobId, callId, kind, request });
    });
  }

  async *#stream(
    open: { jobId: number; kind: string; request: unknown; creditBytes: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted();
    const callId = this.#nextCallId++;
    const inbox: Uint8Array[] = [];
    let end: { readonly error?: Error } | undefined;
    let wake: (() => void) | undefined;
    const onAbort = (): void => wake?.();
    signal.addEventListener('abort', onAbort);
    this.#receivers.set(callId, (message) => {
      if (message.type === 'chunk') inbox.push(message.bytes);
      else if (message.type === 'end') end = message.error ? { error: revive(message.error) } : {};
      wake?.();
    });
    this.#post({ type: 'open', callId, ...open });
    try {
      for (;;) {
        signal.throwIfAborted();
        const chunk = inbox.shift();
        if (chunk) {
          // Granted when taken, not when it came: what waits here is what the window bounds.
          this.#post({ type: 'credit', callId, bytes: chunk.length });
          yield chunk;
        } else if (end) {
          if (end.error) throw end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#receivers.delete(callId);
      if (!end) this.#post({ type: 'close', callId });
    }
  }
}
