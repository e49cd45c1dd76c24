import { TelamonError } from '@telamon/model';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { Instance } from './instance.ts';
import { groupItems, type ItemGroups } from './item-groups.ts';
import type { RingView } from './ring-view.ts';

/** Items on their way to their replicas. */
export interface ReplicaWrite {
  readonly view: RingView;
  /** Token of each item. */
  readonly tokens: Uint32Array;
  /**
   * Sends some items (positions in `tokens`, ascending) to an instance. Resolves to those that it refused for good, as the sender's
   * mistake. Throws when it is not known whether the items were stored, or when all are refused ({@link ReplicaWrite.isRefusal}).
   * The signal aborts at the deadline unless all calls have ended before.
   */
  readonly call: (instance: Instance, items: readonly number[], signal: AbortSignal) => Promise<readonly number[]>;
  /** Longest time of each call, ms. */
  readonly timeoutMs: number;
  /** Ends the waiting, not the calls: replicas get their share all the same. */
  readonly signal?: AbortSignal;
  /** Whether what a call threw is the sender's mistake. Default: a TelamonError below 500 that is not retryable. */
  readonly isRefusal?: (error: unknown) => boolean;
  readonly clock?: Clock;
  /** Called once, when the last call has ended or none is made; for what the items' memory belongs to. */
  readonly onEnd?: () => void;
}

/**
 * Writes every item to its replicas and resolves as soon as all are decided: to the items that were refused. An item is stored when
 * a write quorum of its replicas took it, refused when so many refused it that no quorum is left, and lost when neither can be
 * any more. Rejects as soon as one item is lost, with a retryable TelamonError 503 `replicas-no-quorum`; with what a call threw
 * when items are refused because of it; with the view's error when there are too few instances to begin with; or with the
 * signal's reason. Calls that are still under way go on until their deadline.
 *
 * Cost: a look-up and about 30 bytes for each item; next to nothing where all items go to the same replicas.
 */
export async function writeToReplicas(write: ReplicaWrite): Promise<ReadonlySet<number>> {
  let batch: BatchWrite;
  try {
    write.signal?.throwIfAborted();
    batch = new BatchWrite(write, groupItems(write.view, write.tokens));
  } catch (error) {
    write.onEnd?.();
    throw error;
  }
  return await batch.run();
}

/** A call that has not ended. */
interface OpenCall {
  readonly instance: Instance;
  readonly items: readonly number[];
}

class BatchWrite {
  readonly #write: ReplicaWrite;
  readonly #groups: ItemGroups;
  readonly #open = new Set<OpenCall>();
  readonly #failures: string[] = [];
  /** Of all calls: those that have ended no longer listen. */
  readonly #deadline = new AbortController();
  #refusal: unknown;
  #cause: unknown;
  #cancelDeadline: () => void = () => {};
  #settle: () => void = () => {};

  constructor(write: ReplicaWrite, groups: ItemGroups) {
    this.#write = write;
    this.#groups = groups;
  }

  run(): Promise<ReadonlySet<number>> {
    const { signal, timeoutMs, clock = SYSTEM_CLOCK, onEnd } = this.#write;
    if (this.#groups.items.size === 0) {
      onEnd?.();
      return Promise.resolve(new Set());
    }
    const settled = new Promise<ReadonlySet<number>>((resolve, reject) => {
      const onAbort = (): void => reject(signal!.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#settle = (): void => {
        const { hasUndecided, hasLost } = this.#groups.outcomes;
        if (!hasLost && hasUndecided) return;
        this.#settle = () => {};
        signal?.removeEventListener('abort', onAbort);
        if (hasLost) reject(this.#noQuorum());
        else this.#finish(resolve, reject);
      };
    });
    // One deadline serves all, as all calls begin together.
    this.#cancelDeadline = clock.setTimer(() => this.#expire(), timeoutMs);
    const calls = [...this.#groups.items].map(([instance, items]) => ({ instance, items }));
    for (const call of calls) this.#open.add(call);
    for (const call of calls) this.#begin(call);
    return settled;
  }

  #begin(call: OpenCall): void {
    const { instance, items } = call;
    callSafely(() => this.#write.call(instance, items, this.#deadline.signal)).then(
      (refused) => this.#end(call, () => this.#groups.outcomes.accept(items, refused)),
      (error: unknown) => this.#end(call, () => this.#onError(call, error)),
    );
  }

  #expire(): void {
    const error = new TelamonError(`no answer within ${this.#write.timeoutMs} ms`, { id: 'replica-timeout', status: 503 });
    this.#deadline.abort(error);
    for (const call of [...this.#open]) this.#end(call, () => this.#onError(call, error));
  }

  /** Counts what became of a call, once. */
  #end(call: OpenCall, count: () => void): void {
    if (!this.#open.delete(call)) return;
    count();
    this.#settle();
    if (this.#open.size > 0) return;
    this.#cancelDeadline();
    this.#write.onEnd?.();
  }

  #onError({ instance, items }: OpenCall, error: unknown): void {
    const isRefusal = this.#write.isRefusal ?? isSendersMistake;
    if (isRefusal(error)) {
      this.#refusal ??= error;
      this.#groups.outcomes.refuse(items);
      return;
    }
    this.#cause = error;
    const message = error instanceof Error ? error.message : String(error);
    if (this.#failures.length < 3) this.#failures.push(`${instance.id}: ${message}`);
    this.#groups.outcomes.fail(items);
  }

  #finish(resolve: (refused: ReadonlySet<number>) => void, reject: (error: unknown) => void): void {
    const { outcomes } = this.#groups;
    if (this.#refusal !== undefined && outcomes.hasUntoldRefusal) reject(this.#refusal);
    else resolve(outcomes.refused());
  }

  #noQuorum(): TelamonError {
    const text = `a quorum of replicas could not be written to: ${this.#failures.join('; ') || 'they disagree about what to refuse'}`;
    return new TelamonError(text, { id: 'replicas-no-quorum', status: 503, isRetryable: true, cause: this.#cause });
  }
}

/** What throws before it returns a promise fails like the promise. */
async function callSafely<T>(call: () => Promise<T>): Promise<T> {
  return await call();
}

function isSendersMistake(error: unknown): boolean {
  return error instanceof TelamonError && error.status < 500 && !error.isRetryable;
}
