import type { SignalCalls } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import type { PeerStreamHandler, PeerUnaryHandler } from '@telamon/rpc';

/** How often the end of calls is looked for, ms. */
const POLL_MS = 10;

/**
 * Lets calls of other processes through while the stores are open. A store that is not open looks empty, and an empty answer would be
 * taken for all there is; so calls are refused with 503 before and after, and the stores are closed only when none is under way.
 */
export class ServingGate {
  #isOpen = false;
  #inFlight = 0;

  /** Calls under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Refuses further calls and waits for those under way, but not longer than `timeoutMs`. */
  async close(timeoutMs: number): Promise<void> {
    this.#isOpen = false;
    const deadlineMs = performance.now() + timeoutMs;
    while (this.#inFlight > 0 && performance.now() < deadlineMs) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }

  /** The same calls behind the gate. */
  guard({ unary = {}, streams = {}, duplex }: SignalCalls): SignalCalls {
    return {
      unary: mapValues(unary, (handler) => this.#unary(handler)),
      streams: mapValues(streams, (handler) => this.#stream(handler)),
      ...(duplex === undefined ? {} : { duplex }),
    };
  }

  #unary(handler: PeerUnaryHandler): PeerUnaryHandler {
    return async (message, call) => {
      this.#enter();
      try {
        return await handler(message, call);
      } finally {
        this.#inFlight--;
      }
    };
  }

  #stream(handler: PeerStreamHandler): PeerStreamHandler {
    const enter = (): void => this.#enter();
    const leave = (): void => void this.#inFlight--;
    return async function* (message, call) {
      enter();
      try {
        yield* handler(message, call);
      } finally {
        leave();
      }
    };
  }

  #enter(): void {
    if (!this.#isOpen)
      throw new TelamonError('the ingester is starting or stopping', {
        id: 'ingester-not-running',
        status: 503,
        isRetryable: true,
      });
    this.#inFlight++;
  }
}

function mapValues<T>(record: Readonly<Record<string, T>>, map: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
