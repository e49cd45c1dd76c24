import type { Lifecycler } from '@telamon/ring';
import type { ServingGate } from './serving-gate.ts';
import type { ShutdownMarker } from './shutdown-marker.ts';

/** Time that calls under way get when the stores close, ms. */
const CALLS_END_MS = 5_000;

/** The parts of an ingester's place. */
export interface IngesterPlaceParts {
  readonly lifecycler: Lifecycler;
  readonly gate: ServingGate;
  readonly marker: ShutdownMarker;
}

/**
 * An ingester among others: when it says what in the ring, and when it serves calls.
 *
 * ```
 *  register ──► (stores open) ──► serve ──► ... ──► leave ──► (hand over) ► stopServing ──► (stores close) ──► unregister
 *  joining                        active            leaving: no writes,   calls are       heartbeats end; gone for good only
 *                                                   reads go on           refused         when that was prepared
 * ```
 */
export class IngesterPlace {
  readonly #parts: IngesterPlaceParts;

  constructor(parts: IngesterPlaceParts) {
    this.#parts = parts;
  }

  /** Shows itself in the ring, so that its tokens are kept for it while it replays. */
  async register(signal: AbortSignal): Promise<void> {
    const { service } = this.#parts.lifecycler;
    service.start();
    await service.untilRunning(signal);
  }

  /** Takes calls, then writes. */
  async serve(): Promise<void> {
    this.#parts.gate.open();
    await this.#parts.lifecycler.activate();
  }

  /** Whether a stop that begins now is for good. */
  get isLeavingForGood(): boolean {
    return this.#parts.marker.isSet;
  }

  /** Takes no more writes. Whether it goes for good. */
  async leave(): Promise<boolean> {
    await this.#parts.lifecycler.leave();
    return this.isLeavingForGood;
  }

  async stopServing(): Promise<void> {
    await this.#parts.gate.close(CALLS_END_MS);
  }

  /** Ends the heartbeats; an instance that goes for good takes its tokens along. One that could not ship all stays as leaving. */
  async unregister({ isForGood }: { readonly isForGood: boolean }): Promise<void> {
    const { lifecycler, marker } = this.#parts;
    if (isForGood) lifecycler.isUnregisteredOnStop = true;
    lifecycler.service.stop();
    await lifecycler.service.untilTerminated();
    if (isForGood) marker.unset();
  }
}
