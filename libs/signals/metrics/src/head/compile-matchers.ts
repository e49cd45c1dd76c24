import { RegexpCache, RegexpSyntaxError } from '@telamon/algo';
import { type Matcher, type MatcherSpec, TelamonError } from '@telamon/model';

/** Compiles matchers and keeps the expressions of recent ones. */
export class MatcherCompiler {
  readonly #cache = new RegexpCache();

  /** Compiles; TelamonError 400 when RE2 refuses a pattern. */
  compile(specs: readonly MatcherSpec[]): Matcher[] {
    return specs.map((spec) => this.#compileOne(spec));
  }

  #compileOne(spec: MatcherSpec): Matcher {
    const { operator, name, value } = spec;
    if (operator === '=') return { operator, name, value, matches: (text) => text === value, setMatches: undefined, prefix: '' };
    if (operator === '!=') return { operator, name, value, matches: (text) => text !== value, setMatches: undefined, prefix: '' };
    try {
      const regexp = this.#cache.compile(value);
      const { setMatches, prefix } = regexp;
      const matches = operator === '=~' ? (text: string) => regexp.test(text) : (text: string) => !regexp.test(text);
      return { operator, name, value, matches, setMatches, prefix };
    } catch (cause) {
      if (!(cause instanceof RegexpSyntaxError)) throw cause;
      throw new TelamonError(cause.message, { status: 400, cause });
    }
  }
}
