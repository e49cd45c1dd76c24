import { quoteGo, quoteGoRune } from './go-quote.ts';
import { isAlpha, isAlphaNumeric, isDigit, scanDurationRest, scanNumber } from './number-scan.ts';
import { ParseErrors } from './parse-errors.ts';
import { PositionMap } from './position-map.ts';
import { runeAt, scanQuoted, scanRaw } from './string-scan.ts';
import {
  DURATION,
  EOF,
  IDENTIFIER,
  METRIC_IDENTIFIER,
  NUMBER,
  RESERVED_WORDS,
  STRING,
  type Token,
  type TokenType,
} from './token.ts';

/** Words of duration expressions. */
const DURATION_WORDS: ReadonlySet<string> = new Set(['step', 'range', 'max_of', 'min_of']);

/**
 * Cuts a query into tokens, one per call of {@link Lexer.next}. The rules depend on where it stands: inside braces words
 * are never reserved, behind `[` only duration expressions may stand until the first number, behind which the general
 * rules hold again. Throws ParseErrors at the first thing that is no token.
 */
export class Lexer {
  readonly positions: PositionMap;
  readonly #input: string;
  #at = 0;
  #start = 0;
  #parenDepth = 0;
  #isBraceOpen = false;
  #isBracketOpen = false;
  #hasColon = false;
  /** Stays set from the first number in brackets to the end of the query, as in Prometheus. */
  #hasDuration = false;
  /** Directly behind `[`, before any number. */
  #isInDuration = false;

  constructor(input: string) {
    this.#input = input;
    this.positions = new PositionMap(input);
  }

  /** The next token; {@link EOF} for ever at the end. */
  next(): Token {
    for (;;) {
      const token = this.#isInDuration ? this.#scanDurationExpr() : this.#scan();
      if (token !== undefined) return token;
    }
  }

  /** A token, or undefined after spaces and comments. */
  #scan(): Token | undefined {
    this.#start = this.#at;
    const char = runeAt(this.#input, this.#at);
    if (char === '#') return this.#skipComment();
    if (isSpace(char)) return this.#skipSpaces();
    this.#at += char.length;
    return this.#isBraceOpen ? this.#scanInBraces(char) : this.#scanStatement(char);
  }

  #scanStatement(char: string): Token {
    if (isDigit(char) || (char === '.' && isDigit(this.#peek()))) return this.#scanNumber();
    if (isAlpha(char) || char === ':') return this.#isBracketOpen ? this.#scanWordInBrackets(char) : this.#scanWord();
    switch (char) {
      case '':
        return this.#scanEnd();
      case ',':
      case '*':
      case '/':
      case '%':
      case '+':
      case '-':
      case '^':
      case '@':
        return this.#emit(char);
      case '=':
      case '!':
      case '<':
      case '>':
        return this.#scanComparison(char);
      case '"':
      case "'":
      case '`':
        return this.#scanString(char);
      case '{':
        this.#isBraceOpen = true;
        return this.#emit('{');
      case '(':
      case ')':
        return this.#scanParen(char);
      case '[':
      case ']':
        return this.#scanBracket(char);
      default:
        return this.#fail(`unexpected character: ${quoteGoRune(char)}`);
    }
  }

  #scanEnd(): Token {
    if (this.#parenDepth !== 0) this.#fail('unclosed left parenthesis');
    if (this.#isBracketOpen) this.#fail('unclosed left bracket');
    return this.#emit(EOF);
  }

  #scanComparison(char: string): Token {
    const next = runeAt(this.#input, this.#at);
    if (next === '=') return this.#emitWith(`${char}=`);
    if (char === '=' && next === '~') this.#fail(`unexpected character after '=': ${quoteGoRune(next)}`);
    if (char === '!') this.#fail(`unexpected character after '!': ${quoteGoRune(next)}`);
    if (char === '<' && next === '/') return this.#emitWith('</');
    if (char === '>' && next === '/') return this.#emitWith('>/');
    return this.#emit(char);
  }

  #scanParen(char: '(' | ')'): Token {
    const token = this.#emit(char);
    this.#parenDepth += char === '(' ? 1 : -1;
    if (this.#parenDepth < 0) this.#failBehind(`unexpected right parenthesis ${quoteGoRune(char)}`);
    return token;
  }

  #scanBracket(char: '[' | ']'): Token {
    if (char === ']') {
      if (!this.#isBracketOpen) this.#fail(`unexpected right bracket ${quoteGoRune(char)}`);
      this.#isBracketOpen = false;
      return this.#emit(char);
    }
    if (this.#isBracketOpen) this.#fail(`unexpected left bracket ${quoteGoRune(char)}`);
    this.#isBracketOpen = true;
    this.#hasColon = false;
    this.#isInDuration = true;
    return this.#emit(char);
  }

  #scanInBraces(char: string): Token {
    if (isAlpha(char)) return this.#scanNameInBraces();
    switch (char) {
      case '':
        return this.#fail('unexpected end of input inside braces');
      case ',':
        return this.#emit(',');
      case '"':
      case "'":
      case '`':
        return this.#scanString(char);
      case '=':
        return this.#peek() === '~' ? this.#emitWith('=~') : this.#emit('=');
      case '!': {
        const next = runeAt(this.#input, this.#at);
        if (next === '~' || next === '=') return this.#emitWith(`!${next}`);
        return this.#fail(`unexpected character after '!' inside braces: ${quoteGoRune(next)}`);
      }
      case '{':
        return this.#fail(`unexpected left brace ${quoteGoRune(char)}`);
      case '}':
        this.#isBraceOpen = false;
        return this.#emit('}');
      default:
        return this.#fail(`unexpected character inside braces: ${quoteGoRune(char)}`);
    }
  }

  #scanNameInBraces(): Token {
    while (isAlphaNumeric(this.#peek())) this.#at++;
    return this.#emit(IDENTIFIER);
  }

  #scanWord(): Token {
    while (isAlphaNumeric(this.#peek()) || this.#peek() === ':') this.#at++;
    const word = this.#input.slice(this.#start, this.#at);
    const lower = word.toLowerCase();
    if (lower === 'inf' || lower === 'nan') return this.#emit(NUMBER);
    if (!RESERVED_WORDS.has(lower)) return this.#emit(word.includes(':') ? METRIC_IDENTIFIER : IDENTIFIER);
    // Queries that used these names before they were reserved go on working.
    const isFill = lower === 'fill' || lower === 'fill_left' || lower === 'fill_right';
    return this.#emit(isFill && !this.#isParenNext() ? IDENTIFIER : lower);
  }

  #isParenNext(): boolean {
    let at = this.#at;
    while (isSpace(this.#input[at] ?? '')) at++;
    return this.#input[at] === '(';
  }

  #scanWordInBrackets(char: string): Token {
    if (char === ':') {
      if (this.#hasColon) this.#fail(`unexpected colon ${quoteGoRune(char)}`);
      this.#hasColon = true;
      return this.#emit(':');
    }
    return this.#tryDurationWord(char) ?? this.#fail(`unexpected character: ${quoteGoRune(char)}, expected ':'`);
  }

  #tryDurationWord(char: string): Token | undefined {
    if (!'srm'.includes(char.toLowerCase())) return undefined;
    while (isAlpha(this.#peek())) this.#at++;
    const word = this.#input.slice(this.#start, this.#at).toLowerCase();
    return DURATION_WORDS.has(word) ? this.#emit(word) : undefined;
  }

  /** Behind `[`: spaces, operators and words of duration expressions; a number ends this mode. */
  #scanDurationExpr(): Token | undefined {
    this.#start = this.#at;
    const char = runeAt(this.#input, this.#at);
    if (char === '') this.#fail('unexpected end of input in duration expression');
    if (isSpace(char)) return this.#skipSpaces();
    this.#at += char.length;
    if (isDigit(char) || (char === '.' && isDigit(this.#peek()))) {
      this.#hasDuration = true;
      this.#isInDuration = false;
      return this.#scanNumber();
    }
    switch (char) {
      case ']':
        this.#isBracketOpen = false;
        this.#hasColon = false;
        this.#isInDuration = false;
        return this.#emit(char);
      case ':':
        return this.#scanColonInDuration();
      case '(':
      case ')':
        return this.#scanParen(char);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
      case ',':
        return this.#emit(char);
      default:
        return this.#tryDurationWord(char) ?? this.#fail(`unexpected character in duration expression: ${quoteGoRune(char)}`);
    }
  }

  #scanColonInDuration(): Token {
    const token = this.#emit(':');
    if (!this.#hasDuration) this.#failBehind('unexpected colon before duration in duration expression');
    if (this.#hasColon) this.#failBehind('unexpected repeated colon in duration expression');
    this.#hasColon = true;
    return token;
  }

  #scanNumber(): Token {
    const number = scanNumber(this.#input, this.#start);
    this.#at = number.end;
    if (number.isOk) return this.#emit(NUMBER);
    const duration = scanDurationRest(this.#input, this.#at);
    this.#at = duration.end;
    if (duration.isOk) return this.#emit(DURATION);
    const text = this.#input.slice(this.#start, this.#at);
    return this.#fail(`bad number or duration syntax: ${quoteGo(text)}`);
  }

  #scanString(quote: string): Token {
    const scan = quote === '`' ? scanRaw(this.#input, this.#at) : scanQuoted(this.#input, this.#at, quote);
    if (scan.problem !== undefined) return this.#fail(scan.problem);
    this.#at = scan.end;
    return this.#emit(STRING);
  }

  #skipSpaces(): undefined {
    while (isSpace(this.#peek())) this.#at++;
    this.#start = this.#at;
  }

  #skipComment(): undefined {
    while (this.#at < this.#input.length && this.#peek() !== '\n' && this.#peek() !== '\r') this.#at++;
    this.#start = this.#at;
  }

  #peek(): string {
    return this.#input[this.#at] ?? '';
  }

  /** Token of two characters, of which the first is consumed. */
  #emitWith(type: TokenType): Token {
    this.#at++;
    return this.#emit(type);
  }

  #emit(type: TokenType): Token {
    const start = this.positions.toByte(this.#start);
    const end = this.positions.toByte(this.#at);
    return { type, text: this.#input.slice(this.#start, this.#at), start, end, index: this.#start };
  }

  #failBehind(message: string): never {
    this.#start = this.#at;
    return this.#fail(message);
  }

  #fail(message: string): never {
    const pos = { start: this.positions.toByte(this.#start), end: this.positions.lengthBytes };
    throw new ParseErrors(this.#input, [{ pos, message }]);
  }
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}
