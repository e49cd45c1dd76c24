import { setImmediate as nextTurn } from 'node:timers/promises';

/** Messages of one call between two turns of the event loop. */
const MESSAGES_PER_TURN = 64;

/**
 * Lets others have their turn during a long stream: when both ends are fast, everything a message waits for may be done at once, and timers,
 * cancellations and other calls would wait for the end of the stream.
 */
export class Pacer {
  #messages = 0;

  /** After each message: undefined, or now and then what to wait for. */
  pause(): Promise<void> | undefined {
    this.#messages++;
    return this.#messages % MESSAGES_PER_TURN === 0 ? nextTurn() : undefined;
  }
}
