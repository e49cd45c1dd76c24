import type { Labels, Matcher, SampleColumns } from '@telamon/model';

/** What the engine tells the storage about a selector, so that it can read less. All times inclusive, ms. */
export interface SelectHints {
  readonly startMs: number;
  readonly endMs: number;
  /** Step of the query; 0 for instant queries. */
  readonly stepMs: number;
  /** Range of the range selector; 0 for an instant selector. */
  readonly rangeMs: number;
  /** Name of the surrounding function or aggregation, '' if none. */
  readonly func: string;
  /** Grouping labels of the surrounding aggregation, undefined if none. */
  readonly grouping: readonly string[] | undefined;
  readonly isBy: boolean;
  /** 0 = no limit; `limitk(k, ...)` may pass k. */
  readonly limit: number;
}

/** One series as storage hands it to the engine. Samples stay compressed until asked for. */
export interface Series {
  readonly labels: Labels;
  /**
   * Decodes into `into` (after clearing it) every sample with fromMs <= t <= toMs, staleness markers included, ascending.
   * Synchronous and callable more than once, also with another range. Cost: linear in the chunks that overlap the range.
   */
  read(fromMs: number, toMs: number, into: SampleColumns): void;
}

/** Storage as the engine sees it. One instance serves one query; `close` is called once at its end. */
export interface Queryable {
  /**
   * All series that pass the matchers and may have samples within the hints' time range, each once, sorted by labels
   * bytewise. Throws TelamonError on limits, AbortError-named errors on cancellation.
   */
  select(matchers: readonly Matcher[], hints: SelectHints, signal: AbortSignal): Promise<readonly Series[]>;
}
