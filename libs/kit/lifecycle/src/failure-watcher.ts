import type { Service } from './service.ts';

/** A watched service and what it failed with. */
export interface ServiceFailure {
  readonly service: string;
  readonly failure: unknown;
}

/** Watches services and tells of those that fail. Close it before stopping them on purpose if failures no longer matter. */
export class FailureWatcher {
  readonly #onFailure: (failure: ServiceFailure) => void;
  readonly #removals: (() => void)[] = [];

  /** `onFailure` is called once per failed service; it must not throw. */
  constructor(onFailure: (failure: ServiceFailure) => void) {
    this.#onFailure = onFailure;
  }

  /** Adds a service in any state; one that has failed already is told of at once. */
  watch(service: Service): void {
    if (service.state === 'failed') {
      this.#onFailure({ service: service.name, failure: service.failure });
      return;
    }
    this.#removals.push(
      service.onTransition((_from, to, failure) => {
        if (to === 'failed') this.#onFailure({ service: service.name, failure });
      }),
    );
  }

  /** Stops watching. Idempotent. */
  close(): void {
    for (const remove of this.#removals.splice(0)) remove();
  }
}
