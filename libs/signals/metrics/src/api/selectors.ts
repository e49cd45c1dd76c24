import type { Matcher, MatcherSpec } from '@telamon/model';
import { parseMetricSelector } from '@telamon/promql';
import { ApiError } from './api-error.ts';

/** Largest number of `match[]` that one request may carry. */
const SELECTORS_MAX = 1_000;

/**
 * Parses `match[]` parameters. Errors carry the parser's text, wrapped by `wrap` where an endpoint does so. A selector
 * that every series would pass is refused, as Prometheus does.
 */
export function parseSelectors(texts: readonly string[], wrap: (message: string) => ApiError = plain): Matcher[][] {
  const sets = readSelectors(texts, wrap);
  for (const matchers of sets)
    if (matchers.every((matcher) => matcher.matches(''))) throw wrap('match[] must contain at least one non-empty matcher');
  return sets;
}

/** As {@link parseSelectors}, whatever they select. */
export function readSelectors(texts: readonly string[], wrap: (message: string) => ApiError = plain): Matcher[][] {
  if (texts.length > SELECTORS_MAX)
    throw new ApiError('bad_data', `too many match[] parameters: ${texts.length}, at most ${SELECTORS_MAX}`);
  return texts.map((text) => {
    try {
      return parseMetricSelector(text);
    } catch (error) {
      throw wrap((error as Error).message);
    }
  });
}

function plain(message: string): ApiError {
  return new ApiError('bad_data', message);
}

/** The matchers as they travel to sources. */
export function specsOf(matchers: readonly Matcher[]): MatcherSpec[] {
  return matchers.map(({ operator, name, value }) => ({ operator, name, value }));
}
