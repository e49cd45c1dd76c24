import { randomUUID } from 'node:crypto';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import { KvConflictError } from './kv-conflict-error.ts';
import type { KvCallOptions, KvEntry, KvStore } from './kv-store.ts';

/** Share of the duration that the holder itself counts on: clocks of two machines don't run equally fast. */
const OWN_SHARE = 0.9;

/** Whose lease, where, and how long it lasts without a renewal. */
export interface LeaseOptions {
  readonly kv: KvStore;
  /** Key in the store; one lease each. */
  readonly key: string;
  /** Name of this contender, for people. Two with the same name are still two. */
  readonly holder: string;
  readonly durationMs: number;
  readonly clock?: Clock;
}

/** What is known of who holds a lease. */
export interface LeaseHolder {
  readonly holder: string;
  /** Wall clock of the holder at its last renewal, ms since 1970; for people only. */
  readonly renewedMs: number;
}

/**
 * A right that at most one process has at a time, kept by renewing it. Wall clocks don't matter: a contender takes it over after it saw
 * the same revision for a whole duration on its own monotonic clock, and the holder stops believing in it a tenth earlier, counted from
 * before its last renewal was sent. So look at {@link Lease.isHeld} before each step that only a holder may do, and make steps shorter
 * than the rest; a process that stops for long inside a step needs a condition of the store it writes to as well.
 *
 * Value: JSON `{"holder": name, "token": id of this object, "renewedMs": wall clock, "durationMs": n}`. Calls of one object must not overlap.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #clock: Clock;
  readonly #token: string = randomUUID();
  #revision: number | undefined;
  #heldUntilMs: number = Number.NEGATIVE_INFINITY;
  #observed: { readonly revision: number; readonly sinceMs: number } | undefined;
  #current: LeaseHolder | undefined;

  constructor(options: LeaseOptions) {
    if (!(options.durationMs > 0)) throw new Error(`a lease of ${options.durationMs} ms`);
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** Whether this process may act on it now. */
  get isHeld(): boolean {
    return this.remainingMs > 0;
  }

  /** Time in ms that it is surely held without a renewal; 0 when it isn't. */
  get remainingMs(): number {
    return Math.max(0, this.#heldUntilMs - this.#clock.monotonicMs());
  }

  /** Who held it when {@link Lease.acquire} last looked; undefined: nobody, or nobody known. */
  get current(): LeaseHolder | undefined {
    return this.#current;
  }

  /**
   * Takes it when it is free or expired, renews it when it is ours. True: held. Call it a few times per duration; a contender must have seen
   * the holder's silence for a whole duration. Fails as the store does; what was held stays so until its time is over.
   */
  async acquire(options?: KvCallOptions): Promise<boolean> {
    const sentMs = this.#clock.monotonicMs();
    const entry = await this.#options.kv.get(this.#options.key, options);
    const value = entry === undefined ? undefined : parse(entry);
    this.#current = value;
    if (entry === undefined) return await this.#write(sentMs, undefined, options);
    if (value?.token === this.#token || this.#isSilent(entry, value)) return await this.#write(sentMs, entry.revision, options);
    this.#lose();
    return false;
  }

  /** Renews it if it was acquired; false: it is lost to someone else. Fails as the store does. */
  async renew(options?: KvCallOptions): Promise<boolean> {
    if (this.#revision === undefined) return false;
    const sentMs = this.#clock.monotonicMs();
    if (await this.#write(sentMs, this.#revision, options)) return true;
    // An earlier renewal may have been stored without an answer.
    const entry = await this.#options.kv.get(this.#options.key, options);
    if (entry === undefined || parse(entry)?.token !== this.#token) return false;
    return await this.#write(sentMs, entry.revision, options);
  }

  /** Gives it up, so that others need not wait. Does nothing when it is not ours. Fails as the store does; not held any more in any case. */
  async release(options?: KvCallOptions): Promise<void> {
    const revision = this.#revision;
    this.#lose();
    if (revision === undefined) return;
    try {
      await this.#options.kv.delete(this.#options.key, revision, options);
    } catch (error) {
      if (!(error instanceof KvConflictError)) throw error;
    }
  }

  async #write(sentMs: number, revision: number | undefined, options: KvCallOptions | undefined): Promise<boolean> {
    const { kv, key, holder, durationMs } = this.#options;
    const renewedMs = this.#clock.nowMs();
    const value = new TextEncoder().encode(JSON.stringify({ holder, token: this.#token, renewedMs, durationMs }));
    try {
      const written = revision === undefined ? kv.create(key, value, options) : kv.update(key, value, revision, options);
      this.#revision = await written;
    } catch (error) {
      if (!(error instanceof KvConflictError)) throw error;
      this.#lose();
      return false;
    }
    this.#heldUntilMs = sentMs + durationMs * OWN_SHARE;
    this.#current = { holder, renewedMs };
    return this.isHeld;
  }

  /** The holder's own duration counts if it is longer: it relies on it. */
  #isSilent(entry: KvEntry, value: StoredLease | undefined): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (this.#observed?.revision !== entry.revision) this.#observed = { revision: entry.revision, sinceMs: nowMs };
    return nowMs - this.#observed.sinceMs >= Math.max(this.#options.durationMs, value?.durationMs ?? 0);
  }

  #lose(): void {
    this.#revision = undefined;
    this.#heldUntilMs = Number.NEGATIVE_INFINITY;
  }
}

interface StoredLease extends LeaseHolder {
  readonly token: string;
  readonly durationMs: number;
}

const DURATION_MAX_MS = 3_600_000;

/** Undefined for what is not a lease; it expires like one. */
function parse(entry: KvEntry): StoredLease | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(entry.value)) as Partial<Record<keyof StoredLease, unknown>> | null;
    const { holder, token, renewedMs, durationMs } = value ?? {};
    if (typeof holder !== 'string' || typeof token !== 'string') return undefined;
    if (typeof renewedMs !== 'number' || typeof durationMs !== 'number') return undefined;
    return { holder, token, renewedMs, durationMs: Math.min(durationMs, DURATION_MAX_MS) };
  } catch {
    return undefined;
  }
}
