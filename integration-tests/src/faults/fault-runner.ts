import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../cluster/cluster.ts';
import { ClusterLoad, type LoadReport } from '../cluster/cluster-load.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { complaintsOf, type FaultRig, type FaultRow } from './fault-row.ts';

/** How rows are run. */
export interface FaultRunOptions {
  readonly natsProgram: string;
  readonly seaweedProgram: string;
  /** The times of the table, and the time-outs that they test, are divided by this: 1 for full length. */
  readonly scale: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

/** What became of a row. */
export interface FaultOutcome {
  readonly id: string;
  readonly title: string;
  /** '' when it passed. */
  readonly failure: string;
  readonly acknowledgedRequests: number;
  readonly samples: number;
  readonly queries: number;
  readonly slowestWriteMs: number;
  readonly tookMs: number;
}

const TENANTS = ['tenant-1', 'tenant-2', 'tenant-3'];
const SERIES_PER_TENANT = 100;
const INTERVAL_MS = 100;
/** Heartbeat time-out of the table's cluster, ms. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** Runs rows of the fault matrix, one after the other, on one cluster that is made anew after a failure. */
export class FaultRunner {
  readonly #options: FaultRunOptions;
  #state: number;
  #cluster: Cluster | undefined;
  #runs = 0;

  constructor(options: FaultRunOptions) {
    this.#options = options;
    this.#state = options.seed % 2147483648;
  }

  /** Runs a row with the load under way, then compares everything that was acknowledged. Never throws. */
  async run(row: FaultRow): Promise<FaultOutcome> {
    const startMs = performance.now();
    const complaints: string[] = [];
    let load: ClusterLoad | undefined;
    try {
      const cluster = await this.#wholeCluster();
      load = this.#startLoad(cluster);
      const { report } = load;
      await waitUntil('the load to begin', () => report.acknowledged > 5 && report.rightAnswers > 1);
      await row.run(this.#rigOf(cluster, load));
      const acknowledged = report.acknowledged;
      await waitUntil('writes after the fault', () => report.acknowledged > acknowledged + 5, { timeoutMs: 60_000 });
      await load.stop();
      complaints.push(...complaintsOf(report, row.tolerance), ...(await differencesOf(load)));
    } catch (error) {
      complaints.push(error instanceof Error ? error.message : String(error));
      await load?.stop().catch((late: unknown) => complaints.push(String(late)));
    }
    if (complaints.length > 0) await this.dispose();
    return outcomeOf(row, { report: load?.report, samples: load?.sampleCount() ?? 0, complaints, startMs });
  }

  /** Ends the cluster. */
  async dispose(): Promise<void> {
    await this.#cluster?.dispose();
    this.#cluster = undefined;
  }

  async #wholeCluster(): Promise<Cluster> {
    const { natsProgram, seaweedProgram } = this.#options;
    const heartbeatTimeoutMs = Math.max(2000, this.#scaled(HEARTBEAT_TIMEOUT_MS));
    this.#cluster ??= await Cluster.start({
      name: 'faults',
      natsProgram,
      seaweedProgram,
      random: () => this.#random(),
      flags: [
        '--multitenancy-enabled=true',
        '--ring.zone-awareness-enabled=true',
        `--ring.heartbeat-timeout=${heartbeatTimeoutMs}ms`,
        `--ring.heartbeat-period=${heartbeatTimeoutMs / 5}ms`,
        '--ring.sync-interval=2s',
        '--ring.min-ready-duration=0s',
        '--compactor.cleanup-interval=2s',
        '--store-gateway.sync-interval=1s',
        '--blocks-storage.bucket-store.bucket-index.refresh-interval=1s',
      ],
    });
    return this.#cluster;
  }

  #startLoad(cluster: Cluster): ClusterLoad {
    const folder = join(cluster.folder, `run-${++this.#runs}`);
    mkdirSync(folder);
    const load = new ClusterLoad({
      writeBase: cluster.writeBase,
      queryBase: cluster.queryBase,
      folder,
      // Tenants of each row are its own: what another row wrote is compared there.
      tenants: TENANTS.map((name) => `${name}-${this.#runs}`),
      seriesPerTenant: SERIES_PER_TENANT,
      intervalMs: INTERVAL_MS,
      giveUpMs: 120_000,
    });
    load.start();
    return load;
  }

  #rigOf(cluster: Cluster, load: ClusterLoad): FaultRig {
    return {
      cluster,
      load,
      scaled: (tableMs) => this.#scaled(tableMs),
      wait: async (tableMs) => await delay(this.#scaled(tableMs)),
      random: () => this.#random(),
      say: this.#options.say,
    };
  }

  #scaled(tableMs: number): number {
    return tableMs / this.#options.scale;
  }

  #random(): number {
    this.#state = (this.#state * 1103515245 + 12345) % 2147483648;
    return this.#state / 2147483648;
  }
}

/** What the zero-loss check finds, in words. */
async function differencesOf(load: ClusterLoad): Promise<string[]> {
  const found: string[] = [];
  for (const [tenant, difference] of await load.differences()) {
    const { missing, doubled, wrong, examples } = difference;
    if (missing + doubled + wrong > 0)
      found.push(`${tenant}: ${missing} missing, ${doubled} doubled, ${wrong} wrong: ${examples.join('; ')}`);
  }
  return found;
}

interface Ending {
  readonly report: LoadReport | undefined;
  readonly samples: number;
  readonly complaints: readonly string[];
  readonly startMs: number;
}

function outcomeOf({ id, title }: FaultRow, { report, samples, complaints, startMs }: Ending): FaultOutcome {
  return {
    id,
    title,
    failure: complaints.join('\n'),
    acknowledgedRequests: report?.acknowledged ?? 0,
    samples,
    queries: report?.rightAnswers ?? 0,
    slowestWriteMs: Math.round(report?.slowestWriteMs ?? 0),
    tookMs: Math.round(performance.now() - startMs),
  };
}

/** The outcomes as a table of Markdown. */
export function renderOutcomes(outcomes: readonly FaultOutcome[]): string {
  const rows = outcomes.map(
    ({ id, title, failure, samples, queries, slowestWriteMs, tookMs }) =>
      `| ${id} | ${title} | ${failure === '' ? 'pass' : 'FAIL'} | ${samples} | ${queries} | ${slowestWriteMs} | ${Math.round(tookMs / 1000)} |`,
  );
  return [
    '| row | fault | result | samples acknowledged and found | queries right | slowest write, ms | took, s |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
