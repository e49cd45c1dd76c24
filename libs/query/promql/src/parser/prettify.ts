import type { AggregateExpr, BinaryExpr, Expr } from './ast.ts';
import { hasAggregationParameter } from './expr-parser.ts';
import { formatAggregateHead, formatExpr, formatOperator, formatSubquerySuffix } from './format-expr.ts';
import { utf8Length } from './position-map.ts';
import { unrollBinary } from './value-type.ts';

const MAX_LINE_BYTES = 100;
const INDENT = '  ';
/** A chain of n operators is indented up to n levels, so the text grows with the square of its length. */
const DEFAULT_MAX_OUTPUT_CHARS: number = 16 * 1024 * 1024;

/**
 * An expression as Prometheus' formatter prints it: what does not fit 100 bytes is broken over lines, indented by two
 * spaces a level. Throws an Error when the text grows beyond `maxOutputChars` (default 16 Mi characters).
 * Cost: O(size of the output + size x depth).
 */
export function prettify(expr: Expr, maxOutputChars: number = DEFAULT_MAX_OUTPUT_CHARS): string {
  return new Prettifier(maxOutputChars).print(expr, 0);
}

class Prettifier {
  readonly #lengths: Map<Expr, number> = new Map();
  #budget: number;

  constructor(maxOutputChars: number) {
    this.#budget = maxOutputChars;
  }

  print(expr: Expr, level: number): string {
    switch (expr.kind) {
      case 'aggregate':
        return this.#needsSplit(expr) ? this.#printAggregate(expr, level) : this.#line(expr, level);
      case 'binary':
        return this.#needsSplit(expr) ? this.#printBinary(expr, level) : this.#line(expr, level);
      case 'call':
        if (!this.#needsSplit(expr)) return this.#line(expr, level);
        return `${this.#indent(level)}${expr.func.name}(\n${this.#printAll(expr.args, level + 1)}\n${this.#indent(level)})`;
      case 'paren':
        if (!this.#needsSplit(expr)) return this.#line(expr, level);
        return `${this.#indent(level)}(\n${this.print(expr.expr, level + 1)}\n${this.#indent(level)})`;
      case 'subquery':
        // One that fits is not indented, as in Prometheus.
        if (!this.#needsSplit(expr)) return formatExpr(expr);
        return this.print(expr.expr, level) + formatSubquerySuffix(expr);
      case 'unary':
        return this.#indent(level) + expr.op + this.print(expr.expr, level).trim();
      case 'stepInvariant':
        return this.print(expr.expr, level);
      default:
        return this.#line(expr, level);
    }
  }

  #printAll(args: readonly Expr[], level: number): string {
    return args.map((arg) => this.print(arg, level)).join(',\n');
  }

  #printAggregate(expr: AggregateExpr, level: number): string {
    const args = hasAggregationParameter(expr.op) ? [expr.param!, expr.expr] : [expr.expr];
    return `${this.#indent(level)}${formatAggregateHead(expr)}(\n${this.#printAll(args, level + 1)}\n${this.#indent(level)})`;
  }

  /** The further left in a chain, the deeper; from where the rest fits a line it stays in one. */
  #printBinary(expr: BinaryExpr, level: number): string {
    const { first, links } = unrollBinary(expr);
    this.#measureChain(first, links);
    const parts: string[] = [];
    let depth = level;
    let at = links.length - 1;
    for (; at >= 0 && this.#needsSplit(links[at]!); at--, depth++) {
      const link = links[at]!;
      parts.push(this.print(link.rhs, depth + 1), this.#indent(depth) + formatOperator(link));
    }
    parts.push(this.print(at < 0 ? first : links[at]!, depth));
    return parts.reverse().join('\n');
  }

  /** Lengths of the one-line forms of a chain's links, each made of the one before. */
  #measureChain(first: Expr, links: readonly BinaryExpr[]): void {
    let length = this.#length(first);
    for (const link of links) {
      length += 2 + utf8Length(formatOperator(link)) + this.#length(link.rhs);
      this.#lengths.set(link, length);
    }
  }

  #needsSplit(expr: Expr): boolean {
    return this.#length(expr) > MAX_LINE_BYTES;
  }

  #length(expr: Expr): number {
    let length = this.#lengths.get(expr);
    if (length === undefined) {
      length = utf8Length(formatExpr(expr));
      this.#lengths.set(expr, length);
    }
    return length;
  }

  #line(expr: Expr, level: number): string {
    return this.#indent(level) + formatExpr(expr);
  }

  #indent(level: number): string {
    this.#budget -= 2 * level + 1;
    if (this.#budget < 0) throw new Error('expression is too large to be formatted');
    return INDENT.repeat(level);
  }
}
