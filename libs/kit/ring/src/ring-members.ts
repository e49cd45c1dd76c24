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
  /** Its key went away with a wiped store. */
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

/** What became of a value. */
export type Taken = 'ignored' | 'heartbeat' | 'changed';

/**
 * The members of a ring as the store tells of them, in any order and more than once. Entries that can't be read change nothing: the
 * last good one stays. An entry is newer when its revision or its heartbeat is: revisions begin anew when a store was wiped.
 *
 * Keys that go away take their instances with them, unless one of them was active and alive: such an instance did not leave, so
 * someone wiped the store. Then all of them that may hold data stay, though some be silent: the living register again, the others
 * when they start again. Otherwise a read would not know what it misses.
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

  /** Takes in a value. */
  take(id: string, value: Uint8Array, revision: number): Taken {
    const entry = this.#decode(id, value);
    return entry === undefined ? 'ignored' : this.#put(entry, revision);
  }

  /** Takes in that keys went away together, at these revisions. Says whether members went. */
  remove(gone: ReadonlyMap<string, number>): boolean {
    const members = [...gone].flatMap(([id, revision]) => {
      const member = this.#members.get(id);
      return member === undefined || member.isVanished || revision < member.revision ? [] : [member];
    });
    const isWiped = members.some((member) => this.isAlive(member) && serves(member));
    const kept = members.filter((member) => isWiped && (serves(member) || member.entry.state === 'leaving'));
    for (const { entry } of members) this.#members.delete(entry.id);
    // Whatever a new store tells of them is newer.
    for (const member of kept) this.#members.set(member.entry.id, { ...member, revision: 0, isVanished: true });
    return kept.length < members.length;
  }

  /** How long a member has been silent, ms. */
  silentMs(member: Member): number {
    return this.#options.attendedMs() - member.provenMs;
  }

  /** Whether a member proved lately that it lives. */
  isAlive(member: Member): boolean {
    return this.silentMs(member) <= this.#options.heartbeatTimeoutMs;
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

  #put(entry: InstanceEntry, revision: number): Taken {
    const known = this.#members.get(entry.id);
    if (known === undefined) return this.#add(entry, revision);
    if (revision <= known.revision && entry.heartbeatMs <= known.entry.heartbeatMs) return 'ignored';
    const isProof = entry.heartbeatMs !== known.entry.heartbeatMs || entry.incarnation !== known.entry.incarnation;
    const provenMs = isProof ? this.#options.attendedMs() : known.provenMs;
    const hasSameTokens = isSameTokens(entry.tokens, known.entry.tokens);
    const kept = hasSameTokens ? { ...entry, tokens: known.entry.tokens } : entry;
    this.#members.set(entry.id, { entry: kept, revision, provenMs, isVanished: false });
    return hasSameTokens && isSameBesides(entry, known.entry) ? 'heartbeat' : 'changed';
  }

  #add(entry: InstanceEntry, revision: number): Taken {
    if (this.#members.size >= MEMBERS_MAX) return 'ignored';
    const ageMs = Math.max(0, this.#options.nowMs() - entry.heartbeatMs);
    this.#members.set(entry.id, { entry, revision, provenMs: this.#options.attendedMs() - ageMs, isVanished: false });
    return 'changed';
  }
}

function serves({ entry }: Member): boolean {
  return entry.state === 'active' || entry.state === 'readonly';
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
