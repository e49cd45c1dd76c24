import { LruMap } from './lru-map.ts';
import { Regexp } from './regexp.ts';

/** Compiled expressions by pattern, bounded by the summed length of the patterns. */
export class RegexpCache {
  readonly #byPattern: LruMap<string, Regexp>;

  /** `maxPatternUnits`: most UTF-16 units of patterns that are kept; a compiled one takes some hundred bytes a unit. */
  constructor(maxPatternUnits = 65_536) {
    this.#byPattern = new LruMap<string, Regexp>({ maxCost: maxPatternUnits, costOf: (_, pattern) => pattern.length + 16 });
  }

  /** As {@link Regexp.compile}; errors are not kept. */
  compile(pattern: string): Regexp {
    const known = this.#byPattern.get(pattern);
    if (known !== undefined) return known;
    const compiled = Regexp.compile(pattern);
    this.#byPattern.set(pattern, compiled);
    return compiled;
  }

  /** Number of expressions held. */
  get size(): number {
    return this.#byPattern.size;
  }
}
