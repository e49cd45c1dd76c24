/**
 * A pattern as a set of strings: groups, laziness and capturing are gone, because membership does not depend on them.
 * Only the part of RE2's syntax that means the same everywhere is represented; see {@link parseSimple}.
 */
export type PatternNode =
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[] }
  | { readonly kind: 'concat'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'alternate'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly of: PatternNode; readonly min: number; readonly max: number };

/** Code points from `[0]` to `[1]`, both included. Ranges of a set are sorted and apart. */
export type CodeRange = readonly [number, number];

/** Every code point: what a dot stands for. */
export const ANY_RANGES: readonly CodeRange[] = [[0, 0x10ffff]];

const PERL_CLASSES: ReadonlyMap<string, readonly CodeRange[]> = new Map<string, readonly CodeRange[]>([
  ['d', [[0x30, 0x39]]],
  // Go's \s has no vertical tab.
  [
    's',
    [
      [9, 10],
      [12, 13],
      [32, 32],
    ],
  ],
  [
    'w',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
  ],
]);
const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const META = new Set('\\.+*?()|[]{}^$');

/** Thrown inside the parser when a construct is outside the simple part. */
class NotSimple extends Error {}

/**
 * Parses a pattern that RE2 has already accepted. Returns undefined when it uses anything beyond literals, dots, classes,
 * groups, alternation, repetition and anchors at its very ends (flags, `\b`, `\pN`, inner anchors ...).
 * Matching is meant fully anchored, with dots that match newlines. Cost: linear; recursion is bounded by RE2's nesting limit.
 */
export function parseSimple(pattern: string): PatternNode | undefined {
  try {
    return new SimpleParser(pattern).parse();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

class SimpleParser {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#chars = [...pattern];
  }

  parse(): PatternNode {
    const node = this.#alternation();
    if (this.#at !== this.#chars.length) throw new NotSimple();
    return node;
  }

  #alternation(): PatternNode {
    const options = [this.#sequence()];
    while (this.#chars[this.#at] === '|') {
      this.#at++;
      options.push(this.#sequence());
    }
    return options.length === 1 ? options[0]! : { kind: 'alternate', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    if (this.#depth === 0 && this.#chars[this.#at] === '^') this.#skipAnchor();
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || char === '|' || char === ')') break;
      if (char === '$' && this.#depth === 0 && this.#endsBranch(this.#at + 1)) {
        this.#skipAnchor();
        break;
      }
      parts.push(this.#repetition());
    }
    return parts.length === 1 ? parts[0]! : { kind: 'concat', parts };
  }

  /** An anchor at the outermost end of a branch is a no-op, unless something repeats it. */
  #skipAnchor(): void {
    const next = this.#chars[++this.#at];
    if (next === '*' || next === '+' || next === '?' || next === '{') throw new NotSimple();
  }

  #endsBranch(at: number): boolean {
    return at >= this.#chars.length || this.#chars[at] === '|';
  }

  #repetition(): PatternNode {
    const of = this.#atom();
    const bounds = this.#bounds();
    if (bounds === undefined) return of;
    if (this.#chars[this.#at] === '?') this.#at++;
    return { kind: 'repeat', of, min: bounds[0], max: bounds[1] };
  }

  #bounds(): [number, number] | undefined {
    const char = this.#chars[this.#at];
    if (char === '*' || char === '+' || char === '?') {
      this.#at++;
      return [char === '+' ? 1 : 0, char === '?' ? 1 : Number.POSITIVE_INFINITY];
    }
    if (char !== '{') return undefined;
    const close = this.#chars.indexOf('}', this.#at);
    const found = close < 0 ? null : /^(\d+)(,(\d*))?$/.exec(this.#chars.slice(this.#at + 1, close).join(''));
    // RE2 takes a brace that is no repetition as a literal; rare enough to leave to RE2.
    if (found === null) throw new NotSimple();
    this.#at = close + 1;
    const min = Number(found[1]);
    if (found[2] === undefined) return [min, min];
    return [min, found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3])];
  }

  #atom(): PatternNode {
    const char = this.#chars[this.#at++]!;
    if (char === '.') return { kind: 'set', ranges: ANY_RANGES };
    if (char === '(') return this.#group();
    if (char === '[') return this.#bracket();
    if (char === '\\') return { kind: 'set', ranges: this.#escape() };
    if (char === '^' || char === '$' || char === '{' || char === '*' || char === '+' || char === '?') throw new NotSimple();
    return single(char.codePointAt(0)!);
  }

  #group(): PatternNode {
    if (this.#chars[this.#at] === '?') {
      if (this.#chars[this.#at + 1] === ':') this.#at += 2;
      else this.#skipName();
    }
    this.#depth++;
    const node = this.#alternation();
    this.#depth--;
    if (this.#chars[this.#at++] !== ')') throw new NotSimple();
    return node;
  }

  /** `?P<name>` or `?<name>`; anything else are flags. */
  #skipName(): void {
    const found = /^\?P?<\w+>/.exec(this.#chars.slice(this.#at, this.#at + 80).join(''));
    if (found === null) throw new NotSimple();
    this.#at += found[0].length;
  }

  #escape(): readonly CodeRange[] {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new NotSimple();
    const perl = PERL_CLASSES.get(char.toLowerCase());
    if (perl !== undefined) return char === char.toLowerCase() ? perl : complement(perl);
    const control = CONTROL_ESCAPES[char];
    if (control !== undefined) return [[control, control]];
    const code = char.codePointAt(0)!;
    // Escaped punctuation stands for itself; letters and digits (\b \Q \x \1 \pL ...) are left to RE2.
    if (code >= 0x80 || (/[0-9A-Za-z_]/.test(char) && !META.has(char))) throw new NotSimple();
    return [[code, code]];
  }

  #bracket(): PatternNode {
    const isNegated = this.#chars[this.#at] === '^';
    if (isNegated) this.#at++;
    const ranges: CodeRange[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const char = this.#chars[this.#at];
      if (char === undefined) throw new NotSimple();
      if (char === ']' && !isFirst) break;
      if (char === '[' && this.#chars[this.#at + 1] === ':') throw new NotSimple();
      const low = this.#bracketItem();
      const dash = this.#chars[this.#at] === '-' && this.#chars[this.#at + 1] !== ']';
      if (!dash) {
        ranges.push(...low);
        continue;
      }
      this.#at++;
      const high = this.#bracketItem();
      if (low.length !== 1 || high.length !== 1 || low[0]![0] !== low[0]![1] || high[0]![0] !== high[0]![1])
        throw new NotSimple();
      ranges.push([low[0]![0], high[0]![0]]);
    }
    this.#at++;
    const merged = mergeRanges(ranges);
    return { kind: 'set', ranges: isNegated ? complement(merged) : merged };
  }

  #bracketItem(): readonly CodeRange[] {
    const char = this.#chars[this.#at++]!;
    if (char === undefined) throw new NotSimple();
    if (char === '\\') return this.#escape();
    const code = char.codePointAt(0)!;
    return [[code, code]];
  }
}

function single(code: number): PatternNode {
  return { kind: 'set', ranges: [[code, code]] };
}

function mergeRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out;
}

function complement(ranges: readonly CodeRange[]): CodeRange[] {
  const out: CodeRange[] = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (low > next) out.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= 0x10ffff) out.push([next, 0x10ffff]);
  return out;
}
