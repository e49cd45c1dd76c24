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
import { encodeV1, encodeV2, snappyBlock, V1_HEADERS, V2_HEADERS, type WriteSeries } from '../harness/remote-write-body.ts';
import { ask, pushBody, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { readAllSamples } from '../replay/recorded-blocks.ts';

/** Groups of series, by the label `group` of the ledger's series. */
const GROUPS = 10;
/** Pause of a reader between two questions, ms. */
const READ_INTERVAL_MS = 150;

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
  /** Whether every request that was acknowledged is sent once more, in the other version of the protocol. */
  readonly isDoubled?: boolean;
}

/** What writers and readers met. */
export interface LoadReport {
  /** Requests acknowledged. */
  acknowledged: number;
  /** Replies by status that were no acknowledgement; 0 is a connection that failed. Every one was tried again. */
  readonly refusals: Map<number, number>;
  /** What they said, without numbers. */
  readonly refusalTexts: Map<string, number>;
  /** Replies of 429 and 503 that did not say when to come again. */
  withoutRetryAfter: number;
  /** Longest time from the first try of a request to its acknowledgement, ms. */
  slowestWriteMs: number;
  /** Every acknowledged request: when it was sent first (ms of the process) and how long it took, ms. */
  readonly writes: { readonly atMs: number; readonly tookMs: number }[];
  /** Queries that were answered rightly. */
  rightAnswers: number;
  /** Queries that failed, by what was said; without numbers, so that the same is counted together. */
  readonly queryErrors: Map<string, number>;
  /** Answers that were not what was acknowledged: must stay empty. */
  readonly wrongAnswers: string[];
}

/** Writers and readers of several tenants against a cluster, with a ledger of what was acknowledged. */
export class ClusterLoad {
  readonly report: LoadReport = {
    acknowledged: 0,
    refusals: new Map(),
    refusalTexts: new Map(),
    withoutRetryAfter: 0,
    slowestWriteMs: 0,
    writes: [],
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
    // Told by `stop` and `whileHealthy`.
    this.#running.catch(() => {});
  }

  /** Ends writing and reading; resolves when the last requests are answered. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get tenants(): readonly string[] {
    return this.#options.tenants;
  }

  /** Waits for something; throws at once when a writer gave up meanwhile. */
  async whileHealthy<T>(work: Promise<T>): Promise<T> {
    const failed = (this.#running ?? Promise.resolve()).then(
      () => new Promise<never>(() => {}),
      (error: unknown) => Promise.reject(error),
    );
    return await Promise.race([work, failed]);
  }

  /** Number of samples acknowledged so far, of one tenant if given. */
  sampleCount(tenant?: string): number {
    const ledgers = tenant === undefined ? [...this.#ledgers.values()] : [this.#ledgers.get(tenant)!];
    return ledgers.reduce((sum, ledger) => sum + ledger.sampleCount(), 0);
  }

  /** Compares everything that is stored with everything that was acknowledged: the zero-loss check. */
  async differences(): Promise<Map<string, LedgerDifference>> {
    const found = new Map<string, LedgerDifference>();
    for (const [tenant, ledger] of this.#ledgers) {
      const target = telamonTarget(this.#options.queryBase, tenant);
      const lastMs = Math.max(this.#startMs, ...ledger.batches().map(({ timeMs }) => timeMs));
      const stored = await readAllSamples(target, [this.#startMs, lastMs + 1000]);
      const difference = compareWithLedger(ledger, stored);
      const counted = await countAll(target, this.#startMs);
      // An API answer can't hold a sample twice where the series is one; what the engine counts can.
      const doubled = Math.max(difference.doubled, counted - stored.length);
      found.set(tenant, { ...difference, doubled });
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
      const bodies = [requestOf(series, isVersion2), requestOf(series, !isVersion2)] as const;
      if (!(await this.#deliver(target, ...bodies[0]))) return;
      if (this.#options.isDoubled === true && !(await this.#deliver(target, ...bodies[1]))) return;
      const batch = { firstSeries: 0, count: seriesPerTenant, timeMs };
      ledger.acknowledge(batch);
      this.#lastAcked.set(tenant, batch);
    }
  }

  /** Sends until it is acknowledged, as Prometheus does; false when the load ends before. */
  async #deliver(target: Target, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<boolean> {
    const firstMs = performance.now();
    for (let pauseMs = 30; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      const answer = await pushBody(target, body, headers).catch(() => undefined);
      const status = answer?.status ?? 0;
      const tookMs = performance.now() - firstMs;
      if (status >= 200 && status < 300) {
        this.report.acknowledged++;
        this.report.slowestWriteMs = Math.max(this.report.slowestWriteMs, tookMs);
        this.report.writes.push({ atMs: firstMs, tookMs });
        return true;
      }
      count(this.report.refusals, status);
      count(this.report.refusalTexts, `${status} ${worded(answer?.text ?? 'connection failed')}`);
      if ((status === 429 || status === 503) && answer?.headers['retry-after'] === undefined) this.report.withoutRetryAfter++;
      if (status >= 400 && status < 500 && status !== 429)
        throw new Error(`a write was refused for good with ${status}: ${answer?.text.slice(0, 300)}`);
      if (tookMs > this.#options.giveUpMs)
        throw new Error(`no acknowledgement in ${Math.round(tookMs)} ms, last ${status}: ${answer?.text.slice(0, 300)}`);
      if (this.#stop.signal.aborted) return false;
      await delay(pauseMs);
    }
  }

  /** Asks again and again for what was acknowledged a moment ago, in several ways: a replica set that is lost or short would show. */
  async #read(tenant: string): Promise<void> {
    const target = telamonTarget(this.#options.queryBase, tenant);
    for (let round = 0; !this.#stop.signal.aborted; round++) {
      await delay(READ_INTERVAL_MS);
      const batch = this.#lastAcked.get(tenant);
      if (batch === undefined) continue;
      const { query, want } = questionOf(batch, round);
      const time = String(batch.timeMs / 1000);
      const answer = await ask(target, 'query', { query, time }).catch((error: unknown) => String(error));
      if (typeof answer === 'string' || answer.status !== 'success') {
        const text = typeof answer === 'string' ? answer : `${answer.errorType}: ${answer.error}`;
        count(this.report.queryErrors, worded(text));
        continue;
      }
      const got = answer.data.result.map(({ value }) => value?.[1]).join();
      if (got === want) this.report.rightAnswers++;
      else this.report.wrongAnswers.push(`${tenant} ${query} at ${batch.timeMs}: want ${want}, got ${got}`);
    }
  }
}

interface Question {
  readonly query: string;
  /** Values of the answer in its order, joined by commas. */
  readonly want: string;
}

/** One of the questions about a batch that was acknowledged. Instants of single batches; older samples would have other values. */
function questionOf(batch: AckedBatch, round: number): Question {
  const group = round % GROUPS;
  switch (round % 4) {
    case 0:
      return { query: `sum(ledger{group="${group}"})`, want: String(groupSum(batch, group)) };
    case 1:
      return { query: 'count(ledger)', want: String(batch.count) };
    case 2:
      return {
        query: 'sort(sum by (group) (ledger))',
        want: Array.from({ length: GROUPS }, (_x, i) => groupSum(batch, i))
          .sort((a, b) => a - b)
          .join(),
      };
    default: {
      const index = batch.firstSeries + ((round * 31) % batch.count);
      return { query: `ledger{series="${index}"}`, want: String(ledgerValue(index, batch.timeMs)) };
    }
  }
}

/** Samples of all series from a time on, as the engine counts them. */
async function countAll(target: Target, fromMs: number): Promise<number> {
  // A range selector takes (end - range, end].
  const time = ((fromMs - 1) / 1000 + 7200).toFixed(3);
  const answer = await ask(target, 'query', { query: 'sum(count_over_time(ledger[2h]))', time });
  if (answer.status !== 'success') throw new Error(`counting: ${answer.errorType}: ${answer.error}`);
  return Number(answer.data.result[0]?.value?.[1] ?? 0);
}

function requestOf(
  series: readonly WriteSeries[],
  isVersion2: boolean,
): readonly [body: Uint8Array, headers: Readonly<Record<string, string>>] {
  return isVersion2 ? [snappyBlock(encodeV2(series)), V2_HEADERS] : [snappyBlock(encodeV1(series)), V1_HEADERS];
}

/** Sum of the values of a group's series in a batch. */
function groupSum({ firstSeries, count: seriesCount, timeMs }: AckedBatch, group: number): number {
  let sum = 0;
  for (let i = firstSeries; i < firstSeries + seriesCount; i++) if (i % GROUPS === group) sum += ledgerValue(i, timeMs);
  return sum;
}

/** A message without its numbers, so that the same is counted together. */
function worded(text: string): string {
  return text.trim().replaceAll(/\d+/g, '#').slice(0, 200);
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
