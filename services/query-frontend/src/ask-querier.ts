import type { PeerHttpRequest, PeerHttpResponse } from '@telamon/rpc';
import type { FrontendMetrics } from './frontend-metrics.ts';
import { QuerierLostError } from './queue/querier-link.ts';
import type { RequestQueue } from './queue/request-queue.ts';
import { Slots } from './slots.ts';

/** What asking needs. */
export interface AskOptions {
  readonly queue: RequestQueue;
  readonly maxRetries: number;
  /** Requests of one query that are under way at one time. */
  readonly maxParallel: number;
  readonly isRetryable: (response: PeerHttpResponse) => boolean;
  readonly metrics: FrontendMetrics;
}

interface Try {
  readonly signal: AbortSignal;
  readonly feature: string;
  /** Queriers that failed; grows. */
  readonly avoided: Set<string>;
  readonly isLast: boolean;
}

/** Sends the requests of one query to queriers, and counts what they cost. */
export class QueryAsker {
  readonly #options: AskOptions;
  readonly #deadlineMs: number;
  readonly #slots: Slots;
  #queuedMs = 0;
  #requests = 0;
  #bytes = 0;

  /** `deadlineMs`: monotonic time at which the signals of all requests abort at the latest. */
  constructor(options: AskOptions, deadlineMs: number) {
    this.#options = options;
    this.#deadlineMs = deadlineMs;
    this.#slots = new Slots(options.maxParallel);
  }

  /** Whether every querier can do something beyond the first version. */
  allHave(feature: string): boolean {
    return this.#options.queue.allHave(feature);
  }

  /** Requests that were answered, the longest wait for a querier, and bytes of their answers. */
  get cost(): { readonly requests: number; readonly queuedMs: number; readonly fetchedBytes: number } {
    return { requests: this.#requests, queuedMs: this.#queuedMs, fetchedBytes: this.#bytes };
  }

  /**
   * A querier's response. One that is lost, or whose response another querier may better, is followed by a further try elsewhere.
   * Rejects with what the queue rejects with. `feature`: what the querier must be able to do beyond the first version.
   */
  async ask(request: PeerHttpRequest, signal: AbortSignal, feature: string = ''): Promise<PeerHttpResponse> {
    return await this.#slots.run(async () => {
      signal.throwIfAborted();
      const avoided = new Set<string>();
      for (let tries = 1; ; tries++) {
        const isLast = tries > this.#options.maxRetries;
        const response = await this.#try(request, { signal, feature, avoided, isLast });
        if (response !== undefined) return response;
        this.#options.metrics.retried();
      }
    });
  }

  /** undefined when there is to be another try. */
  async #try(request: PeerHttpRequest, { signal, feature, avoided, isLast }: Try): Promise<PeerHttpResponse | undefined> {
    const { queue, isRetryable } = this.#options;
    try {
      const { response, querierId, queuedMs } = await queue.submit(request, {
        ...{ signal, avoided, feature },
        deadlineMs: this.#deadlineMs,
      });
      this.#requests++;
      this.#queuedMs = Math.max(this.#queuedMs, queuedMs);
      this.#bytes += response.body.length;
      // A querier that gives up by itself says 499, though our client is still there.
      const isWorthRetry = response.status === 499 || (response.status >= 500 && isRetryable(response));
      if (isLast || !isWorthRetry) return response;
      avoided.add(querierId);
      return undefined;
    } catch (error) {
      if (isLast || !(error instanceof QuerierLostError) || signal.aborted) throw error;
      avoided.add(error.querierId);
      return undefined;
    }
  }
}
