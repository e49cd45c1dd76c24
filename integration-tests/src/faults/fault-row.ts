import type { BucketHand } from '../cluster/bucket-hand.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ClusterLoad, LoadOptions, LoadReport } from '../cluster/cluster-load.ts';

/** What a fault is given: a healthy cluster under load, and time. */
export interface FaultRig {
  readonly cluster: Cluster;
  /** Under way when the row begins; the runner ends it and compares the ledger when the row is over. */
  readonly load: ClusterLoad;
  /** The bucket, past the product and its proxies. */
  readonly bucket: BucketHand;
  /** The tenants of the load. */
  readonly tenants: readonly string[];
  /** The runtime file of every member, with the limits of tenants. */
  readonly runtimeFile: string;
  /** Silence after which a member is taken for dead in this run, ms. */
  readonly heartbeatTimeoutMs: number;
  /** Silence of an elected sender after which another one is elected, ms. */
  readonly haFailoverTimeoutMs: number;
  /** Waits as long as the table says, divided by the scale of this run, ms of the table given. */
  wait(tableMs: number): Promise<void>;
  /** A time of the table in this run, ms. */
  scaled(tableMs: number): number;
  /** 0 <= x < 1, from the run's seed. */
  random(): number;
  /** Starts a small cluster beside this one, with more flags for every member; the row disposes of it. */
  startAnother(flags: readonly string[]): Promise<Cluster>;
  /** A line for whoever watches; it stands in the table of results, too. */
  say(text: string): void;
}

/** What a fault may do to requests while it lasts. */
export interface Tolerance {
  /** Statuses of refused writes that are right; 0 is a failed connection. Whatever is acknowledged must be kept all the same. */
  readonly writes: readonly number[];
  /** Queries that may fail, as a share of all. A wrong answer is never right. */
  readonly queryErrorShare: number;
}

/** Nothing may be noticed. */
export const UNNOTICED: Tolerance = { writes: [], queryErrorShare: 0 };
/** Writes go on; single queries may fail while someone is found to be gone. */
export const READS_MAY_STUMBLE: Tolerance = { writes: [], queryErrorShare: 0.1 };
/** Writes and queries may be refused while it lasts. */
export const MAY_REFUSE: Tolerance = { writes: [0, 500, 502, 503, 504], queryErrorShare: 1 };

/** A row of the fault matrix. */
export interface FaultRow {
  /** `F01`. */
  readonly id: string;
  /** What happens, in a few words. */
  readonly title: string;
  /** Whether it belongs to `npm test`. */
  readonly isQuick: boolean;
  readonly tolerance: Tolerance;
  /** How its load differs from that of the others. */
  readonly load?: Partial<LoadOptions>;
  /** Does harm and undoes it; throws when something is not as it must be. The cluster is whole again afterwards. */
  readonly run: (rig: FaultRig) => Promise<void>;
}

/** What is wrong with how requests fared, in words; none is good. */
export function complaintsOf(report: LoadReport, { writes, queryErrorShare }: Tolerance): string[] {
  const complaints: string[] = [];
  for (const [status, count] of report.refusals)
    if (!writes.includes(status)) complaints.push(`${count} writes answered ${status}${said(report.refusalTexts)}`);
  if (report.withoutRetryAfter > 0) complaints.push(`${report.withoutRetryAfter} refusals of writes without Retry-After`);
  const errors = [...report.queryErrors.values()].reduce((sum, count) => sum + count, 0);
  const share = errors / Math.max(1, errors + report.rightAnswers);
  if (share > queryErrorShare)
    complaints.push(`${errors} of ${errors + report.rightAnswers} queries failed${said(report.queryErrors)}`);
  if (report.wrongAnswers.length > 0) complaints.push(`${report.wrongAnswers.length} wrong answers: ${report.wrongAnswers[0]}`);
  return complaints;
}

function said(texts: ReadonlyMap<string, number>): string {
  return [...texts].map(([text, count]) => `\n    ${count} x ${text}`).join('');
}
