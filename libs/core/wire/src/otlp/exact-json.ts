import { DecodeError, TooLargeError } from '@telamon/bytes';

/** A JSON value; integers beyond +-2^53 are bigints, objects have no prototype. */
export type ExactJson = null | boolean | number | bigint | string | ExactJson[] | ExactJsonObject;

/** An object as a dictionary; `__proto__` is an ordinary key, of equal keys the last one wins. */
export interface ExactJsonObject {
  [key: string]: ExactJson;
}

/** Deepest nesting that is accepted. */
const MAX_DEPTH = 256;
/** Default of {@link ExactJsonOptions.maxContainers}. */
const DEFAULT_MAX_CONTAINERS = 2_000_000;

/** Options of {@link parseExactJson}. */
export interface ExactJsonOptions {
  /** Most objects and arrays in the text; default 2,000,000. An empty one takes three bytes of text and far more of memory. */
  readonly maxContainers?: number | undefined;
}

/**
 * Parses JSON strictly (RFC 8259) but keeps large integers exact. Lone surrogates in escapes become U+FFFD. {@link DecodeError} for
 * anything else: nesting deeper than 256, numbers beyond a double, control characters in strings, bytes after the value;
 * `TooLargeError` above `maxContainers`. Cost: linear.
 */
export function parseExactJson(text: string, options: ExactJsonOptions = {}): ExactJson {
  const parser = new JsonParser(text, options.maxContainers ?? DEFAULT_MAX_CONTAINERS);
  return parser.parse();
}

class JsonParser {
  readonly #text: string;
  readonly #number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  readonly #maxContainers: number;
  #containers = 0;
  #at = 0;

  constructor(text: string, maxContainers: number) {
    this.#text = text;
    this.#maxContainers = maxContainers;
  }

  parse(): ExactJson {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('unexpected text after the value');
    return value;
  }

  #value(depth: number): ExactJson {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    const char = this.#text[this.#at];
    if ((char === '{' || char === '[') && ++this.#containers > this.#maxContainers) {
      throw new TooLargeError(`json: more than ${this.#maxContainers} objects and arrays`, this.#maxContainers);
    }
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    if (char === 't') return this.#word('true', true);
    if (char === 'f') return this.#word('false', false);
    if (char === 'n') return this.#word('null', null);
    return this.#parseNumber();
  }

  #object(depth: number): ExactJsonObject {
    const out = Object.create(null) as ExactJsonObject;
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) return out;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail('expected a key');
      const key = this.#string();
      this.#skipSpace();
      if (!this.#take(':')) this.#fail('expected a colon');
      this.#skipSpace();
      out[key] = this.#value(depth + 1);
      this.#skipSpace();
      if (this.#take('}')) return out;
      if (!this.#take(',')) this.#fail('expected a comma or the end of an object');
    }
  }

  #array(depth: number): ExactJson[] {
    const out: ExactJson[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) return out;
    for (;;) {
      this.#skipSpace();
      out.push(this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take(']')) return out;
      if (!this.#take(',')) this.#fail('expected a comma or the end of an array');
    }
  }

  #string(): string {
    const start = this.#at + 1;
    const text = this.#text;
    let at = start;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return text.slice(start, at);
      }
      if (code === 0x5c) return this.#escapedString(start, at);
      if (!(code >= 0x20)) this.#failAt(at, 'unterminated string or control character');
    }
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let out = text.slice(start, firstEscape);
    let from = firstEscape;
    let at = firstEscape;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (!(code >= 0x20)) this.#failAt(at, 'unterminated string or control character');
      if (code !== 0x5c) continue;
      out += text.slice(from, at);
      at++;
      const escaped = text[at];
      if (escaped === 'u') {
        const hex = text.slice(at + 1, at + 5);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.#failAt(at, 'bad escape');
        out += String.fromCharCode(Number.parseInt(hex, 16));
        at += 4;
      } else {
        const plain = escaped === undefined ? undefined : ESCAPES.get(escaped);
        if (plain === undefined) this.#failAt(at, 'bad escape');
        out += plain;
      }
      from = at + 1;
    }
    this.#at = at + 1;
    return (out + text.slice(from, at)).replace(/\p{Cs}/gu, '\ufffd');
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

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
