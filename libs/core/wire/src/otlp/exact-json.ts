import { DecodeError } from '@telamon/bytes';
import { ItemBudget, type OtlpDecodeOptions } from './item-budget.ts';

/** A JSON value; integers beyond +-2^53 are bigints, objects have no prototype. */
export type ExactJson = null | boolean | number | bigint | string | ExactJson[] | ExactJsonObject;

/** An object as a dictionary; `__proto__` is an ordinary key, of equal keys the last one wins. */
export interface ExactJsonObject {
  [key: string]: ExactJson;
}

/** Deepest nesting that is accepted. */
const MAX_DEPTH = 256;
/**
 * Parses JSON strictly (RFC 8259) but keeps large integers exact. Lone surrogates in escapes become U+FFFD. {@link DecodeError} for
 * anything else: nesting deeper than 256, numbers beyond a double, control characters in strings, bytes after the value;
 * `TooLargeError` when objects and arrays are more than `maxItems`, or scalars or text out of proportion. Cost: linear.
 */
export function parseExactJson(text: string, options: OtlpDecodeOptions = {}): ExactJson {
  const parser = new ExactJsonParser(text, options);
  parser.step(text.length + 1);
  return parser.value;
}

/** {@link parseExactJson} that can be done in pieces; keeps no recursion, so that it may stop anywhere between two values. */
export class ExactJsonParser {
  readonly #text: string;
  readonly #number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  readonly #budget: ItemBudget;
  /** Containers that are not closed yet, and the keys under which objects among them wait for a value. */
  readonly #open: (ExactJson[] | ExactJsonObject)[] = [];
  readonly #keys: string[] = [];
  #at = 0;
  #value: ExactJson | undefined;

  constructor(text: string, options: OtlpDecodeOptions = {}) {
    this.#text = text;
    this.#budget = new ItemBudget(options);
    this.#skipSpace();
  }

  /** The parsed value; null before the end is reached. */
  get value(): ExactJson {
    return this.#value ?? null;
  }

  /** Goes on for `chars` characters and to the end of the value they end in, if that has no parts; true when all is parsed. Throws as {@link parseExactJson}. */
  step(chars: number): boolean {
    const stop = this.#at + chars;
    while (this.#value === undefined) {
      if (this.#at >= stop) return false;
      this.#next();
    }
    return true;
  }

  /** Reads a scalar, an empty container or the beginning of one. */
  #next(): void {
    if (this.#open.length > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    const char = this.#text[this.#at];
    if (char === '{') this.#beginObject();
    else if (char === '[') this.#beginArray();
    else {
      this.#budget.takeNumbers(1);
      this.#complete(this.#scalar(char));
    }
  }

  #beginObject(): void {
    this.#budget.take();
    const object = Object.create(null) as ExactJsonObject;
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) {
      this.#complete(object);
      return;
    }
    this.#open.push(object);
    this.#readKey();
  }

  #beginArray(): void {
    this.#budget.take();
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) this.#complete([]);
    else this.#open.push([]);
  }

  /** Puts a value into its container, and containers that end with it into theirs. */
  #complete(value: ExactJson): void {
    let done = value;
    for (;;) {
      const parent = this.#open.at(-1);
      this.#skipSpace();
      if (parent === undefined) {
        if (this.#at < this.#text.length) this.#fail('unexpected text after the value');
        this.#value = done;
        return;
      }
      if (Array.isArray(parent)) {
        parent.push(done);
        if (this.#take(',')) {
          this.#skipSpace();
          return;
        }
        if (!this.#take(']')) this.#fail('expected a comma or the end of an array');
      } else {
        parent[this.#keys.pop()!] = done;
        if (this.#take(',')) {
          this.#skipSpace();
          this.#readKey();
          return;
        }
        if (!this.#take('}')) this.#fail('expected a comma or the end of an object');
      }
      this.#open.pop();
      done = parent;
    }
  }

  #readKey(): void {
    if (this.#text[this.#at] !== '"') this.#fail('expected a key');
    this.#keys.push(this.#string());
    this.#skipSpace();
    if (!this.#take(':')) this.#fail('expected a colon');
    this.#skipSpace();
  }

  #scalar(char: string | undefined): ExactJson {
    if (char === '"') return this.#string();
    if (char === 't') return this.#word('true', true);
    if (char === 'f') return this.#word('false', false);
    if (char === 'n') return this.#word('null', null);
    return this.#parseNumber();
  }

  #string(): string {
    const start = this.#at + 1;
    const text = this.#text;
    let at = start;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        this.#budget.takeText(at - start);
        return text.slice(start, at);
      }
      if (code === 0x5c) return this.#escapedString(start, at);
      if (!(code >= 0x20)) this.#failAt(at, 'unterminated string or control character');
    }
  }

  /** Checks everything first, so that the runtime's parser, which is quicker, cannot fail. */
  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let at = firstEscape;
    let hasSurrogates = false;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (!(code >= 0x20)) this.#failAt(at, 'unterminated string or control character');
      if (code !== 0x5c) continue;
      const end = this.#escapeEnd(at + 1);
      hasSurrogates ||= end > at + 1 && (text.charCodeAt(at + 2) | 0x20) === 0x64;
      at = end;
    }
    this.#at = at + 1;
    this.#budget.takeText(at - firstEscape);
    const value = JSON.parse(text.slice(start - 1, at + 1)) as string;
    return hasSurrogates ? value.replace(/\p{Cs}/gu, '\ufffd') : value;
  }

  /** Last character of the escape whose letter is at `at`. */
  #escapeEnd(at: number): number {
    const letter = this.#text.charCodeAt(at);
    if (letter !== 0x75) {
      if (!ESCAPES.has(letter)) this.#failAt(at, 'bad escape');
      return at;
    }
    for (let i = at + 1; i <= at + 4; i++) if (!isHexDigit(this.#text.charCodeAt(i))) this.#failAt(at, 'bad escape');
    return at + 4;
  }

  #parseNumber(): number | bigint {
    this.#number.lastIndex = this.#at;
    const found = this.#number.exec(this.#text)?.[0];
    if (found === undefined) return this.#fail('unexpected character');
    this.#at += found.length;
    const value = Number(found);
    if (!Number.isFinite(value)) this.#fail('number is out of range');
    if (Number.isSafeInteger(value) || found.length < 16 || !/^-?[0-9]+$/.test(found)) return value;
    if (found.length > 40) this.#fail('integer is out of range');
    return BigInt(found);
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('unexpected character');
    this.#at += word.length;
    return value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #fail(message: string): never {
    return this.#failAt(this.#at, message);
  }

  #failAt(at: number, message: string): never {
    throw new DecodeError(`json: ${message} at offset ${at}`);
  }
}

/** Letters that stand for one character after a backslash: `"\\/bfnrt`. */
const ESCAPES: ReadonlySet<number> = new Set([0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74]);

function isHexDigit(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66);
}
