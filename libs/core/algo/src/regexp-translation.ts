import { singleCode } from './regexp-analysis.ts';
import type { CodeRange, PatternNode } from './regexp-syntax.ts';

/** Most paths through alternations and optional parts that a pattern without an open repetition may have. */
const MAX_CHOICES = 64;
/** Most steps that may be spent for each character that an open repetition gives back. */
const MAX_STEPS_AFTER_OPEN = 256;
/** Longest text that the bounded parts together may cover. */
const MAX_LENGTH = 64;

/**
 * Translates a pattern to a JavaScript expression whose backtracking is bounded by a constant times the length of the
 * text; undefined when that is not proven. The language is the same: sets are written as code point ranges, so no class,
 * flag or escape of JavaScript takes part.
 *
 * The proof: the pattern is a sequence. A repetition of a set without upper bound is *closed* when what must follow it is
 * disjoint from it (or it ends the pattern): giving back a character then fails at once, so closed ones add up. At most one
 * repetition may be open, and after it only parts of bounded length may come. All alternatives multiply to a constant.
 */
export function translateSafely(node: PatternNode): RegExp | undefined {
  const parts = flatten(node);
  if (!isBounded(parts)) return undefined;
  return new RegExp(`^(?:${parts.map(write).join('')})$`, 'u');
}

function flatten(node: PatternNode): PatternNode[] {
  return node.kind === 'concat' ? node.parts.flatMap(flatten) : [node];
}

function isBounded(parts: readonly PatternNode[]): boolean {
  let choices = 1;
  let length = 0;
  let isOpen = false;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    if (isUnbounded(part)) {
      if (isOpen) return false;
      isOpen = !isClosed(part.of.ranges, parts.slice(i + 1));
      continue;
    }
    const size = sizeOf(part);
    if (size === undefined) return false;
    choices *= size.choices;
    length += size.length;
    if (choices > MAX_CHOICES || length > MAX_LENGTH) return false;
  }
  return !isOpen || choices * length <= MAX_STEPS_AFTER_OPEN;
}

type UnboundedSet = PatternNode & { kind: 'repeat'; of: { kind: 'set'; ranges: readonly CodeRange[] } };

function isUnbounded(node: PatternNode): node is UnboundedSet {
  return node.kind === 'repeat' && node.max === Number.POSITIVE_INFINITY && node.of.kind === 'set' && node.min <= MAX_LENGTH;
}

/** Whether what must follow directly cannot start inside the set. */
function isClosed(ranges: readonly CodeRange[], rest: readonly PatternNode[]): boolean {
  const next = rest[0];
  if (next === undefined) return true;
  if (next.kind === 'set') return !overlap(ranges, next.ranges);
  if (next.kind === 'repeat' && next.min > 0 && next.of.kind === 'set') return !overlap(ranges, next.of.ranges);
  return false;
}

function overlap(a: readonly CodeRange[], b: readonly CodeRange[]): boolean {
  return a.some(([low, high]) => b.some(([otherLow, otherHigh]) => low <= otherHigh && otherLow <= high));
}

/** Ways through a part without unbounded repetition and its greatest length; undefined when it has one. */
function sizeOf(node: PatternNode): { choices: number; length: number } | undefined {
  if (node.kind === 'set') return { choices: 1, length: 1 };
  if (node.kind === 'repeat') {
    const once = sizeOf(node.of);
    if (once === undefined || node.max > MAX_LENGTH) return undefined;
    const choices = node.max - node.min + 1;
    return { choices: choices * once.choices ** node.max, length: once.length * node.max };
  }
  const sizes = (node.kind === 'concat' ? node.parts : node.options).map(sizeOf);
  let choices = node.kind === 'concat' ? 1 : 0;
  let length = 0;
  for (const size of sizes) {
    if (size === undefined) return undefined;
    choices = node.kind === 'concat' ? choices * size.choices : choices + size.choices;
    length = node.kind === 'concat' ? length + size.length : Math.max(length, size.length);
  }
  return { choices, length };
}

function write(node: PatternNode): string {
  switch (node.kind) {
    case 'set':
      return writeSet(node.ranges);
    case 'concat':
      return node.parts.map(write).join('');
    case 'alternate':
      return `(?:${node.options.map(write).join('|')})`;
    case 'repeat':
      return `(?:${write(node.of)}){${node.min},${node.max === Number.POSITIVE_INFINITY ? '' : node.max}}`;
  }
}

function writeSet(ranges: readonly CodeRange[]): string {
  const only = singleCode(ranges);
  if (only !== undefined) return `\\u{${only.toString(16)}}`;
  return `[${ranges.map(([low, high]) => `\\u{${low.toString(16)}}-\\u{${high.toString(16)}}`).join('')}]`;
}
