import { InProcessKv, KvConflictError, type KvStore } from '@telamon/kv';
import { tooManyHaClusters } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { decodeElection, encodeElection, type HaElection } from './ha-election.ts';
import { HA_PREFIX, haKey } from './ha-key.ts';

/** Times that decide when the elected replica of a pair changes. */
export interface HaTrackerOptions {
  /** A replica that sent nothing for so long may be replaced. */
  readonly failoverTimeoutMs: number;
  readonly nowMs: () => number;
  /** Where the elections are; the distributors' common store, by default one of this process alone. */
  readonly kv?: KvStore;
}

/** What a tenant allows. */
export interface HaLimits {
  /** Most clusters that a tenant may have; 0 = any number. */
  readonly maxClusters: number;
}

/** An election as the store had it, and what this process saw since. */
interface Known {
  readonly election: HaElection;
  readonly revision: number;
  /** When a batch of the elected replica was last known, here or elsewhere. */
  seenMs: number;
  /** When the store is next told that the replica sends. */
  refreshAtMs: number;
}

/** Longest time between two notes to the store that a replica still sends; shorter where the fail-over is quick. */
const MAX_REFRESH_MS = 15_000;
/** A store that could not be told is told again after this. */
const RETRY_MS = 1_000;
/** A cluster of which nothing was heard for so long is forgotten when its tenant gets a new one. */
const STALE_MS = 30 * 60_000;
/** Elections that are decided anew because another distributor was quicker. */
const MAX_ATTEMPTS = 4;

/**
 * Chooses, for every tenant and cluster, the one replica of a pair of Prometheus servers whose samples are kept.
 * The first that sends is elected; another takes over when the elected one has been silent for the failover timeout.
 *
 * Elections are keys of the store. What the store tells is kept here, so that only elections, take-overs and now and then a sign of life
 * go there; both of the former are conditional writes, which one distributor wins. A store that can't be reached changes no
 * election: batches of elected replicas pass, and where there would be a take-over the sender gets a retryable 503.
 */
export class HaTracker {
  readonly #options: HaTrackerOptions;
  readonly #kv: KvStore;
  readonly #refreshMs: number;
  readonly #staleMs: number;
  /** By key of the store. */
  readonly #known = new Map<string, Known>();
  readonly #clusterCounts = new Map<string, number>();
  readonly #stopWatching: () => void;

  /** Follows the store from now on, until {@link close}. */
  constructor(options: HaTrackerOptions) {
    this.#options = options;
    this.#kv = options.kv ?? new InProcessKv();
    this.#refreshMs = Math.min(MAX_REFRESH_MS, options.failoverTimeoutMs / 2);
    this.#staleMs = Math.max(STALE_MS, 2 * options.failoverTimeoutMs);
    this.#stopWatching = this.#kv.watch(HA_PREFIX, ({ key, value, revision }) => this.#learn(key, value, revision));
  }

  /**
   * Takes note of a batch from a replica. Resolves to undefined when its samples are to be kept, else to the 202 that the sender
   * gets, or the 400 of a tenant with too many clusters. Rejects with a retryable 503 when the store can't be asked and must be.
   */
  async check(tenant: string, cluster: string, replica: string, limits: HaLimits): Promise<TelamonError | undefined> {
    const key = haKey(tenant, cluster);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const nowMs = this.#options.nowMs();
      const known = this.#known.get(key);
      if (known?.election.replica === replica) {
        this.#noteSign(key, known, nowMs);
        return undefined;
      }
      if (known !== undefined && nowMs - known.seenMs < this.#options.failoverTimeoutMs) {
        return notElected(replica, known.election.replica);
      }
      if (known === undefined) {
        await this.#dropStale(tenant, nowMs);
        if (this.#isFull(tenant, limits)) return tooManyHaClusters(limits.maxClusters);
      }
      if (await this.#elect(key, { tenant, cluster, replica, seenMs: nowMs }, known)) return undefined;
    }
    throw new TelamonError('replicas of a pair keep taking turns', { status: 503, isRetryable: true });
  }

  /** Elections of all tenants, for the status route. Rows are copies. */
  elections(): { tenant: string; cluster: string; replica: string; lastSeenMs: number }[] {
    return [...this.#known.values()].map(({ election, seenMs }) => {
      const { tenant, cluster, replica } = election;
      return { tenant, cluster, replica, lastSeenMs: seenMs };
    });
  }

  /** Ends the following. */
  close(): void {
    this.#stopWatching();
  }

  /** A cluster that comes makes a tenant's room for itself where others are long gone. Cost: O(elections), for new clusters only. */
  async #dropStale(tenant: string, nowMs: number): Promise<void> {
    for (const [key, { election, revision, seenMs }] of this.#known) {
      if (election.tenant !== tenant || nowMs - seenMs < this.#staleMs) continue;
      try {
        await this.#kv.delete(key, revision);
        if (this.#known.get(key)?.revision === revision) this.#forget(key);
      } catch (error) {
        // It sends again after all, or the store is away, which whoever elects is told.
        if (!(error instanceof TelamonError)) throw error;
      }
    }
  }

  #isFull(tenant: string, { maxClusters }: HaLimits): boolean {
    return maxClusters > 0 && (this.#clusterCounts.get(tenant) ?? 0) >= maxClusters;
  }

  /** Writes an election; false when someone else was quicker, whose election is known then. */
  async #elect(key: string, election: HaElection, before: Known | undefined): Promise<boolean> {
    const value = encodeElection(election);
    try {
      const revision =
        before === undefined ? await this.#kv.create(key, value) : await this.#kv.update(key, value, before.revision);
      this.#learn(key, value, revision);
      return true;
    } catch (error) {
      if (!(error instanceof KvConflictError)) throw error;
      await this.#reload(key);
      return false;
    }
  }

  /** What the store has, though the watch has not told it yet. */
  async #reload(key: string): Promise<void> {
    const entry = await this.#kv.get(key);
    const known = this.#known.get(key);
    // A store that was wiped counts from the beginning.
    if (entry === undefined || (known !== undefined && known.revision > entry.revision)) this.#forget(key);
    if (entry !== undefined) this.#learn(key, entry.value, entry.revision);
  }

  #noteSign(key: string, known: Known, nowMs: number): void {
    known.seenMs = Math.max(known.seenMs, nowMs);
    if (nowMs < known.refreshAtMs) return;
    known.refreshAtMs = nowMs + RETRY_MS;
    // Nobody waits for it; when another replica was elected meanwhile, that is learnt.
    this.#elect(key, { ...known.election, seenMs: known.seenMs }, known).catch(() => undefined);
  }

  #learn(key: string, value: Uint8Array | undefined, revision: number): void {
    const known = this.#known.get(key);
    if (known !== undefined && known.revision >= revision) return;
    const election = value === undefined ? undefined : decodeElection(value);
    if (election === undefined) {
      this.#forget(key);
      return;
    }
    if (known === undefined) this.#count(election.tenant, 1);
    const isSame = known?.election.replica === election.replica;
    const seenMs = isSame ? Math.max(known.seenMs, election.seenMs) : election.seenMs;
    this.#known.set(key, { election, revision, seenMs, refreshAtMs: election.seenMs + this.#refreshMs });
  }

  #forget(key: string): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    this.#count(known.election.tenant, -1);
  }

  #count(tenant: string, by: number): void {
    const count = (this.#clusterCounts.get(tenant) ?? 0) + by;
    if (count === 0) this.#clusterCounts.delete(tenant);
    else this.#clusterCounts.set(tenant, count);
  }
}

function notElected(replica: string, elected: string): TelamonError {
  const text = `replicas did not match, rejecting sample: replica=${replica}, elected=${elected}`;
  return new TelamonError(text, { status: 202, isRetryable: false });
}
