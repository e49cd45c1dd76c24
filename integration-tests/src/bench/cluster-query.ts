import { ask, type Target } from '../harness/telamon-client.ts';
import type { ScrapeLoad } from './scrape-load.ts';

/** The query that is measured: 30,000 series. */
export const QUERY = 'sum by (job) (rate(http_requests_total[5m]))';

const ROUNDS = 7;
const STEPS = 60;

/** Median time of {@link QUERY} over all of a load, ms, after one round to warm up. Throws when the answer is an error or empty. */
export async function medianQueryMs(target: Target, load: ScrapeLoad): Promise<number> {
  const stepS = Math.floor((load.endMs - load.startMs) / 1000 / STEPS);
  const endS = load.endMs / 1000;
  const params = { query: QUERY, start: String(endS - STEPS * stepS), end: String(endS), step: String(stepS) };
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedMs = performance.now();
    const answer = await ask(target, 'query_range', params);
    if (answer.status !== 'success' || answer.data.result.length === 0) throw new Error(`${QUERY}: ${answer.error ?? 'nothing'}`);
    times.push(performance.now() - startedMs);
  }
  return times.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
