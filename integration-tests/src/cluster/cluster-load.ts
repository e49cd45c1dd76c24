import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AckedBatch,
  compareWithLedger,
  Ledger,
  type LedgerDifference,
  ledgerBatch,
  ledgerValue,
} from '../harness/ledger.ts';
import { encodeV1, encodeV2, snappyBlock, V1_HEADERS, V2_HEADERS } from '../harness/remote-write-body.ts';
import { ask, pushBody, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { readAllSamples } from '../replay/recorded-blocks.ts';

/** Groups of series, by the label `group` of the ledger's series. */
const GROUPS = 10;

/** What a load does. */
export interface LoadOptions {
  readonly writeBase: string;
  readonly queryBase: string;
  /** For the ledgers. */
  readonly folder: string;
  readonly tenants: readonly string[];
  /** Series of one request, one request a tenant and round. */
  readonly seriesPerTenant: number;
  /** Time between two rounds of a tenant, ms. */
  readonly intervalMs: number;
  /** Longest time that a writer tries one request, ms. */
  readonly giveUpMs: number;
}

/** What writers and readers met. */
export interface LoadReport {
  /** Requests acknowledged. */
  acknowledged: number;
  /** Replies by status that were no acknowledgement; 0 is a connection that failed. Every one was tried again. */
  readonly refusals: Map<number, number>;
  /** Longest time from the first try of a request to its acknowledgement, ms. */
  slowestWriteMs: number;
  /** Queries that were answered rightly. */
  rightAnswers: number;
  /** Queries that failed, by status. */
  readonly queryErrors: Map<number, number>;
  /** Answers that were not what was acknowledged: must stay empty. */
  readonly wrongAnswers: string[];
}

/** Writers and readers of several tenants against a cluster, with a ledger of what was acknowledged. */
export class ClusterLoad {
  readonly report: LoadReport = {
    acknowledged: 0,
    refusals: new Map(),
    slowestWriteMs: 0,
    rightAnswers: 0,
    queryErrors: new Map(),
    wrongAnswers: [],
  };
  readonly #options: LoadOptions;
  readonly #ledgers: ReadonlyMap<string, Ledger>;
  readonly #stop = new AbortController();
  readonly #startMs = Math.floor(Date.now() / 1000) * 1000;
  readonly #lastAcked = new Map<string, AckedBatch>();
  #running: Promise<unknown> | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#ledgers = new Map(
      options.tenants.map((tenant) => [tenant, new Ledger(join(options.folder, `ledger-${tenant}.jsonl`))]),
    );
  }

  /** Begins to write and to read. */
  start(): void {
    const { tenants } = this.#options;
    this.#running = Promise.all(tenants.flatMap((tenant, i) => [this.#write(tenant, i % 2 === 1), this.#read(tenant)]));
  }

  /** Ends writing and reading; resolves when the last requests are answered. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Number of samples acknowledged so far. */
  sampleCount(): number {
    return [...this.#ledgers.values()].reduce((sum, ledger) => sum + ledger.sampleCount(), 0);
  }

  /** Compares everything that is stored with everything that was acknowledged: the zero-loss check. */
  async differences(): Promise<Map<string, LedgerDifference>> {
    const found = new Map<string, LedgerDifference>();
    for (const [tenant, ledger] of this.#ledgers) {
      const lastMs = Math.max(this.#startMs, ...ledger.batches().map(({ timeMs }) => timeMs));
      const stored = await readAllSamples(telamonTarget(this.#options.queryBase, tenant), [this.#startMs, lastMs + 1000]);
      found.set(tenant, compareWithLedger(ledger, stored));
    }
    return found;
  }

  async #write(tenant: string, isVersion2: boolean): Promise<void> {
    const { seriesPerTenant, intervalMs, writeBase } = this.#options;
    const ledger = this.#ledgers.get(tenant)!;
    const target = telamonTarget(writeBase, tenant);
    for (let round = 0; !this.#stop.signal.aborted; round++) {
      const timeMs = this.#startMs + round * intervalMs;
      const waitMs = timeMs - Date.now();
      if (waitMs > 0) await delay(waitMs);
      const series = ledgerBatch(0, seriesPerTenant, timeMs);
      const [body, headers] = isVersion2 ? [encodeV2(series), V2_HEADERS] : [encodeV1(series), V1_HEADERS];
      if (!(await this.#deliver(target, snappyBlock(body), headers))) return;
      const batch = { firstSeries: 0, count: seriesPerTenant, timeMs };
      ledger.acknowledge(batch);
      this.#lastAcked.set(tenant, batch);
    }
  }

  /** Sends until it is acknowledged, as Prometheus does; false when the load ends before. */
  async #deliver(target: Target, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<boolean> {
    const firstMs = performance.now();
    for (let pauseMs = 30; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      const status = await pushBody(target, body, headers).then(
        (answer) => answer.status,
        () => 0,
      );
      const tookMs = performance.now() - firstMs;
      if (status >= 200 && status < 300) {
        this.report.acknowledged++;
        this.report.slowestWriteMs = Math.max(this.report.slowestWriteMs, tookMs);
        return true;
      }
      count(this.report.refusals, status);
      if (status >= 400 && status < 500 && status !== 429) throw new Error(`a write was refused for good with ${status}`);
      if (tookMs > this.#options.giveUpMs)
        throw new Error(`no acknowledgement in ${Math.round(tookMs)} ms, last status ${status}`);
      if (this.#stop.signal.aborted) return false;
      await delay(pauseMs);
    }
  }

  /** Asks again and again for the sum of a group at a time that was acknowledged before: a lost replica set would show. */
  async #read(tenant: string): Promise<void> {
    const target = telamonTarget(this.#options.queryBase, tenant);
    for (let round = 0; !this.#stop.signal.aborted; round++) {
      await delay(200);
      const batch = this.#lastAcked.get(tenant);
      if (batch === undefined) continue;
      const group = round % GROUPS;
      const want = groupSum(batch, group);
      const answer = await ask(target, 'query', {
        query: `sum(ledger{group="${group}"})`,
        time: String(batch.timeMs / 1000),
      }).catch(() => undefined);
      if (answer?.status !== 'success') {
        count(this.report.queryErrors, answer === undefined ? 0 : 1);
        continue;
      }
      const got = Number(answer.data.result[0]?.value?.[1]);
      if (got === want) this.report.rightAnswers++;
      else this.report.wrongAnswers.push(`${tenant} group ${group} at ${batch.timeMs}: want ${want}, got ${got}`);
    }
  }
}

/** Sum of the values of a group's series in a batch. */
function groupSum({ firstSeries, count: seriesCount, timeMs }: AckedBatch, group: number): number {
  let sum = 0;
  for (let i = firstSeries; i < firstSeries + seriesCount; i++) if (i % GROUPS === group) sum += ledgerValue(i, timeMs);
  return sum;
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
