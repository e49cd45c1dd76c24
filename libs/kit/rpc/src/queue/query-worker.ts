import type { PeerTransport } from '../peer/peer-contract.ts';
import type { RpcLog } from '../rpc-log.ts';
import { FrontendStream } from './frontend-stream.ts';
import type { PeerHttpHandler } from './peer-http.ts';

/** Addresses of frontends as they come and go; a membership ring, mostly. */
export interface FrontendFinder {
  /** `host:port` of each frontend that lives now. */
  addresses(): readonly string[];
  /** Calls back after every change. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
}

/** What a {@link QueryWorker} stands on. */
export interface QueryWorkerOptions {
  readonly transport: PeerTransport;
  readonly finder: FrontendFinder;
  /** Unique among queriers. */
  readonly querierId: string;
  /** What it can do beyond the first version; requests that need more go to others. Default: nothing. */
  readonly features?: readonly string[];
  /** Requests that one frontend may have this querier work on at one time. */
  readonly streamsPerFrontend: number;
  readonly handler: PeerHttpHandler;
  readonly log: RpcLog;
  /** First wait before a broken stream is opened again, ms; doubles up to `maxRetryDelayMs`. Defaults 100 and 5,000. */
  readonly retryDelayMs?: number;
  readonly maxRetryDelayMs?: number;
  /** 0 <= x < 1; default `Math.random`. */
  readonly random?: () => number;
}

/**
 * A querier's half of the queue: keeps streams open to every frontend, takes a request at a time from each, runs it, and sends its
 * response back. Streams that break are opened again; frontends that the finder no longer names are left once their request is done.
 */
export class QueryWorker {
  readonly #options: QueryWorkerOptions;
  readonly #streams = new Map<string, FrontendStream[]>();
  /** Streams of frontends that were left, until they are closed. */
  readonly #leaving = new Set<FrontendStream>();
  /** Frontends whose loss was told. */
  readonly #lost = new Set<string>();
  #unsubscribe: (() => void) | undefined;
  #isStopped = false;

  constructor(options: QueryWorkerOptions) {
    if (!(options.streamsPerFrontend >= 1)) throw new Error('a query worker needs at least one stream per frontend');
    this.#options = options;
  }

  /** Opens streams to all frontends and follows the finder. */
  start(): void {
    this.#unsubscribe = this.#options.finder.onChange(() => this.#follow());
    this.#follow();
  }

  /** Frontends that it keeps streams to. */
  get frontends(): readonly string[] {
    return [...this.#streams.keys()].sort();
  }

  /**
   * Takes no more requests, finishes those under way, and resolves when all streams are closed; what is not done after `drainTimeoutMs`
   * is aborted, and its frontend gives it to another querier.
   */
  async stop(drainTimeoutMs: number): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#unsubscribe?.();
    for (const address of [...this.#streams.keys()]) this.#leave(address, drainTimeoutMs);
    await Promise.all([...this.#leaving].map((stream) => stream.stop(drainTimeoutMs)));
  }

  #follow(): void {
    if (this.#isStopped) return;
    const wanted = new Set(this.#options.finder.addresses());
    for (const address of [...this.#streams.keys()]) if (!wanted.has(address)) this.#leave(address, LOST_FRONTEND_DRAIN_MS);
    for (const address of wanted) if (!this.#streams.has(address)) this.#join(address);
  }

  #join(address: string): void {
    const { streamsPerFrontend } = this.#options;
    this.#options.log.info('taking queries from a frontend', { address, streams: streamsPerFrontend });
    const client = this.#options.transport.client(address);
    const options = {
      ...this.#options,
      onLost: (error: unknown) => this.#lose(address, error),
      onHeard: () => void this.#lost.delete(address),
    };
    const streams = Array.from({ length: streamsPerFrontend }, () => new FrontendStream(client, options));
    this.#streams.set(address, streams);
    for (const stream of streams) stream.start();
  }

  #leave(address: string, drainTimeoutMs: number): void {
    const streams = this.#streams.get(address) ?? [];
    this.#streams.delete(address);
    this.#lost.delete(address);
    for (const stream of streams) {
      this.#leaving.add(stream);
      void stream.stop(drainTimeoutMs).then(() => this.#leaving.delete(stream));
    }
  }

  /** Once for all streams to a frontend, until it is heard of again. */
  #lose(address: string, error: unknown): void {
    if (this.#lost.has(address)) return;
    this.#lost.add(address);
    this.#options.log.warn('lost a frontend, trying again', { address, error });
  }
}

/** Time that a frontend gets to take the last answers after the finder has dropped it, ms. */
const LOST_FRONTEND_DRAIN_MS = 30_000;
