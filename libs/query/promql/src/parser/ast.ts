import type { Matcher } from '@telamon/model';

/** Half-open range of positions in the query text, in bytes of its UTF-8 form as Prometheus counts them. */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

/** Types of PromQL values, as the API prints them. */
export type ValueType = 'none' | 'scalar' | 'vector' | 'matrix' | 'string';

/** `@ start()` / `@ end()`. */
export type StartOrEnd = 'start' | 'end';

/** A PromQL expression. Nodes are plain data; the evaluator may wrap subtrees in {@link StepInvariantExpr}. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | SubqueryExpr
  | Call
  | AggregateExpr
  | BinaryExpr
  | UnaryExpr
  | ParenExpr
  | StepInvariantExpr
  | DurationExpr;

/** A number. `isDuration` tells that it was written as one (`5m`), which the printer keeps. */
export interface NumberLiteral {
  readonly kind: 'number';
  value: number;
  isDuration: boolean;
  pos: PositionRange;
}

/** A string. */
export interface StringLiteral {
  readonly kind: 'string';
  value: string;
  pos: PositionRange;
}

/** `name{matchers} offset d @ t`, also the inner part of a range selector. */
export interface VectorSelector {
  readonly kind: 'vectorSelector';
  /** Metric name as written before the braces, '' if none. */
  name: string;
  /** All matchers, the one for `__name__` included, in source order with the name's last as Prometheus has it. */
  matchers: Matcher[];
  /** As written, in ms; what `offsetMs` is before `@ start()/end()` are resolved. */
  originalOffsetMs: number;
  offsetExpr: DurationExpr | undefined;
  /** Fixed evaluation time of `@ <t>`, ms. */
  timestampMs: number | undefined;
  startOrEnd: StartOrEnd | undefined;
  /** `anchored` / `smoothed`. */
  isAnchored: boolean;
  isSmoothed: boolean;
  /** Set by checks on implicit selectors of `info()`: the empty matcher rule is not applied. */
  bypassEmptyMatcherCheck: boolean;
  pos: PositionRange;
}

/** `selector[range]`. */
export interface MatrixSelector {
  readonly kind: 'matrixSelector';
  vectorSelector: VectorSelector;
  rangeMs: number;
  rangeExpr: DurationExpr | undefined;
  pos: PositionRange;
}

/** `expr[range:step] offset d @ t`. */
export interface SubqueryExpr {
  readonly kind: 'subquery';
  expr: Expr;
  rangeMs: number;
  rangeExpr: DurationExpr | undefined;
  originalOffsetMs: number;
  offsetExpr: DurationExpr | undefined;
  timestampMs: number | undefined;
  startOrEnd: StartOrEnd | undefined;
  /** 0 = the engine's default evaluation interval. */
  stepMs: number;
  stepExpr: DurationExpr | undefined;
  pos: PositionRange;
}

/** A function call. */
export interface Call {
  readonly kind: 'call';
  func: FunctionSignature;
  args: Expr[];
  pos: PositionRange;
}

/** Declared type of a function. */
export interface FunctionSignature {
  readonly name: string;
  readonly argTypes: readonly ValueType[];
  /** 0 = fixed; n > 0 = the last type may be omitted or repeated up to n times; -1 = without bound. As in Prometheus. */
  readonly variadic: number;
  readonly returnType: ValueType;
  readonly isExperimental: boolean;
}

/** Aggregation operators; `limitk` and `limit_ratio` are experimental. */
export type AggregateOperator =
  | 'sum'
  | 'avg'
  | 'count'
  | 'min'
  | 'max'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'count_values'
  | 'quantile'
  | 'limitk'
  | 'limit_ratio';

/** `op by (labels) (param, expr)`. */
export interface AggregateExpr {
  readonly kind: 'aggregate';
  op: AggregateOperator;
  expr: Expr;
  param: Expr | undefined;
  grouping: string[];
  isWithout: boolean;
  pos: PositionRange;
}

/** Binary operators; `</` and `>/` trim native histograms. */
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '^'
  | 'atan2'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '</'
  | '>/'
  | 'and'
  | 'or'
  | 'unless';

/** How many series of each side belong together. */
export type MatchCardinality = 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';

/** `on/ignoring`, `group_left/right`, `fill*`. */
export interface VectorMatching {
  card: MatchCardinality;
  matchingLabels: string[];
  /** true: `on(...)`; false: `ignoring(...)` or nothing. */
  isOn: boolean;
  /** Labels of group_left/right(...). */
  include: string[];
  fillLeft: number | undefined;
  fillRight: number | undefined;
}

/** `lhs op rhs`. `matching` is set when both sides are vectors. */
export interface BinaryExpr {
  readonly kind: 'binary';
  op: BinaryOperator;
  lhs: Expr;
  rhs: Expr;
  matching: VectorMatching | undefined;
  returnBool: boolean;
  pos: PositionRange;
}

/** `-x` or `+x`. */
export interface UnaryExpr {
  readonly kind: 'unary';
  op: '+' | '-';
  expr: Expr;
  pos: PositionRange;
}

/** `(x)`. */
export interface ParenExpr {
  readonly kind: 'paren';
  expr: Expr;
  pos: PositionRange;
}

/** Made by the preprocessor around what has the same value at every step. */
export interface StepInvariantExpr {
  readonly kind: 'stepInvariant';
  expr: Expr;
  pos: PositionRange;
}

/** Operators inside a duration expression; `step`, `range`, `min`, `max` are functions there. */
export type DurationOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'step' | 'range' | 'min_of' | 'max_of';

/** Arithmetic on durations, resolved when start, end and step are known. */
export interface DurationExpr {
  readonly kind: 'duration';
  op: DurationOperator;
  /** NumberLiteral (seconds) or a nested expression; lhs is undefined for unary operators. */
  lhs: NumberLiteral | DurationExpr | undefined;
  rhs: NumberLiteral | DurationExpr | undefined;
  /** Written in parentheses, which the printer keeps. */
  isWrapped: boolean;
  pos: PositionRange;
}
