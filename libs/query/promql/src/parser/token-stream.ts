import type { PositionRange } from './ast.ts';
import { Lexer } from './lexer.ts';
import { ParseErrors } from './parse-errors.ts';
import { DEFAULT_MAX_DEPTH, type ParserOptions } from './parser-options.ts';
import { DURATION, describeToken, isPreprocessor, NUMBER, type Token, type TokenType } from './token.ts';

/** What a syntax error says behind the token: `in <context>, expected <expected>`. */
export interface Expectation {
  readonly context: string;
  readonly expected: string;
}

/**
 * The tokens of a query with one token of lookahead, read only when asked for: what is wrong with a finished part must be
 * reported before what is wrong with the token behind it.
 */
export class TokenStream {
  readonly query: string;
  readonly options: ParserOptions;
  /** End in bytes of the newest token read that may end an expression, the lookahead included. */
  lastClosing = 0;
  readonly #lexer: Lexer;
  readonly #expectations: Expectation[] = [];
  readonly #maxDepth: number;
  #lookahead: Token | undefined;
  #newest: Token | undefined;
  #depth = 0;

  constructor(query: string, options: ParserOptions) {
    this.query = query;
    this.options = options;
    this.#maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
    this.#lexer = new Lexer(query);
  }

  /** The next token, not consumed. */
  peek(): Token {
    this.#lookahead ??= this.#read();
    return this.#lookahead;
  }

  /** Whether the next token has a type. */
  isNext(type: TokenType): boolean {
    return this.peek().type === type;
  }

  /** Consumes the next token. */
  take(): Token {
    const token = this.peek();
    this.#lookahead = undefined;
    return token;
  }

  /** Consumes a token that must have the type. */
  expect(type: TokenType): Token {
    return this.isNext(type) ? this.take() : this.unexpected();
  }

  /** Whether a feature of Prometheus is switched on. */
  hasFeature(name: string): boolean {
    return this.options.features?.has(name) === true;
  }

  /** Runs a part of the parse during which syntax errors name this context unless a nearer one applies. */
  within<T>(expectation: Expectation, parse: () => T): T {
    this.#expectations.push(expectation);
    const result = parse();
    this.#expectations.pop();
    return result;
  }

  /** Runs a part of the parse one level deeper; refuses more levels than allowed. */
  nested<T>(parse: () => T): T {
    this.requireDepth(++this.#depth);
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Refuses more levels than allowed, at the next token. */
  requireDepth(levels: number): void {
    if (levels > this.#maxDepth) this.fail(this.peek(), tooDeep(this.#maxDepth));
  }

  /** Ends the parse: the next token may not stand here. */
  unexpected(expectation: Expectation | undefined = this.#expectations.at(-1)): never {
    const token = this.peek();
    const context = expectation === undefined ? '' : ` in ${expectation.context}`;
    const expected = expectation === undefined || expectation.expected === '' ? '' : `, expected ${expectation.expected}`;
    return this.fail(token, `unexpected ${describeToken(token)}${context}${expected}`);
  }

  /** Ends the parse with a problem. */
  fail(pos: PositionRange, message: string): never {
    throw new ParseErrors(this.query, [{ pos: { start: pos.start, end: pos.end }, message }]);
  }

  /** Runs a literal's parser, whose Error becomes a problem at the token. */
  read<T>(token: Token, parse: (text: string) => T): T {
    try {
      return parse(token.text);
    } catch (error) {
      return this.fail(token, error instanceof Error ? error.message : String(error));
    }
  }

  /** Whether a preprocessor word is next (`start`, `end`, `step`, `range`, `min_of`, `max_of`). */
  isPreprocessorNext(): boolean {
    return isPreprocessor(this.peek().type);
  }

  /**
   * End of an aggregation of which the token behind was read to see whether `by` or `without` follows. If that token is a
   * parenthesis of an outer expression, its own closing one is the one before.
   */
  closingBeforeLookahead(): number {
    const newest = this.#newest;
    if (newest === undefined || newest.type !== ')') return this.lastClosing;
    for (let i = newest.index - 1; i > 0; i--) {
      const char = this.query[i]!;
      if (char === ')') return this.#lexer.positions.toByte(i + 1);
      if (!' \t\n\r'.includes(char)) break;
    }
    return this.lastClosing;
  }

  #read(): Token {
    const token = this.#lexer.next();
    this.#newest = token;
    const { type } = token;
    if (type === ')' || type === '}' || type === ']' || type === NUMBER || type === DURATION) this.lastClosing = token.end;
    return token;
  }
}

/** What a query with too many levels is answered. */
export function tooDeep(maxDepth: number): string {
  return `expression is nested too deeply, the limit is ${maxDepth} levels`;
}
