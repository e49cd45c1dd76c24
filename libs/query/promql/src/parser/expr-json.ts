import { formatScalar } from '@telamon/model';
import type { BinaryExpr, Call, DurationExpr, Expr, MatrixSelector, NumberLiteral, SubqueryExpr, VectorSelector } from './ast.ts';
import { unrollBinary } from './value-type.ts';

/** A value that JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** An object that JSON can hold. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** JSON.stringify recurses; chains of operators beyond this are refused. */
const MAX_CHAIN = 2_000;

/**
 * An expression as `/api/v1/parse_query` shows it; JSON.stringify gives the fields in Prometheus' order, which is
 * alphabetical. Throws an Error for a chain of more than 2,000 operators, which would nest too deeply for JSON.
 */
export function exprToJson(expr: Expr): JsonObject {
  switch (expr.kind) {
    case 'aggregate':
      return {
        expr: exprToJson(expr.expr),
        grouping: expr.grouping,
        op: expr.op,
        param: expr.param === undefined ? null : exprToJson(expr.param),
        type: 'aggregation',
        without: expr.isWithout,
      };
    case 'binary':
      return chainToJson(expr);
    case 'call':
      return callToJson(expr);
    case 'matrixSelector':
      return matrixSelectorToJson(expr);
    case 'subquery':
      return subqueryToJson(expr);
    case 'vectorSelector':
      return { ...selectorToJson(expr), type: 'vectorSelector' };
    case 'number':
      return { type: 'numberLiteral', val: formatScalar(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: wellFormed(expr.value) };
    case 'paren':
      return { expr: exprToJson(expr.expr), type: 'parenExpr' };
    case 'unary':
      return { expr: exprToJson(expr.expr), op: expr.op, type: 'unaryExpr' };
    case 'stepInvariant':
      return exprToJson(expr.expr);
    case 'duration':
      return durationToJson(expr)!;
  }
}

function chainToJson(expr: BinaryExpr): JsonObject {
  const { first, links } = unrollBinary(expr);
  if (links.length > MAX_CHAIN) throw new Error(`expression chains more than ${MAX_CHAIN} operators`);
  let lhs = exprToJson(first);
  for (const link of links) {
    const matching = matchingToJson(link);
    lhs = { bool: link.returnBool, lhs, matching, op: link.op, rhs: exprToJson(link.rhs), type: 'binaryExpr' };
  }
  return lhs;
}

function matchingToJson(expr: BinaryExpr): JsonValue {
  const { matching } = expr;
  if (matching === undefined) return null;
  return {
    card: matching.card,
    fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
    include: matching.include.map(wellFormed),
    labels: matching.matchingLabels.map(wellFormed),
    on: matching.isOn,
  };
}

function callToJson(expr: Call): JsonObject {
  const { name, argTypes, variadic, returnType } = expr.func;
  return { args: expr.args.map(exprToJson), func: { argTypes, name, returnType, variadic }, type: 'call' };
}

function matrixSelectorToJson(expr: MatrixSelector): JsonObject {
  const { anchored, matchers, name, offset, offsetExpr, smoothed, startOrEnd, timestamp } = selectorToJson(expr.vectorSelector);
  return {
    anchored: anchored!,
    matchers: matchers!,
    name: name!,
    offset: offset!,
    offsetExpr: offsetExpr!,
    range: expr.rangeMs,
    rangeExpr: durationToJson(expr.rangeExpr),
    smoothed: smoothed!,
    startOrEnd: startOrEnd!,
    timestamp: timestamp!,
    type: 'matrixSelector',
  };
}

function selectorToJson(selector: VectorSelector): JsonObject {
  return {
    anchored: selector.isAnchored,
    matchers: selector.matchers.map(({ name, operator, value }) => ({
      name: wellFormed(name),
      type: operator,
      value: wellFormed(value),
    })),
    name: selector.name,
    offset: selector.originalOffsetMs,
    offsetExpr: durationToJson(selector.offsetExpr),
    smoothed: selector.isSmoothed,
    startOrEnd: selector.startOrEnd ?? null,
    timestamp: selector.timestampMs ?? null,
  };
}

function subqueryToJson(expr: SubqueryExpr): JsonObject {
  return {
    expr: exprToJson(expr.expr),
    offset: expr.originalOffsetMs,
    offsetExpr: durationToJson(expr.offsetExpr),
    range: expr.rangeMs,
    rangeExpr: durationToJson(expr.rangeExpr),
    startOrEnd: expr.startOrEnd ?? null,
    step: expr.stepMs,
    stepExpr: durationToJson(expr.stepExpr),
    timestamp: expr.timestampMs ?? null,
    type: 'subquery',
  };
}

function durationToJson(expr: DurationExpr | undefined): JsonObject | null {
  if (expr === undefined) return null;
  return {
    lhs: operandToJson(expr.lhs),
    op: expr.op,
    rhs: operandToJson(expr.rhs),
    type: 'durationExpr',
    wrapped: expr.isWrapped,
  };
}

function operandToJson(operand: NumberLiteral | DurationExpr | undefined): JsonObject | null {
  if (operand?.kind !== 'number') return durationToJson(operand);
  return { duration: operand.isDuration, type: 'numberLiteral', val: formatScalar(operand.value) };
}

/** Bytes that were no UTF-8 become replacement characters. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
