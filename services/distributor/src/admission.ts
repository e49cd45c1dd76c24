import type { PushFacet, SignalGrpcMethod, SignalRoute } from '@telamon/contract';
import { distributorMaxInflightPushRequests } from '@telamon/limits';
import { type RetryAfterConfig, withRetryAfter } from './retry-after.ts';

/** Bounds of what one distributor works on at a time, and what it tells those that it refuses. */
export interface AdmissionLimits extends RetryAfterConfig {
  /** Write requests at one time; 0 = any number. */
  readonly maxInflightPushRequests: number;
}

/**
 * Lets write requests in. Beyond the limit a request is refused with a 503 that its sender retries, before its body is
 * read, so that a burst costs sockets and not memory. Failures that are worth a retry tell when.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  #inflight = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Write requests at work now. */
  get inflightRequests(): number {
    return this.#inflight;
  }

  /** The same facet with every route and method behind the limit. */
  guard(facet: PushFacet): PushFacet {
    const guardRoute = (route: SignalRoute): SignalRoute => ({
      ...route,
      handler: (context) => withRetryAfter(context, this.#limits, () => this.#admit(() => route.handler(context))),
    });
    const guardMethod = (method: SignalGrpcMethod): SignalGrpcMethod => ({
      ...method,
      handler: (message, call) => this.#admit(() => method.handler(message, call)),
    });
    return {
      routes: facet.routes.map(guardRoute),
      otlpRoutes: facet.otlpRoutes.map(guardRoute),
      otlpMethods: facet.otlpMethods.map(guardMethod),
    };
  }

  async #admit<T>(work: () => Promise<T>): Promise<T> {
    const limit = this.#limits.maxInflightPushRequests;
    if (limit > 0 && this.#inflight >= limit) throw distributorMaxInflightPushRequests();
    this.#inflight++;
    try {
      return await work();
    } finally {
      this.#inflight--;
    }
  }
}
