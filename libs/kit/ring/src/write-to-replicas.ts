import { TelamonError } from '@telamon/model';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { Instance } from './instance.ts';
import { ItemOutcomes } from './item-outcomes.ts';
import type { RingView } from './ring-view.ts';

/** Items on their way to their replicas. */
export interface ReplicaWrite {
  readonly view: RingView;
  /** Token of each item. */
  readonly tokens: Uint32Array;
  /**
   * Sends some items (positions in `tokens`, ascending) to an instance. Resolves to those that it refused for good, as the sender's
   * mistake. Throws when it is not known whether the items were stored, or when all are refused ({@link ReplicaWrite.isRefusal}).
   * The signal aborts at the deadline.
   */
  readonly call: (instance: Instance, items: readonly number[], signal: AbortSignal) => Promise<readonly number[]>;
  /** Longest time of each call, ms. */
  readonly timeoutMs: number;
  /** Ends the waiting, not the calls: replicas get their share all the same. */
  readonly signal?: AbortSignal;
  /** Whether what a call threw is the sender's mistake. Default: a TelamonError below 500 that is not retryable. */
  readonly isRefusal?: (error: unknown) => boolean;
  readonly clock?: Clock;
  /** Called once, when the last call has ended; for what the items' memory belongs to. */
  readonly onEnd?: () => void;
}

/**
 * Writes every item to its replicas and resolves as soon as all are decided: to the items that were refused. An item is stored when
 * a write quorum of its replicas took it, refused when so many refused it that no quorum is left, and lost when neither can be
 * any more. Rejects as soon as one item is lost, with a retryable TelamonError 503 `replicas-no-quorum`; with what a call threw
 * when items are refused because of it; with the view's error when there are too few instances to begin with; or with the
 * signal's reason. Calls that are still under way go on until their deadline.
 *
 * Cost: a look-up and about 30 bytes for each item, nothing else that grows with the items but their positions, once per replica.
 */
export async function writeToReplicas(write: ReplicaWrite): Promise<ReadonlySet<number>> {
  write.signal?.throwIfAborted();
  if (write.tokens.length === 0) return new Set();
  const groups = groupByInstance(write);
  return await new BatchWrite(write, groups).run();
}

/** The items of each instance, and what each item needs. */
interface Groups {
  readonly items: ReadonlyMap<Instance, readonly number[]>;
  readonly outcomes: ItemOutcomes;
}

function groupByInstance({ view, tokens }: ReplicaWrite): Groups {
  const items = new Map<Instance, number[]>();
  const outcomes = new ItemOutcomes(tokens.length);
  for (let item = 0; item < tokens.length; item++) {
    const { instances, maxErrors } = view.replicasOf(tokens[item]!, 'write');
    outcomes.expect(item, instances.length, maxErrors);
    for (let i = 0; i < instances.length; i++) {
      const instance = instances[i]!;
      const group = items.get(instance);
      if (group === undefined) items.set(instance, [item]);
      else group.push(item);
    }
  }
  return { items, outcomes };
}

class BatchWrite {
  readonly #write: ReplicaWrite;
  readonly #groups: Groups;
  readonly #isRefusal: (error: unknown) => boolean;
  readonly #failures: string[] = [];
  #refusal: unknown;
  #cause: unknown;

  constructor(write: ReplicaWrite, groups: Groups) {
    this.#write = write;
    this.#groups = groups;
    this.#isRefusal = write.isRefusal ?? isSendersMistake;
  }

  run(): Promise<ReadonlySet<number>> {
    const { signal, onEnd } = this.#write;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(signal!.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const settle = (): void => {
        const { undecided, lost } = this.#groups.outcomes;
        if (lost > 0) reject(this.#noQuorum());
        else if (undecided === 0) this.#finish(resolve, reject);
        else return;
        signal?.removeEventListener('abort', onAbort);
      };
      const calls = [...this.#groups.items].map(([instance, items]) => this.#call(instance, items).finally(settle));
      void Promise.allSettled(calls).then(onEnd);
    });
  }

  /** Never rejects. */
  async #call(instance: Instance, items: readonly number[]): Promise<void> {
    const controller = new AbortController();
    const clock = this.#write.clock ?? SYSTEM_CLOCK;
    let cancelTimer = (): void => {};
    const deadline = new Promise<never>((_, reject) => {
      cancelTimer = clock.setTimer(() => {
        const error = new TelamonError(`no answer within ${this.#write.timeoutMs} ms`, { id: 'replica-timeout', status: 503 });
        controller.abort(error);
        reject(error);
      }, this.#write.timeoutMs);
    });
    const { outcomes } = this.#groups;
    try {
      const refused = await Promise.race([callSafely(() => this.#write.call(instance, items, controller.signal)), deadline]);
      outcomes.accept(items, refused);
    } catch (error) {
      if (this.#isRefusal(error)) {
        this.#refusal ??= error;
        outcomes.refuse(items);
      } else {
        this.#cause = error;
        if (this.#failures.length < 3)
          this.#failures.push(`${instance.id}: ${error instanceof Error ? error.message : String(error)}`);
        outcomes.fail(items);
      }
    } finally {
      cancelTimer();
    }
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
