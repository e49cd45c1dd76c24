import { DecodeError } from '@telamon/bytes';
import { KvConflictError, type KvEntry, type KvStore } from '@telamon/kv';
import { TelamonError } from '@telamon/model';
import { decodeInstance, encodeInstance, type InstanceEntry, ringKey } from './instance-codec.ts';

/** Conflicts in a row after which a write is left to the next heartbeat. */
const ATTEMPTS = 5;

/** Settings of an {@link OwnEntry}. */
export interface OwnEntryOptions {
  readonly kv: KvStore;
  readonly ring: string;
  /** Longest wait for one write, ms. */
  readonly timeoutMs: number;
}

/** Another process uses the id of this instance. Not retryable: one of the two must get another id. */
export class InstanceIdTakenError extends TelamonError {
  constructor(ring: string, other: InstanceEntry) {
    super(
      `the instance id ${other.id} of the ring ${ring} is taken by another process at ${other.address || 'an unknown address'}: ` +
        'give each process an id of its own (--ring.instance-id)',
      { id: 'ring-instance-id-taken', status: 409 },
    );
    this.name = 'InstanceIdTakenError';
  }
}

/**
 * The entry of this process in the store, written only on condition that nobody else wrote it since. When someone did, it is
 *
 * - gone: the store was wiped, or an operator forgot the instance. It is made again, with the same tokens.
 * - ours: an earlier write arrived though no answer did.
 * - rubbish: overwritten.
 * - of another process with this id: who serves already keeps it, who is still on the way in gives up with
 *   {@link InstanceIdTakenError}; so does who leaves, as the other one is then a successor.
 *
 * Writes go one after another.
 */
export class OwnEntry {
  readonly #options: OwnEntryOptions;
  readonly #id: string;
  readonly #incarnation: string;
  #revision: number | undefined;
  /** Once lost, the entry is the other's. */
  #lost: InstanceIdTakenError | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: OwnEntryOptions, id: string, incarnation: string) {
    this.#options = options;
    this.#id = id;
    this.#incarnation = incarnation;
  }

  /** What the store holds of this id, with an undefined entry when it is rubbish. Later writes are on condition that it stays so. */
  async read(signal?: AbortSignal): Promise<{ readonly entry: InstanceEntry | undefined } | undefined> {
    const found = await this.#options.kv.get(this.#key, this.#call(signal));
    this.#revision = found?.revision;
    return found === undefined ? undefined : { entry: decodeOrNothing(this.#id, found) };
  }

  /** Writes what `make` returns at the time of each attempt. */
  write(make: () => InstanceEntry, signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#write(make, signal));
  }

  /** Removes the entry, unless it is another's by now. */
  remove(): Promise<void> {
    return this.#inTurn(async () => {
      const found = await this.read();
      if (found?.entry?.incarnation === this.#incarnation) await this.#options.kv.delete(this.#key, this.#revision, this.#call());
      this.#revision = undefined;
    });
  }

  get #key(): string {
    return ringKey(this.#options.ring, this.#id);
  }

  #call(signal?: AbortSignal): { timeoutMs: number; signal?: AbortSignal } {
    const { timeoutMs } = this.#options;
    return signal === undefined ? { timeoutMs } : { timeoutMs, signal };
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #write(make: () => InstanceEntry, signal: AbortSignal | undefined): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (this.#lost !== undefined) throw this.#lost;
      const entry = make();
      try {
        this.#revision = await this.#put(encodeInstance(entry), signal);
        return;
      } catch (error) {
        if (!(error instanceof KvConflictError) || attempt === ATTEMPTS) throw error;
      }
      const found = await this.read(signal);
      if (found?.entry !== undefined) this.#judge(entry, found.entry);
    }
  }

  #put(value: Uint8Array, signal: AbortSignal | undefined): Promise<number> {
    const { kv } = this.#options;
    if (this.#revision === undefined) return kv.create(this.#key, value, this.#call(signal));
    return kv.update(this.#key, value, this.#revision, this.#call(signal));
  }

  #judge(mine: InstanceEntry, found: InstanceEntry): void {
    if (found.incarnation === this.#incarnation) return;
    if (serves(mine) && !serves(found)) return;
    this.#lost = new InstanceIdTakenError(this.#options.ring, found);
  }
}

function serves({ state }: InstanceEntry): boolean {
  return state === 'active' || state === 'readonly';
}

function decodeOrNothing(id: string, { value }: KvEntry): InstanceEntry | undefined {
  try {
    return decodeInstance(id, value);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
