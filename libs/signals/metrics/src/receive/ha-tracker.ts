import { tooManyHaClusters } from '@telamon/limits';
import { TelamonError } from '@telamon/model';

/** Times that decide when the elected replica of a pair changes. */
export interface HaTrackerOptions {
  /** A replica that sent nothing for so long may be replaced. */
  readonly failoverTimeoutMs: number;
  readonly nowMs: () => number;
}

/** What a tenant allows. */
export interface HaLimits {
  /** Most clusters that a tenant may have; 0 = any number. */
  readonly maxClusters: number;
}

interface Election {
  replica: string;
  lastSeenMs: number;
}

/**
 * Chooses, for every tenant and cluster, the one replica of a pair of Prometheus servers whose samples are kept.
 * The first that sends is elected; another takes over when the elected one has been silent for the failover timeout.
 * The state is this process's alone until the rings hold it.
 */
export class HaTracker {
  readonly #options: HaTrackerOptions;
  /** tenant -> cluster -> election. */
  readonly #elections = new Map<string, Map<string, Election>>();

  constructor(options: HaTrackerOptions) {
    this.#options = options;
  }

  /**
   * Takes note of a batch from a replica. Returns undefined when its samples are to be kept, else the 202 that the sender
   * gets, or the 400 of a tenant with too many clusters.
   */
  check(tenant: string, cluster: string, replica: string, limits: HaLimits): TelamonError | undefined {
    const nowMs = this.#options.nowMs();
    const clusters = this.#clustersOf(tenant);
    const election = clusters.get(cluster);
    if (election === undefined) {
      if (limits.maxClusters > 0 && clusters.size >= limits.maxClusters) return tooManyHaClusters(limits.maxClusters);
      clusters.set(cluster, { replica, lastSeenMs: nowMs });
      return undefined;
    }
    if (election.replica === replica) {
      election.lastSeenMs = nowMs;
      return undefined;
    }
    if (nowMs - election.lastSeenMs < this.#options.failoverTimeoutMs) return notElected(replica, election.replica);
    election.replica = replica;
    election.lastSeenMs = nowMs;
    return undefined;
  }

  #clustersOf(tenant: string): Map<string, Election> {
    let clusters = this.#elections.get(tenant);
    if (clusters === undefined) {
      clusters = new Map();
      this.#elections.set(tenant, clusters);
    }
    return clusters;
  }

  /** Elections of all tenants, for the status route. Rows are copies. */
  elections(): { tenant: string; cluster: string; replica: string; lastSeenMs: number }[] {
    const rows: { tenant: string; cluster: string; replica: string; lastSeenMs: number }[] = [];
    for (const [tenant, clusters] of this.#elections) {
      for (const [cluster, election] of clusters) rows.push({ tenant, cluster, ...election });
    }
    return rows;
  }
}

function notElected(replica: string, elected: string): TelamonError {
  const text = `replicas did not match, rejecting sample: replica=${replica}, elected=${elected}`;
  return new TelamonError(text, { status: 202, isRetryable: false });
}
