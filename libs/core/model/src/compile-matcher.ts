import { Regexp, RegexpSyntaxError } from '@telamon/algo';
import type { Matcher, MatcherSpec, MatchOperator } from './matcher.ts';
import { TelamonError } from './telamon-error.ts';

/** Compiles a pattern; lets callers share a cache between matchers. */
export type RegexpSource = (pattern: string) => Regexp;

/**
 * Compiles a matcher. A pattern that RE2 refuses is a {@link TelamonError} of status 400 with the text of Go's regexp
 * package. `compile` may be a cache (`cache.compile.bind(cache)`). Cost: about 0.1 ms for a pattern, nothing otherwise.
 */
export function compileMatcher(spec: MatcherSpec, compile: RegexpSource = Regexp.compile): Matcher {
  const { operator, name, value } = spec;
  if (operator === '=') return { operator, name, value, matches: (text) => text === value, setMatches: undefined, prefix: '' };
  if (operator === '!=') return { operator, name, value, matches: (text) => text !== value, setMatches: undefined, prefix: '' };
  const regexp = compileOrRefuse(value, compile);
  const isNegated = isNegative(operator);
  return {
    operator,
    name,
    value,
    matches: isNegated ? (text) => !regexp.test(text) : (text) => regexp.test(text),
    setMatches: regexp.setMatches,
    prefix: regexp.prefix,
  };
}

/** Whether a matcher passes what its value or pattern does not describe (`!=`, `!~`). */
export function isNegative(operator: MatchOperator): boolean {
  return operator === '!=' || operator === '!~';
}

function compileOrRefuse(pattern: string, compile: RegexpSource): Regexp {
  try {
    return compile(pattern);
  } catch (cause) {
    if (cause instanceof RegexpSyntaxError) throw new TelamonError(cause.message, { status: 400, cause });
    throw cause;
  }
}
