import { LruMap } from '@telamon/algo';
import { CircuitBreaker, type CircuitBreakerOptions, type Passage } from './circuit-breaker.ts';

/** Most instances that are watched. */
const BREAKERS_MAX = 10_000;

/** A {@link CircuitBreaker} for each instance that is called, by its id. */
export class CircuitBreakers {
  readonly #options: CircuitBreakerOptions;
  readonly #breakers = new LruMap<string, CircuitBreaker>({ maxCost: BREAKERS_MAX });

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** Lets a call to an instance through, or throws a retryable TelamonError 503 `circuit-breaker-open`. */
  enter(id: string): Passage {
    let breaker = this.#breakers.get(id);
    if (breaker === undefined) {
      breaker = new CircuitBreaker(id, this.#options);
      this.#breakers.set(id, breaker);
    }
    return breaker.enter();
  }

  /** Makes a call when it is let through. `signal`: when this has aborted, a failed call was given up and does not count. */
  async run<T>(id: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const passage = this.enter(id);
    try {
      const result = await call();
      passage.succeed();
      return result;
    } catch (error) {
      passage.fail(signal?.aborted === true && !isTimeout(signal.reason) ? GIVEN_UP : error);
      throw error;
    }
  }

  /** Lets calls to an instance through as if none had been made: it was started anew. */
  forget(id: string): void {
    this.#breakers.delete(id);
  }

  /** Whether calls to an instance are refused now. */
  isOpen(id: string): boolean {
    return this.#breakers.peek(id)?.isOpen === true;
  }

  /** Instances whose breakers are open, for metrics and pages. */
  open(): string[] {
    return [...this.#breakers.entries()].flatMap(([id, breaker]) => (breaker.isOpen ? [id] : []));
  }
}

/** A deadline is the other side's failure, though it was us who aborted. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && (reason.name === 'TimeoutError' || ('status' in reason && reason.status === 503));
}

const GIVEN_UP: Error = Object.assign(new Error('given up'), { name: 'AbortError' });
