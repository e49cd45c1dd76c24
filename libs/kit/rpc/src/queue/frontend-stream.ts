import { TelamonError } from '@telamon/model';
import type { PeerClient } from '../peer/peer-contract.ts';
import type { RpcLog } from '../rpc-log.ts';
import type { PeerHttpHandler, PeerHttpResponse } from './peer-http.ts';
import { PushQueue } from './push-queue.ts';
import {
  decodeFrontendMessage,
  encodeQuerierMessage,
  FRONTEND_PROCESS,
  type FrontendMessage,
  messagesOf,
} from './queue-messages.ts';

/** What a stream needs of its worker. */
export interface FrontendStreamOptions {
  readonly querierId: string;
  readonly features?: readonly string[];
  readonly handler: PeerHttpHandler;
  readonly log: RpcLog;
  /** Told when the stream breaks, and again when the frontend sends something. */
  readonly onLost: (error: unknown) => void;
  readonly onHeard: () => void;
  readonly retryDelayMs?: number;
  readonly maxRetryDelayMs?: number;
  readonly random?: () => number;
}

/** Life of a stream after which the next one is opened without a longer wait, ms. */
const LASTING_MS = 10_000;
/** Most time that a frontend may give a request, ms; it bounds what a malformed message asks for. */
const MAX_TIMEOUT_MS = 3_600_000;

/** The sender gives up first, so that its client is told of the deadline and not of a cancellation, ms. */
const DEADLINE_SLACK_MS = 1_000;

interface Work {
  readonly id: number;
  readonly abort: AbortController;
}

interface Outgoing {
  readonly id: number;
  readonly response: PeerHttpResponse;
}

/** One stream to one frontend, opened again whenever it breaks: one request at a time. */
export class FrontendStream {
  readonly #client: PeerClient;
  readonly #options: FrontendStreamOptions;
  readonly #closed = new AbortController();
  #isLeaving = false;
  #outgoing: PushQueue<Outgoing | 'leaving'> | undefined;
  #work: Work | undefined;
  #running: Promise<void> = Promise.resolve();
  #wake: (() => void) | undefined;

  constructor(client: PeerClient, options: FrontendStreamOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** Opens the stream and keeps it open. */
  start(): void {
    this.#running = this.#keepOpen();
  }

  /** Takes no more requests and resolves when the one under way is answered; aborts it after `drainTimeoutMs`. */
  async stop(drainTimeoutMs: number): Promise<void> {
    this.#isLeaving = true;
    this.#outgoing?.push('leaving');
    this.#wake?.();
    const timer = setTimeout(() => this.#closed.abort(shuttingDown()), drainTimeoutMs);
    await this.#running;
    clearTimeout(timer);
  }

  async #keepOpen(): Promise<void> {
    const { retryDelayMs = 100, maxRetryDelayMs = 5_000, random = Math.random } = this.#options;
    let delayMs = retryDelayMs;
    while (!this.#isLeaving) {
      const wasUseful = await this.#serve();
      if (this.#isLeaving) return;
      delayMs = wasUseful ? retryDelayMs : Math.min(delayMs * 2, maxRetryDelayMs);
      await this.#pause(delayMs * (0.5 + random() / 2));
    }
  }

  /** One life of the stream. Tells whether it was of use: the frontend said something, or it lasted. */
  async #serve(): Promise<boolean> {
    const outgoing = new PushQueue<Outgoing | 'leaving'>();
    const broken = new AbortController();
    const signal = AbortSignal.any([this.#closed.signal, broken.signal]);
    this.#outgoing = outgoing;
    const openedAtMs = performance.now();
    let hasHeard = false;
    try {
      const incoming = this.#client.duplex(FRONTEND_PROCESS, this.#send(outgoing), { signal });
      for await (const bytes of incoming) {
        if (!hasHeard) this.#options.onHeard();
        hasHeard = true;
        this.#take(decodeFrontendMessage(bytes), outgoing);
      }
    } catch (error) {
      if (!signal.aborted) this.#options.onLost(error);
    } finally {
      this.#work?.abort.abort(new TelamonError('the frontend is gone', { status: 499, isRetryable: false }));
      this.#work = undefined;
      this.#outgoing = undefined;
      outgoing.end();
      broken.abort();
    }
    return hasHeard || performance.now() - openedAtMs > LASTING_MS;
  }

  async *#send(outgoing: PushQueue<Outgoing | 'leaving'>): AsyncGenerator<Uint8Array, void, undefined> {
    const { querierId, features = [] } = this.#options;
    yield encodeQuerierMessage({ kind: 'hello', querierId, features });
    for await (const item of outgoing) {
      if (item === 'leaving') yield encodeQuerierMessage({ kind: 'leaving' });
      else yield* messagesOf(item.id, item.response);
    }
  }

  #take(message: FrontendMessage | undefined, outgoing: PushQueue<Outgoing | 'leaving'>): void {
    if (message === undefined) return;
    if (message.kind === 'cancel') {
      if (this.#work?.id === message.id) this.#work.abort.abort(cancelled());
      return;
    }
    if (this.#work !== undefined) throw new TelamonError('a frontend sent two requests at one time on a stream', { status: 400 });
    const work = { id: message.id, abort: new AbortController() };
    this.#work = work;
    void this.#run(work, message).then((response) => {
      if (this.#work !== work) return;
      this.#work = undefined;
      outgoing.push({ id: work.id, response });
    });
  }

  async #run(work: Work, { request, timeoutMs }: Extract<FrontendMessage, { kind: 'request' }>): Promise<PeerHttpResponse> {
    const giveUp = (): void => work.abort.abort(new TelamonError('the deadline of the request has passed', { status: 504 }));
    const timer = setTimeout(giveUp, Math.min(timeoutMs === 0 ? MAX_TIMEOUT_MS : timeoutMs + DEADLINE_SLACK_MS, MAX_TIMEOUT_MS));
    try {
      return await this.#options.handler(request, work.abort.signal);
    } catch (error) {
      const status = error instanceof TelamonError ? error.status : 500;
      if (status >= 500) this.#options.log.warn('a request failed', { path: request.path, error });
      return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(`${textOf(error)}\n`) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #pause(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

/** Only operational errors are for others to read. */
function textOf(error: unknown): string {
  return error instanceof TelamonError ? error.message : 'internal error';
}

function cancelled(): TelamonError {
  return new TelamonError('the request was cancelled', { status: 499, isRetryable: false });
}

function shuttingDown(): TelamonError {
  return new TelamonError('the querier is shutting down', { status: 503 });
}
