import { DecodeError } from '@telamon/bytes';
import { decodeInstance, type InstanceEntry, isInstanceId } from './instance-codec.ts';

/** Most instances of one ring; more are not taken in. */
const MEMBERS_MAX = 10_000;
/** Most bad entries that are remembered, to be told once each. */
const BAD_MAX = 1000;

/** What is known of one instance. */
export interface Member {
  readonly entry: InstanceEntry;
  readonly revision: number;
  /** When it last proved to live, by the attentive clock. */
  readonly provenMs: number;
  /** Its key went away though it seemed to live. */
  readonly isVanished: boolean;
}

/** Settings of {@link RingMembers}. */
export interface RingMembersOptions {
  readonly heartbeatTimeoutMs: number;
  /** Wall clock. */
  readonly nowMs: () => number;
  /** The attentive clock. */
  readonly attendedMs: () => number;
  /** Told of an entry that could not be read, once for each wording of it. */
  readonly onBadEntry: (id: string, error: DecodeError) => void;
}

/**
 * The members of a ring as the store tells of them, in any order and more than once. Entries that can't be read change nothing: the
 * last good one stays. An entry is newer when its revision or its heartbeat is: revisions begin anew when a store was wiped.
 *
 * A key that goes away takes its instance with it, unless that was active and alive: such an instance did not leave, someone wiped
 * the store, and it will register again. Until then, and until its heartbeats are too old, it stays.
 */
export class RingMembers {
  /** Entries that could not be read so far. */
  badEntries = 0;
  readonly #options: RingMembersOptions;
  readonly #members = new Map<string, Member>();
  readonly #bad = new Map<string, string>();

  constructor(options: RingMembersOptions) {
    this.#options = options;
  }

  /** Members by id. */
  get all(): ReadonlyMap<string, Member> {
    return this.#members;
  }

  /** Takes in a value; `undefined` for a key that went away. Says whether more than heartbeats changed. */
  take(id: string, value: Uint8Array | undefined, revision: number): boolean {
    if (value === undefined) return this.#forget(id, revision);
    const entry = this.#decode(id, value);
    return entry !== undefined && this.#put(entry, revision);
  }

  /** How long a member has been silent, ms. */
  silentMs(member: Member): number {
    return this.#options.attendedMs() - member.provenMs;
  }

  /** Whether a member proved lately that it lives. */
  isAlive(member: Member): boolean {
    return this.silentMs(member) <= this.#options.heartbeatTimeoutMs;
  }

  /** Drops vanished members that are silent. Says whether there were any. */
  dropSilentVanished(): boolean {
    let hasChanged = false;
    for (const [id, member] of this.#members) {
      if (member.isVanished && !this.isAlive(member)) hasChanged = this.#members.delete(id) || hasChanged;
    }
    return hasChanged;
  }

  #forget(id: string, revision: number): boolean {
    const member = this.#members.get(id);
    if (member === undefined || revision < member.revision) return false;
    const isWiped = this.isAlive(member) && (member.entry.state === 'active' || member.entry.state === 'readonly');
    if (!isWiped) return this.#members.delete(id);
    this.#members.set(id, { ...member, revision, isVanished: true });
    return false;
  }

  #decode(id: string, value: Uint8Array): InstanceEntry | undefined {
    if (!isInstanceId(id)) return undefined;
    try {
      const entry = decodeInstance(id, value);
      this.#bad.delete(id);
      return entry;
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.badEntries++;
      if (this.#bad.get(id) !== error.message && this.#bad.size < BAD_MAX) {
        this.#bad.set(id, error.message);
        this.#options.onBadEntry(id, error);
      }
      return undefined;
    }
  }

  #put(entry: InstanceEntry, revision: number): boolean {
    const known = this.#members.get(entry.id);
    if (known === undefined) return this.#add(entry, revision);
    if (revision <= known.revision && entry.heartbeatMs <= known.entry.heartbeatMs) return false;
    const isProof = entry.heartbeatMs !== known.entry.heartbeatMs || entry.incarnation !== known.entry.incarnation;
    const provenMs = isProof ? this.#options.attendedMs() : known.provenMs;
    const hasSameTokens = isSameTokens(entry.tokens, known.entry.tokens);
    const kept = hasSameTokens ? { ...entry, tokens: known.entry.tokens } : entry;
    this.#members.set(entry.id, { entry: kept, revision, provenMs, isVanished: false });
    return !hasSameTokens || !isSameBesides(entry, known.entry);
  }

  #add(entry: InstanceEntry, revision: number): boolean {
    if (this.#members.size >= MEMBERS_MAX) return false;
    const ageMs = Math.max(0, this.#options.nowMs() - entry.heartbeatMs);
    this.#members.set(entry.id, { entry, revision, provenMs: this.#options.attendedMs() - ageMs, isVanished: false });
    return true;
  }
}

function isSameTokens(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((token, i) => token === b[i]);
}

/** Whether two entries differ in heartbeat, process and tokens at most. */
function isSameBesides(a: InstanceEntry, b: InstanceEntry): boolean {
  return (
    a.state === b.state &&
    a.address === b.address &&
    a.zone === b.zone &&
    a.registeredMs === b.registeredMs &&
    a.readOnlyChangedMs === b.readOnlyChangedMs &&
    a.features.join() === b.features.join()
  );
}
