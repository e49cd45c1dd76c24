import { TelamonError } from '@telamon/model';
import {
  decodeQuerierMessage,
  encodeFrontendMessage,
  type PeerHttpRequest,
  type PeerHttpResponse,
  PushQueue,
  type QuerierMessage,
  type ResponsePart,
} from '@telamon/rpc';

/** The querier died, or cut the stream, with a request under way: another one may take it. */
export class QuerierLostError extends TelamonError {
  readonly querierId: string;

  constructor(querierId: string, cause?: unknown) {
    super('the querier that worked on the request is gone', { status: 503, isRetryable: true, cause });
    this.querierId = querierId;
  }
}

/** Told of what happens to a link. */
export interface LinkEvents {
  /** It takes a request now. */
  readonly onReady: (link: QuerierLink) => void;
  /** It never takes one again. */
  readonly onGone: (link: QuerierLink) => void;
}

/** Bounds of a link. */
export interface LinkLimits {
  readonly maxResponseBytes: number;
  /** Time that a querier gets to end a cancelled request before the stream is given up, ms. */
  readonly cancelGraceMs: number;
}

interface Pending {
  readonly id: number;
  readonly resolve: (response: PeerHttpResponse) => void;
  readonly reject: (reason: unknown) => void;
  readonly chunks: Uint8Array[];
  sizeBytes: number;
  head: ResponsePart | undefined;
  graceTimer: NodeJS.Timeout | undefined;
}

/**
 * A stream that a querier has opened, from the frontend's side: carries one request at a time.
 *
 * ```
 *  opened ──hello──► ready ──send──► busy ──last part──► ready
 *                      │               │ leaving: gone after the last part
 *                      └── leaving, end of stream ──► gone
 * ```
 */
export class QuerierLink {
  /** Messages to the querier; ends with the link. */
  readonly outgoing: PushQueue<Uint8Array> = new PushQueue();
  readonly #events: LinkEvents;
  readonly #limits: LinkLimits;
  #querierId: string | undefined;
  #features: ReadonlySet<string> = new Set();
  #pending: Pending | undefined;
  #lastId = 0;
  #isLeaving = false;
  #isGone = false;
  #failure: unknown;

  constructor(events: LinkEvents, limits: LinkLimits) {
    this.#events = events;
    this.#limits = limits;
  }

  /** The querier at the other end. Throws before it said hello (programmer error). */
  get querierId(): string {
    if (this.#querierId === undefined) throw new Error('the querier has not said who it is');
    return this.#querierId;
  }

  /** Whether the querier can do something beyond the first version; '' is the first version. */
  has(feature: string): boolean {
    return feature === '' || this.#features.has(feature);
  }

  /** Whether {@link send} may be called. */
  get isReady(): boolean {
    return this.#querierId !== undefined && this.#pending === undefined && !this.#isLeaving && !this.#isGone;
  }

  /** Reads what the querier says until it is gone. Never rejects. */
  async read(messages: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of messages) this.#take(decodeQuerierMessage(bytes));
    } catch (error) {
      this.#failure = error;
    } finally {
      this.close();
    }
  }

  /**
   * Sends a request and resolves to its response. When the signal aborts, the querier is told and the promise rejects at once with
   * the signal's reason; the link is ready again when the querier has ended the request. @throws QuerierLostError when it dies.
   */
  async send(request: PeerHttpRequest, timeoutMs: number, signal: AbortSignal): Promise<PeerHttpResponse> {
    if (!this.isReady) throw new Error('the link takes no request now');
    const id = ++this.#lastId;
    const cancel = (): void => this.#cancel(id, signal.reason);
    try {
      return await new Promise<PeerHttpResponse>((resolve, reject) => {
        this.#pending = { id, resolve, reject, chunks: [], sizeBytes: 0, head: undefined, graceTimer: undefined };
        this.outgoing.push(encodeFrontendMessage({ kind: 'request', id, timeoutMs: Math.max(1, Math.ceil(timeoutMs)), request }));
        signal.addEventListener('abort', cancel, { once: true });
        if (signal.aborted) cancel();
      });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Takes no more requests; ends when the one under way is answered. */
  leave(): void {
    this.#isLeaving = true;
    if (this.#pending === undefined) this.close();
  }

  /** Ends the stream. A request under way is rejected as lost. */
  close(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.outgoing.end();
    const pending = this.#pending;
    this.#pending = undefined;
    clearTimeout(pending?.graceTimer);
    pending?.reject(new QuerierLostError(this.#querierId ?? '', this.#failure));
    if (this.#querierId !== undefined) this.#events.onGone(this);
  }

  #take(message: QuerierMessage | undefined): void {
    if (message === undefined || this.#isGone) return;
    if (message.kind === 'hello') this.#greet(message);
    else if (message.kind === 'leaving') this.leave();
    else this.#takePart(message.part);
  }

  #greet({ querierId, features }: Extract<QuerierMessage, { kind: 'hello' }>): void {
    if (querierId === '' || this.#querierId !== undefined)
      throw new TelamonError('a querier must say once who it is', { status: 400 });
    this.#querierId = querierId;
    this.#features = new Set(features);
    this.#events.onReady(this);
  }

  #takePart(part: ResponsePart): void {
    const pending = this.#pending;
    if (pending === undefined || part.id !== pending.id) {
      throw new TelamonError('a querier answered what it was not asked', { status: 400 });
    }
    pending.head ??= part;
    pending.sizeBytes += part.body.length;
    if (pending.sizeBytes <= this.#limits.maxResponseBytes) pending.chunks.push(part.body);
    else this.#cancel(pending.id, tooLarge(this.#limits.maxResponseBytes));
    if (part.isLast) this.#finish(pending);
  }

  #finish(pending: Pending): void {
    this.#pending = undefined;
    clearTimeout(pending.graceTimer);
    const { status, headers } = pending.head!;
    // After a cancellation no one listens any more.
    pending.resolve({ status, headers, body: joined(pending.chunks) });
    if (this.#isLeaving) this.close();
    else this.#events.onReady(this);
  }

  #cancel(id: number, reason: unknown): void {
    const pending = this.#pending;
    if (pending?.id !== id || pending.graceTimer !== undefined) return;
    this.outgoing.push(encodeFrontendMessage({ kind: 'cancel', id }));
    pending.chunks.length = 0;
    pending.graceTimer = setTimeout(() => this.close(), this.#limits.cancelGraceMs);
    pending.reject(reason);
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): TelamonError {
  return new TelamonError(`the response is larger than ${maxBytes} bytes`, { status: 500, isRetryable: false });
}
