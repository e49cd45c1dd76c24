import type { RegexpSource } from '@telamon/model';

/** Switches experimental functions and aggregations on. */
export const EXPERIMENTAL_FUNCTIONS = 'promql-experimental-functions';
/** Switches `anchored` and `smoothed` on. */
export const EXTENDED_RANGE_SELECTORS = 'promql-extended-range-selectors';
/** Switches `fill(...)`, `fill_left(...)` and `fill_right(...)` on. */
export const BINOP_FILL_MODIFIERS = 'promql-binop-fill-modifiers';

/** Depth of nesting that a query may have unless told otherwise. */
export const DEFAULT_MAX_DEPTH = 512;
/** Length that a query may have unless told otherwise. */
export const DEFAULT_MAX_LENGTH_BYTES: number = 1024 * 1024;

/** What a parse accepts. */
export interface ParserOptions {
  /** Feature names as Prometheus has them; experimental syntax is refused unless its name is in here. Default: none. */
  readonly features?: ReadonlySet<string>;
  /** Arithmetic in durations (`promql-duration-expr`), on by default as in Prometheus 3.14. */
  readonly hasDurationExpressions?: boolean;
  /**
   * Levels of nesting, a left-associative chain of operators (`a + b - c ...`) counting as one: the expression that comes
   * out is walked by recursive functions. Default 512.
   */
  readonly maxDepth?: number;
  /** Length of the query in UTF-8. Default 1 MiB. */
  readonly maxLengthBytes?: number;
  /** Where compiled patterns come from; a cache saves 0.1 ms per pattern. Default: compiled anew. */
  readonly compileRegexp?: RegexpSource;
}
