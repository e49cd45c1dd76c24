import { ANY_RANGES, type CodeRange, type PatternNode } from './regexp-syntax.ts';

/** Most strings that a finite pattern is expanded to. */
const MAX_SET_MATCHES = 256;

/** All strings that a pattern stands for, without duplicates, or undefined when they are infinitely or too many. */
export function finiteStrings(node: PatternNode): string[] | undefined {
  const strings = expand(node);
  return strings === undefined ? undefined : [...new Set(strings)];
}

function expand(node: PatternNode): string[] | undefined {
  switch (node.kind) {
    case 'set':
      return expandSet(node.ranges);
    case 'alternate': {
      // A wide alternation of plain words is one big set, so the limit is for products only.
      const out: string[] = [];
      for (const option of node.options) {
        const strings = expand(option);
        if (strings === undefined) return undefined;
        for (const text of strings) out.push(text);
      }
      return out;
    }
    case 'concat': {
      let out: string[] = [''];
      for (const part of node.parts) {
        const next = product(out, expand(part));
        if (next === undefined) return undefined;
        out = next;
      }
      return out;
    }
    case 'repeat':
      return expandRepeat(node);
  }
}

function expandSet(ranges: readonly CodeRange[]): string[] | undefined {
  let count = 0;
  for (const [low, high] of ranges) count += high - low + 1;
  if (count > MAX_SET_MATCHES) return undefined;
  const out: string[] = [];
  for (const [low, high] of ranges) for (let code = low; code <= high; code++) out.push(String.fromCodePoint(code));
  return out;
}

function expandRepeat(node: PatternNode & { kind: 'repeat' }): string[] | undefined {
  if (node.max > MAX_SET_MATCHES) return undefined;
  const once = expand(node.of);
  if (once === undefined) return undefined;
  let power: string[] | undefined = [''];
  const out: string[] = [];
  for (let times = 0; times <= node.max; times++) {
    if (times >= node.min) out.push(...power);
    if (out.length > MAX_SET_MATCHES) return undefined;
    if (times === node.max) break;
    power = product(power, once);
    if (power === undefined) return undefined;
  }
  return out;
}

function product(heads: readonly string[], tails: readonly string[] | undefined): string[] | undefined {
  if (tails === undefined) return undefined;
  if (heads.length * tails.length > MAX_SET_MATCHES && heads.length > 1 && tails.length > 1) return undefined;
  if (heads.length === 1 && heads[0] === '') return tails as string[];
  const out: string[] = [];
  for (const head of heads) for (const tail of tails) out.push(head + tail);
  return out;
}

/** The longest text that all strings of a pattern are known to start with. */
export function literalPrefix(node: PatternNode): string {
  return scanPrefix(node).text;
}

/** `isWhole`: the pattern stands for exactly `text`, so what follows may extend the prefix. */
function scanPrefix(node: PatternNode): { text: string; isWhole: boolean } {
  switch (node.kind) {
    case 'set': {
      const code = singleCode(node.ranges);
      return code === undefined ? { text: '', isWhole: false } : { text: String.fromCodePoint(code), isWhole: true };
    }
    case 'concat': {
      let text = '';
      for (const part of node.parts) {
        const prefix = scanPrefix(part);
        text += prefix.text;
        if (!prefix.isWhole) return { text, isWhole: false };
      }
      return { text, isWhole: true };
    }
    case 'alternate': {
      const all = node.options.map(scanPrefix);
      const text = all.map((option) => option.text).reduce(sharedPrefix);
      return { text, isWhole: all.every((option) => option.isWhole && option.text === text) };
    }
    case 'repeat': {
      if (node.min === 0) return { text: '', isWhole: false };
      return { text: scanPrefix(node.of).text, isWhole: false };
    }
  }
}

/** What two texts start with, not ending inside a surrogate pair. */
export function sharedPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  // Not in the middle of a surrogate pair.
  if (length > 0 && length < a.length && /[\ud800-\udbff]/.test(a[length - 1]!)) length--;
  return a.slice(0, length);
}

/** A pattern of literals with gaps of `.*` (0 or more) or `.+` (1 or more code points) between, before and after them. */
export interface Glob {
  /** Literals, at least one, possibly ''. */
  readonly literals: readonly string[];
  /** Least length of each gap; -1 where there is none. One longer than `literals`: first before, last after. */
  readonly gaps: readonly number[];
}

/** Reads a pattern as a {@link Glob}; undefined if it is none. */
export function asGlob(node: PatternNode): Glob | undefined {
  const parts = node.kind === 'concat' ? node.parts : [node];
  const literals: string[] = [''];
  const gaps: number[] = [-1, -1];
  for (const part of parts) {
    const prefix = scanPrefix(part);
    if (prefix.isWhole) {
      if (gaps.at(-1)! >= 0) {
        literals.push('');
        gaps.push(-1);
      }
      literals[literals.length - 1] += prefix.text;
      continue;
    }
    const gap = gapOf(part);
    if (gap === undefined) return undefined;
    const isLeading = literals.length === 1 && literals[0] === '' && gaps[1] === -1;
    const at = isLeading ? 0 : gaps.length - 1;
    gaps[at] = Math.max(gaps[at]!, 0) + gap;
  }
  // More than one code point cannot be told from units of a string.
  return gaps.some((gap) => gap > 1) ? undefined : { literals, gaps };
}

function gapOf(node: PatternNode): number | undefined {
  if (node.kind !== 'repeat' || node.max !== Number.POSITIVE_INFINITY || node.min > 1) return undefined;
  return node.of.kind === 'set' && node.of.ranges === ANY_RANGES ? node.min : undefined;
}

/** The only code point of a set, undefined when it has several. */
export function singleCode(ranges: readonly CodeRange[]): number | undefined {
  return ranges.length === 1 && ranges[0]![0] === ranges[0]![1] ? ranges[0]![0] : undefined;
}

/**
 * Whether a text is in the language of a {@link Glob}. Literals are placed as far left as possible, which is never worse
 * for those after them. Cost: linear, by way of `indexOf`.
 */
export function matchesGlob(glob: Glob, text: string): boolean {
  const { literals, gaps } = glob;
  const last = literals.length - 1;
  let at = 0;
  let end = text.length;
  let first = 0;
  let stop = last;
  if (gaps[0] === -1) {
    if (!text.startsWith(literals[0]!)) return false;
    at = literals[0]!.length;
    first = 1;
    if (last === 0) return gaps[1] === -1 ? at === end : end - at >= gaps[1]!;
  }
  if (gaps[last + 1] === -1) {
    if (!text.endsWith(literals[last]!)) return false;
    end -= literals[last]!.length;
    stop = last - 1;
  }
  for (let i = first; i <= stop; i++) {
    const found = text.indexOf(literals[i]!, at + Math.max(gaps[i]!, 0));
    if (found < 0 || found + literals[i]!.length > end) return false;
    at = found + literals[i]!.length;
  }
  return end - at >= Math.max(gaps[stop + 1]!, 0);
}
