import type { Labels } from './labels.ts';

/** The four ways in which a matcher compares. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** A matcher as it travels between threads and processes. Patterns are RE2 and anchored at both ends. */
export interface MatcherSpec {
  readonly operator: MatchOperator;
  readonly name: string;
  readonly value: string;
}

/** A compiled matcher. An absent label has the value ''. */
export interface Matcher extends MatcherSpec {
  /** Whether a label value passes. */
  matches(value: string): boolean;
  /** For `=~`/`!~`: the finite set of strings that the pattern stands for (`a|b|c`), if it is one. */
  readonly setMatches: readonly string[] | undefined;
  /** For `=~`/`!~`: a literal that every matching value starts with, '' if none is known. */
  readonly prefix: string;
}

/** Whether a set of labels passes all matchers. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  for (const matcher of matchers) if (!matcher.matches(labels.get(matcher.name))) return false;
  return true;
}
