import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { ObjectReader } from './read-object.ts';

/** How reads are hedged. */
export interface HedgeOptions {
  /** Time without an answer after which the same is asked once more, ms. */
  readonly afterMs: number;
  /** Most second reads as a share of all, so that a slow store is not asked twice as much. Default 0.1. */
  readonly share?: number;
  readonly clock?: Clock;
}

/** Second reads that may be made at once before the share counts. */
const BURST = 10;

/** Reads ranges of a bucket, and asks a second time when the first answer is late; whichever comes first counts. */
export class HedgedReader implements ObjectReader {
  readonly #inner: ObjectReader;
  readonly #options: Required<HedgeOptions>;
  #budget = BURST;

  constructor(inner: ObjectReader, options: HedgeOptions) {
    this.#inner = inner;
    this.#options = { share: 0.1, clock: SYSTEM_CLOCK, ...options };
  }

  head(...args: Parameters<ObjectReader['head']>): ReturnType<ObjectReader['head']> {
    return this.#inner.head(...args);
  }

  async getRange(...[key, range, signal]: Parameters<ObjectReader['getRange']>): Promise<Uint8Array> {
    const { share, clock, afterMs } = this.#options;
    this.#budget = Math.min(BURST, this.#budget + share);
    const controller = new AbortController();
    const stop = signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]);
    const ask = (): Promise<Uint8Array> => this.#inner.getRange(key, range, stop);
    const first = ask();
    // Its failure is the answer while no second read is under way: trying again is somebody else's task.
    let isAlone = true;
    let cancelTimer = (): void => {};
    const second = new Promise<Uint8Array>((resolve, reject) => {
      cancelTimer = clock.setTimer(() => {
        if (this.#budget < 1) return;
        this.#budget--;
        isAlone = false;
        ask().then(resolve, reject);
      }, afterMs);
      first.catch((error: unknown) => {
        if (isAlone) reject(error);
      });
    });
    try {
      return await Promise.any([first, second]);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    } finally {
      cancelTimer();
      controller.abort(new Error('another answer came first'));
    }
  }
}
