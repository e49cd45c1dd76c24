import type { Matcher, MatchOperator } from '@telamon/model';
import { RE2JS } from 're2js';

/** Stand-in. */
export function compileMatcher(operator: MatchOperator, name: string, value: string): Matcher {
  if (operator === '=' || operator === '!=') {
    const isEqual = operator === '=';
    return { operator, name, value, matches: (other) => (other === value) === isEqual, setMatches: undefined, prefix: '' };
  }
  RE2JS.compile(value);
  const pattern = RE2JS.compile(`^(?:${value})$`, RE2JS.DOTALL);
  const isEqual = operator === '=~';
  return { operator, name, value, matches: (other) => pattern.matches(other) === isEqual, setMatches: undefined, prefix: '' };
}
