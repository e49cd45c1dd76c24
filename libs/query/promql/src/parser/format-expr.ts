import { compareUtf8, formatG, formatScalar, type Matcher } from '@telamon/model';
import type {
  AggregateExpr,
  BinaryExpr,
  DurationExpr,
  Expr,
  MatrixSelector,
  NumberLiteral,
  SubqueryExpr,
  VectorSelector,
} from './ast.ts';
import { formatDurationLiteral } from './duration-literal.ts';
import { hasAggregationParameter } from './expr-parser.ts';
import { quoteGo } from './go-quote.ts';
import { unrollBinary } from './value-type.ts';

const LEGACY_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * An expression as Prometheus prints it, in one line. Parsing the text gives the same expression, except that quoted names
 * become matchers and what Prometheus drops is dropped (`by ()`, a plus before a duration). Cost: O(size).
 */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return formatNumber(expr);
    case 'string':
      return quoteGo(expr.value);
    case 'vectorSelector':
      return formatSelector(expr) + formatSelectorModifiers(expr);
    case 'matrixSelector':
      return formatMatrixSelector(expr);
    case 'subquery':
      return formatExpr(expr.expr) + formatSubquerySuffix(expr);
    case 'call':
      return `${expr.func.name}(${expr.args.map(formatExpr).join(', ')})`;
    case 'aggregate':
      return formatAggregate(expr);
    case 'binary':
      return formatBinary(expr);
    case 'unary':
      return expr.op + formatExpr(expr.expr);
    case 'paren':
      return `(${formatExpr(expr.expr)})`;
    case 'stepInvariant':
      return formatExpr(expr.expr);
    case 'duration':
      return formatDurationExpr(expr);
  }
}

/** A matcher as Prometheus prints it: `name="value"`, the name quoted where it needs to be. */
export function formatMatcher(matcher: Matcher): string {
  return formatLabelName(matcher.name) + matcher.operator + quoteGo(matcher.value);
}

/** `op by (labels) ` in front of an aggregation's parentheses. */
export function formatAggregateHead(expr: AggregateExpr): string {
  const labels = expr.grouping.map(formatLabelName).join(', ');
  if (expr.isWithout) return `${expr.op} without (${labels}) `;
  return expr.grouping.length > 0 ? `${expr.op} by (${labels}) ` : expr.op;
}

/** A binary operator with its modifiers: `== bool on (a) group_left (b)`. */
export function formatOperator(expr: BinaryExpr): string {
  return expr.op + (expr.returnBool ? ' bool' : '') + formatMatching(expr);
}

/** `[range:step] @ time offset duration` of a subquery. */
export function formatSubquerySuffix(expr: SubqueryExpr): string {
  const step = expr.stepMs !== 0 ? formatDurationLiteral(expr.stepMs) : formatOptional(expr.stepExpr);
  return `[${formatRange(expr)}:${step}]${formatAt(expr)}${formatOffset(expr)}`;
}

function formatLabelName(name: string): string {
  return LEGACY_LABEL.test(name) ? name : quoteGo(name);
}

function formatNumber(literal: NumberLiteral): string {
  if (!literal.isDuration) return formatScalar(literal.value);
  // Nanoseconds are cut off here, not rounded.
  return formatDurationLiteral(Math.trunc(Math.trunc(literal.value * 1e9) / 1e6));
}

function formatSelector(selector: VectorSelector): string {
  const matchers = selector.matchers.filter((matcher) => !isNameOf(selector, matcher)).map(formatMatcher);
  return matchers.length === 0 ? selector.name : `${selector.name}{${matchers.sort(compareUtf8).join(',')}}`;
}

/** The matcher that stands for the name before the braces. */
function isNameOf(selector: VectorSelector, matcher: Matcher): boolean {
  const isEquality = matcher.operator === '=' && matcher.name === '__name__';
  return isEquality && matcher.value === selector.name && matcher.value !== '';
}

function formatSelectorModifiers(selector: VectorSelector): string {
  return formatAt(selector) + formatExtension(selector) + formatOffset(selector);
}

function formatMatrixSelector(expr: MatrixSelector): string {
  const selector = expr.vectorSelector;
  const modifiers = formatExtension(selector) + formatAt(selector) + formatOffset(selector);
  return `${formatSelector(selector)}[${formatRange(expr)}]${modifiers}`;
}

function formatExtension(selector: VectorSelector): string {
  if (selector.isAnchored) return ' anchored';
  return selector.isSmoothed ? ' smoothed' : '';
}

function formatRange(expr: MatrixSelector | SubqueryExpr): string {
  return expr.rangeExpr === undefined ? formatDurationLiteral(expr.rangeMs) : formatDurationExpr(expr.rangeExpr);
}

function formatAt(expr: VectorSelector | SubqueryExpr): string {
  if (expr.timestampMs !== undefined) return ` @ ${formatSeconds(expr.timestampMs)}`;
  return expr.startOrEnd === undefined ? '' : ` @ ${expr.startOrEnd}()`;
}

/** Seconds with three decimals, which toFixed leaves out from 1e21 on. */
function formatSeconds(timestampMs: number): string {
  return (timestampMs / 1000).toFixed(3);
}

function formatOffset(expr: VectorSelector | SubqueryExpr): string {
  if (expr.offsetExpr !== undefined) return ` offset ${formatDurationExpr(expr.offsetExpr)}`;
  return expr.originalOffsetMs === 0 ? '' : ` offset ${formatDurationLiteral(expr.originalOffsetMs)}`;
}

function formatOptional(duration: DurationExpr | undefined): string {
  return duration === undefined ? '' : formatDurationExpr(duration);
}

function formatDurationExpr(expr: DurationExpr): string {
  const text = formatDurationInner(expr);
  return expr.isWrapped ? `(${text})` : text;
}

function formatDurationInner(expr: DurationExpr): string {
  const { op } = expr;
  if (op === 'step' || op === 'range') return `${op}()`;
  const rhs = formatExpr(expr.rhs!);
  if (expr.lhs === undefined) return op === '-' ? `-${rhs}` : rhs;
  const lhs = formatExpr(expr.lhs);
  return op === 'min_of' || op === 'max_of' ? `${op}(${lhs}, ${rhs})` : `${lhs} ${op} ${rhs}`;
}

function formatAggregate(expr: AggregateExpr): string {
  const param = hasAggregationParameter(expr.op) ? `${formatExpr(expr.param!)}, ` : '';
  return `${formatAggregateHead(expr)}(${param}${formatExpr(expr.expr)})`;
}

function formatBinary(expr: BinaryExpr): string {
  const { first, links } = unrollBinary(expr);
  const parts = [formatExpr(first)];
  for (const link of links) parts.push(formatOperator(link), formatExpr(link.rhs));
  return parts.join(' ');
}

function formatMatching(expr: BinaryExpr): string {
  const { matching } = expr;
  if (matching === undefined) return '';
  const isGrouped = matching.card === 'many-to-one' || matching.card === 'one-to-many';
  let out = '';
  if (matching.matchingLabels.length > 0 || matching.isOn || isGrouped) {
    out += ` ${matching.isOn ? 'on' : 'ignoring'} (${matching.matchingLabels.map(formatLabelName).join(', ')})`;
  }
  if (isGrouped) {
    const side = matching.card === 'many-to-one' ? 'left' : 'right';
    out += ` group_${side} (${matching.include.map(formatLabelName).join(', ')})`;
  }
  return out + formatFill(matching.fillLeft, matching.fillRight);
}

function formatFill(left: number | undefined, right: number | undefined): string {
  if (left !== undefined && left === right) return ` fill (${formatG(left)})`;
  const first = left === undefined ? '' : ` fill_left (${formatG(left)})`;
  return right === undefined ? first : `${first} fill_right (${formatG(right)})`;
}
