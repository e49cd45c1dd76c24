import { ask, type Target } from '../harness/telamon-client.ts';
import { SCRAPE_INTERVAL_MS, type ScrapeLoad, STANDARD_LOAD } from './scrape-load.ts';

/** The query that is measured: 30,000 series. */
export const QUERY = 'sum by (job) (rate(http_requests_total[5m]))';

/** So often it is asked before, so that code is compiled. */
const WARM_ROUNDS = 8;
const ROUNDS = 9;
const STEPS = 60;

/**
 * Median time of {@link QUERY} over the last 60 scrapes up to `endMs` (all, of a shorter load), ms, after some rounds to warm up. Throws when
 * the answer is an error or empty.
 */
export async function medianQueryMs(target: Target, load: ScrapeLoad, endMs: number = load.endMs): Promise<number> {
  const lengthMs = Math.min(endMs - load.startMs, (STANDARD_LOAD.scrapeCount - 1) * SCRAPE_INTERVAL_MS);
  const stepS = Math.floor(lengthMs / 1000 / STEPS);
  const endS = endMs / 1000;
  const params = { query: QUERY, start: String(endS - STEPS * stepS), end: String(endS), step: String(stepS) };
  const times: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round++) {
    const startedMs = performance.now();
    const answer = await ask(target, 'query_range', params);
    if (answer.status !== 'success' || answer.data.result.length === 0) throw new Error(`${QUERY}: ${answer.error ?? 'nothing'}`);
    times.push(performance.now() - startedMs);
  }
  return times.slice(WARM_ROUNDS).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
