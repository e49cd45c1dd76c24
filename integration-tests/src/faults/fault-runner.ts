import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BucketHand } from '../cluster/bucket-hand.ts';
import { Cluster } from '../cluster/cluster.ts';
import { SMALL_LAYOUT } from '../cluster/cluster-layout.ts';
import { ClusterLoad, type LoadOptions } from '../cluster/cluster-load.ts';
import { scratchFolder } from '../harness/repository.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { complaintsOf, type FaultRig, type FaultRow } from './fault-row.ts';
import type { FaultOutcome } from './outcome-table.ts';
import { seededRandom } from './seeded-random.ts';
import { comparedAfterCompaction, comparedWithoutIngesters, lastingDifferencesOf } from './zero-loss.ts';

/** How rows are run. */
export interface FaultRunOptions {
  readonly natsProgram: string;
  readonly seaweedProgram: string;
  /** The times of the table, and the time-outs that they test, are divided by this: 1 for full length. */
  readonly scale: number;
  readonly seed: number;
  readonly say: (text: string) => void;
  /** Whether logs and data of a cluster that failed stay on the disk. */
  readonly isFolderKept?: boolean;
}

const TENANTS = ['tenant-1', 'tenant-2', 'tenant-3'];
const SERIES_PER_TENANT = 100;
const INTERVAL_MS = 250;
/** Heartbeat time-out of the table's cluster, ms. */
const HEARTBEAT_TIMEOUT_MS = 60_000;
/** 20 processes on two cores: less, and healthy ones would be taken for dead. */
const HEARTBEAT_TIMEOUT_MIN_MS = 2000;
/** Longest wait of distributors for one ingester, ms, whatever the scale; a quorum is not kept waiting by the third. */
const REMOTE_TIMEOUT_MS = 2000;

/** What tells of one cluster: it, and every load that ran on it. */
interface Stage {
  readonly cluster: Cluster;
  readonly bucket: BucketHand;
  readonly runtimeFile: string;
  readonly loads: ClusterLoad[];
}

/** Members that do not serve, with the ends of their logs. */
async function silentMembers({ members }: Cluster): Promise<string[]> {
  const silent: string[] = [];
  for (const member of members.values()) {
    const isServing = await member.ready(2000).then(
      () => true,
      () => false,
    );
    if (!isServing) silent.push(`${member.name} does not serve:\n${member.logTail()}`);
  }
  return silent;
}

/** Runs rows of the fault matrix, one after the other, on one cluster that is made anew after a failure. */
export class FaultRunner {
  readonly #options: FaultRunOptions;
  readonly #folder = scratchFolder('fault-ledgers');
  readonly #random: () => number;
  #stage: Stage | undefined;
  #runs = 0;

  constructor(options: FaultRunOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
  }

  /** Runs a row with the load under way, then compares everything that was acknowledged. Never throws. */
  async run(row: FaultRow): Promise<FaultOutcome> {
    const startMs = performance.now();
    const complaints: string[] = [];
    const notes: string[] = [];
    let load: ClusterLoad | undefined;
    try {
      const stage = await this.#wholeStage();
      load = this.#startLoad(stage, row.load);
      await this.#runUnderLoad(row, this.#rigOf(stage, load, notes));
      complaints.push(...complaintsOf(load.report, row.tolerance), ...(await lastingDifferencesOf([load])));
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
      await load?.stop().catch((late: unknown) => complaints.push(String(late)));
      if (load !== undefined) complaints.push(...complaintsOf(load.report, row.tolerance));
    }
    if (complaints.length > 0) await this.#close(this.#options.isFolderKept ?? false);
    return {
      id: row.id,
      title: row.title,
      failure: complaints.join('\n'),
      notes,
      samples: load?.sampleCount() ?? 0,
      queries: load?.report.rightAnswers ?? 0,
      failedQueries: [...(load?.report.queryErrors.values() ?? [])].reduce((sum, count) => sum + count, 0),
      slowestWriteMs: Math.round(load?.report.slowestWriteMs ?? 0),
      tookMs: Math.round(performance.now() - startMs),
    };
  }

  /**
   * The zero-loss check of everything that was acknowledged on this cluster by all rows: from the bucket alone, ingesters being empty, and
   * once more when the compactors are done. What is wrong, in words.
   */
  async finish(): Promise<string[]> {
    const stage = this.#stage;
    if (stage === undefined || stage.loads.length === 0) return ['nothing to compare: the last row failed'];
    const complaints = await this.#comparedAgain(stage);
    if (complaints.length > 0) await this.#close(this.#options.isFolderKept ?? false);
    return complaints;
  }

  async #comparedAgain(stage: Stage): Promise<string[]> {
    try {
      const emptied = await comparedWithoutIngesters(stage);
      return [...emptied, ...(await comparedAfterCompaction(stage))];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error), ...(await silentMembers(stage.cluster))];
    }
  }

  /** Ends the cluster and removes the ledgers. */
  async dispose(): Promise<void> {
    await this.#close(false);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #runUnderLoad(row: FaultRow, rig: FaultRig): Promise<void> {
    const { load } = rig;
    const { report } = load;
    await waitUntil('the load to begin', () => report.acknowledged > 5 && report.rightAnswers > 4);
    await load.whileHealthy(row.run(rig));
    const acknowledged = report.acknowledged;
    const right = report.rightAnswers;
    const goesOn = (): boolean => report.acknowledged > acknowledged + 5 && report.rightAnswers > right + 4;
    await load.whileHealthy(waitUntil('writes and queries after the fault', goesOn, { timeoutMs: 60_000 }));
    await load.stop();
  }

  async #close(isFolderKept: boolean): Promise<void> {
    const stage = this.#stage;
    this.#stage = undefined;
    if (stage === undefined) return;
    if (isFolderKept) this.#options.say(`logs and data stay in ${stage.cluster.folder}`);
    stage.bucket.close();
    await stage.cluster.dispose({ isFolderKept });
  }

  async #wholeStage(): Promise<Stage> {
    if (this.#stage !== undefined) return this.#stage;
    const { natsProgram, seaweedProgram } = this.#options;
    const runtimeFile = join(this.#folder, 'runtime.yaml');
    writeFileSync(runtimeFile, 'overrides: {}\n');
    const cluster = await Cluster.start({
      name: 'faults',
      natsProgram,
      seaweedProgram,
      random: this.#random,
      isHarmable: true,
      flags: [`--runtime-config.file=${runtimeFile}`, ...this.#flags()],
      flagsOf: this.#flagsOf(),
    });
    this.#stage = { cluster, runtimeFile, bucket: new BucketHand(cluster.store.url), loads: [] };
    return this.#stage;
  }

  async #startAnother(flags: readonly string[]): Promise<Cluster> {
    const { natsProgram, seaweedProgram } = this.#options;
    return await Cluster.start({
      name: 'faults-beside',
      natsProgram,
      seaweedProgram,
      random: this.#random,
      layout: SMALL_LAYOUT,
      flags: [...this.#flags(), ...flags],
      flagsOf: this.#flagsOf(),
    });
  }

  #flags(): string[] {
    const heartbeatTimeoutMs = this.#heartbeatTimeoutMs();
    return [
      '--multitenancy-enabled=true',
      '--ring.zone-awareness-enabled=true',
      `--ring.heartbeat-timeout=${heartbeatTimeoutMs}ms`,
      `--ring.heartbeat-period=${heartbeatTimeoutMs / 5}ms`,
      '--ring.sync-interval=2s',
      // What others know of a member that says it is ready may be a moment old.
      `--ring.min-ready-duration=${Math.max(1000, this.#scaled(15_000))}ms`,
      '--runtime-config.reload-period=500ms',
      '--blocks-storage.bucket-store.bucket-index.refresh-interval=1s',
      // Samples of a series come every 250 ms here, by two distributors in turn: an ingester that was kept waiting may read the later
      // request first, and would refuse the earlier one, which then has one replica less.
      '--ingester.out-of-order-time-window=1m',
    ];
  }

  #flagsOf(): Record<string, string[]> {
    const cooldownMs = Math.max(1000, this.#scaled(10_000));
    return {
      compactor: ['--compactor.cleanup-interval=2s', '--compactor.compaction-interval=3s'],
      'store-gateway': ['--store-gateway.sync-interval=1s'],
      distributor: [
        `--distributor.remote-timeout=${REMOTE_TIMEOUT_MS}ms`,
        `--distributor.ha-tracker.failover-timeout=${this.#haFailoverTimeoutMs()}ms`,
        `--ingester.client.circuit-breaker.cooldown-period=${cooldownMs}ms`,
        `--ingester.client.circuit-breaker.thresholding-period=${Math.max(2000, this.#scaled(60_000))}ms`,
      ],
    };
  }

  #startLoad(stage: Stage, differing: Partial<LoadOptions> = {}): ClusterLoad {
    const folder = join(this.#folder, `run-${++this.#runs}`);
    mkdirSync(folder);
    const load = new ClusterLoad({
      writeBase: stage.cluster.writeBase,
      queryBase: stage.cluster.queryBase,
      folder,
      // Tenants of each row are its own: what another row wrote is compared there.
      tenants: TENANTS.map((name) => `${name}-${this.#runs}`),
      seriesPerTenant: SERIES_PER_TENANT,
      intervalMs: INTERVAL_MS,
      giveUpMs: Math.max(60_000, this.#scaled(120_000)),
      ...differing,
    });
    stage.loads.push(load);
    load.start();
    return load;
  }

  #rigOf({ cluster, bucket, runtimeFile }: Stage, load: ClusterLoad, notes: string[]): FaultRig {
    return {
      cluster,
      load,
      bucket,
      runtimeFile,
      tenants: load.tenants,
      heartbeatTimeoutMs: this.#heartbeatTimeoutMs(),
      haFailoverTimeoutMs: this.#haFailoverTimeoutMs(),
      scaled: (tableMs) => this.#scaled(tableMs),
      wait: async (tableMs) => await delay(this.#scaled(tableMs)),
      random: this.#random,
      startAnother: async (flags) => await this.#startAnother(flags),
      say: (text) => {
        notes.push(text);
        this.#options.say(`    ${text}`);
      },
    };
  }

  #heartbeatTimeoutMs(): number {
    return Math.max(HEARTBEAT_TIMEOUT_MIN_MS, this.#scaled(HEARTBEAT_TIMEOUT_MS));
  }

  #haFailoverTimeoutMs(): number {
    return Math.max(2000, this.#scaled(30_000));
  }

  #scaled(tableMs: number): number {
    return tableMs / this.#options.scale;
  }
}
