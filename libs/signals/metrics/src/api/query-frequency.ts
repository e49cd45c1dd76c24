import { LruMap } from '@telamon/algo';
import { type LimitedQuery, queryLimited } from '@telamon/limits';

/** Queries whose last run is remembered; there are as many as operators name. */
const RUNS_MAX = 10_000;

/** Holds tenants to the frequency at which an operator lets them run certain queries. */
export class QueryFrequency {
  readonly #lastMs = new LruMap<string, number>({ maxCost: RUNS_MAX });
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Notes that a tenant runs a query. Queries are told apart by their text without the blanks around it.
   *
   * @throws CatalogueError 429 when it ran too short a time ago.
   */
  take(tenant: string, query: string, limited: readonly LimitedQuery[]): void {
    if (limited.length === 0) return;
    const text = query.trim();
    const rule = limited.find((one) => one.query === text);
    if (rule === undefined) return;
    const key = `${tenant}\0${text}`;
    const nowMs = this.#nowMs();
    const lastMs = this.#lastMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < rule.allowedFrequencyMs) throw queryLimited(rule.allowedFrequencyMs);
    this.#lastMs.set(key, nowMs);
  }
}
