import { TelamonError } from '@telamon/model';
import {
  FRONTEND_SERVICE,
  type PeerDuplexHandler,
  type PeerHttpRequest,
  type PeerHttpResponse,
  type PeerService,
} from '@telamon/rpc';
import type { MetricRegistry } from '@telamon/telemetry';
import { QuerierLink, QuerierLostError } from './querier-link.ts';
import { queriersOf } from './querier-shard.ts';
import { Queriers } from './queriers.ts';
import { createQueueMetrics, type QueueMetrics } from './queue-metrics.ts';
import { TenantQueues } from './tenant-queues.ts';

/** How a {@link RequestQueue} behaves. */
export interface RequestQueueOptions {
  /** Requests of one tenant that may wait; further ones are refused. */
  readonly maxOutstandingPerTenant: number;
  /** Queriers that work for a tenant; 0: all. */
  readonly maxQueriersOf: (tenant: string) => number;
  /** Largest body of a response, bytes. */
  readonly maxResponseBytes: number;
  /** Time that a querier gets to end a cancelled request, ms. Default 30,000. */
  readonly cancelGraceMs?: number;
  readonly registry: MetricRegistry;
  /** Monotonic clock, ms. */
  readonly nowMs: () => number;
}

/** Circumstances of a request. */
export interface SubmitOptions {
  /** Gives the request up: it leaves the queue, or its querier is told. */
  readonly signal: AbortSignal;
  /** Monotonic time at which no one waits any more, ms; the signal must abort then. */
  readonly deadlineMs: number;
  /** Queriers that failed with this request: others get it first. */
  readonly avoided?: ReadonlySet<string>;
  /** What the querier must be able to do beyond the first version; default '', nothing. */
  readonly feature?: string;
}

/** A response and how it came about. */
export interface QueueAnswer {
  readonly response: PeerHttpResponse;
  readonly querierId: string;
  /** Time that the request waited, ms. */
  readonly queuedMs: number;
}

interface Waiting {
  readonly tenant: string;
  readonly avoided: ReadonlySet<string>;
  readonly feature: string;
  readonly begin: (link: QuerierLink) => void;
  readonly refuse: (error: TelamonError) => void;
}

const NONE: ReadonlySet<string> = new Set();
const CANCEL_GRACE_MS = 30_000;

/**
 * Requests of tenants on their way to queriers, which pull them: bounded for each tenant, tenants take turns. Queriers connect by
 * {@link service}; while there is none, requests wait for their deadline.
 */
export class RequestQueue {
  /** What queriers call. */
  readonly service: PeerService;
  readonly #options: RequestQueueOptions;
  readonly #metrics: QueueMetrics;
  readonly #waiting = new TenantQueues<Waiting>();
  readonly #queriers = new Queriers();
  readonly #links = new Set<QuerierLink>();
  #inFlight = 0;
  #isStopped = false;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
    this.#metrics = createQueueMetrics(options.registry, () => this);
    this.service = { name: FRONTEND_SERVICE, duplex: { Process: (messages, call) => this.#process(messages, call) } };
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Requests that queriers work on. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Whether there are queriers, and all can do something beyond the first version. */
  allHave(feature: string): boolean {
    return this.#queriers.allHave(feature);
  }

  /** Queriers that are connected. */
  get querierCount(): number {
    return this.#queriers.ids.length;
  }

  /**
   * Queues a request and resolves to a querier's response, whatever its status. Rejects with TelamonErrors: 429 when too many of the
   * tenant wait, 503 when the queue is stopped, {@link QuerierLostError}; or with the signal's reason.
   */
  async submit(request: PeerHttpRequest, options: SubmitOptions): Promise<QueueAnswer> {
    this.#admit(request.tenant);
    const { signal, avoided = NONE, feature = '' } = options;
    signal.throwIfAborted();
    const queuedAtMs = this.#options.nowMs();
    return await new Promise<QueueAnswer>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting.remove(entry);
        reject(signal.reason);
      };
      const entry: Waiting = {
        tenant: request.tenant,
        avoided,
        feature,
        begin: (link) => {
          signal.removeEventListener('abort', giveUp);
          resolve(this.#send(link, request, { ...options, queuedAtMs }));
        },
        refuse: (error) => {
          signal.removeEventListener('abort', giveUp);
          reject(error);
        },
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(entry);
      this.#dispatch();
    });
  }

  /** Refuses new requests and lets queriers go when they have answered. Requests that wait are refused. */
  stop(): void {
    this.#isStopped = true;
    for (const entry of this.#waiting.drain()) entry.refuse(stopping());
    for (const link of [...this.#links]) link.leave();
  }

  #admit(tenant: string): void {
    if (this.#isStopped) throw stopping();
    if (this.#waiting.sizeOf(tenant) < this.#options.maxOutstandingPerTenant) return;
    this.#metrics.discarded();
    throw new TelamonError('too many outstanding requests', { status: 429, isRetryable: true });
  }

  /** Runs up to the message to the querier without a pause, so that no one else takes the link. */
  async #send(
    link: QuerierLink,
    request: PeerHttpRequest,
    { signal, deadlineMs, queuedAtMs }: SubmitOptions & { readonly queuedAtMs: number },
  ): Promise<QueueAnswer> {
    const nowMs = this.#options.nowMs();
    const queuedMs = nowMs - queuedAtMs;
    this.#metrics.dispatched(queuedMs);
    this.#inFlight++;
    try {
      const response = await link.send(request, deadlineMs - nowMs, signal);
      return { response, querierId: link.querierId, queuedMs };
    } catch (error) {
      if (error instanceof QuerierLostError) this.#metrics.querierLost();
      throw error;
    } finally {
      this.#inFlight--;
    }
  }

  #dispatch(): void {
    while (this.#waiting.size > 0 && this.#queriers.hasReady) {
      const links: QuerierLink[] = [];
      const taken = this.#waiting.takeRound((entry) => {
        const link = this.#queriers.take(entry.feature, this.#allowedFor(entry));
        if (link !== undefined) links.push(link);
        return link !== undefined;
      });
      taken.forEach((entry, i) => {
        entry.begin(links[i]!);
      });
      if (taken.length === 0) return;
    }
  }

  /** The tenant's queriers without those to avoid; when none else is left, these get another try. */
  #allowedFor({ tenant, avoided }: Waiting): (querierId: string) => boolean {
    const size = this.#options.maxQueriersOf(tenant);
    if (size === 0 && avoided.size === 0) return () => true;
    const shard = queriersOf(tenant, this.#queriers.ids, size);
    const preferred = new Set([...shard].filter((id) => !avoided.has(id)));
    const allowed = preferred.size > 0 ? preferred : shard;
    return (id) => allowed.has(id);
  }

  async *#process(...[messages, call]: Parameters<PeerDuplexHandler>): AsyncGenerator<Uint8Array, void, undefined> {
    const { maxResponseBytes, cancelGraceMs = CANCEL_GRACE_MS } = this.#options;
    const events = {
      onReady: (link: QuerierLink) => {
        if (this.#isStopped) {
          link.leave();
          return;
        }
        this.#queriers.ready(link);
        this.#dispatch();
      },
      onGone: (link: QuerierLink) => {
        this.#queriers.remove(link);
        this.#dispatch();
      },
    };
    const link = new QuerierLink(events, { maxResponseBytes, cancelGraceMs });
    const close = (): void => link.close();
    this.#links.add(link);
    call.signal.addEventListener('abort', close, { once: true });
    void link.read(messages);
    try {
      yield* link.outgoing;
    } finally {
      call.signal.removeEventListener('abort', close);
      this.#links.delete(link);
      link.close();
    }
  }
}

function stopping(): TelamonError {
  return new TelamonError('the query-frontend is shutting down', { status: 503 });
}
