import { RE2JS, RE2JSSyntaxException } from 're2js';
import { asGlob, finiteStrings, type Glob, literalPrefix, matchesGlob, sharedPrefix } from './regexp-analysis.ts';
import { type PatternNode, parseSimple } from './regexp-syntax.ts';
import { expandTemplate } from './regexp-template.ts';
import { translateSafely } from './regexp-translation.ts';

/** Words and bars; punctuation may be escaped, but not the bar. */
const WORDS = /^(?:[^\\.+*?()[\]{}^$]|\\[!-/:-@[-`{}~])*$/;
/** Longest list of words, in UTF-16 units. */
const MAX_WORDS_UNITS = 1_048_576;
/** Longest pattern that is not just {@link WORDS}, in UTF-16 units: compiling takes about 10 us a unit at worst. */
const MAX_PATTERN_UNITS = 131_072;

/** Words, bars, escaped punctuation, dots and their repetitions: whatever this matches, RE2 accepts. */
const SURELY_VALID = /^(?:[^\\.+*?()[\]{}^$]|\\[!-/:-@[-`{-~]|\.[*+]?)*$/;

/** A pattern that RE2 refuses; the message is the one of Go's regexp package. */
export class RegexpSyntaxError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RegexpSyntaxError';
  }
}

/**
 * A compiled RE2 expression, matched as Prometheus does: against the whole text, dots match newlines
 * (`^(?s:PATTERN)$`). Immutable; safe to share. Compiling costs about 0.1 ms, so keep it (see {@link RegexpCache}).
 * Patterns longer than 131,072 units (1,048,576 for words and bars alone) are refused as too large.
 */
export class Regexp {
  readonly pattern: string;
  /** The finite set of strings that the pattern stands for (`a|b[12]`), without duplicates; undefined when it is none. */
  readonly setMatches: readonly string[] | undefined;
  /** A literal that every matching text starts with, '' when none is known. */
  readonly prefix: string;
  readonly #test: (text: string) => boolean;
  #wrapped: RE2JS | undefined;

  private constructor(pattern: string) {
    this.pattern = pattern;
    if (pattern.length <= MAX_WORDS_UNITS && WORDS.test(pattern)) {
      this.setMatches = [...new Set(pattern.split('|').map((word) => word.replace(/\\(.)/g, '$1')))];
      this.prefix = this.setMatches.reduce(sharedPrefix);
      this.#test = testSet(this.setMatches);
      return;
    }
    if (pattern.length > MAX_PATTERN_UNITS) throw new RegexpSyntaxError('error parsing regexp: expression too large');
    // Most patterns need no automaton: an alternation of thousands of addresses compiles in no time.
    const whole = SURELY_VALID.test(pattern) ? undefined : compileBare(pattern);
    const node = parseSimple(pattern);
    this.setMatches = node === undefined ? undefined : finiteStrings(node);
    this.prefix = node === undefined ? '' : literalPrefix(node);
    this.#test = chooseTest(whole ?? this, node, this.setMatches);
  }

  /** Compiles; {@link RegexpSyntaxError} when RE2 refuses the pattern. */
  static compile(pattern: string): Regexp {
    return new Regexp(pattern);
  }

  /** As {@link test}, by RE2's automaton. */
  testExact(text: string): boolean {
    return this.#anchored().test(text);
  }

  /** Whether the whole text matches. Cost: linear in the text. */
  test(text: string): boolean {
    return this.#test(text);
  }

  /** The text of the groups (0 is the whole text; undefined for a group that took no part), or undefined if it does not match. */
  submatches(text: string): (string | undefined)[] | undefined {
    const matcher = this.#anchored().matcher(text);
    if (!matcher.find()) return undefined;
    const groups: (string | undefined)[] = [];
    for (let i = 0; i <= matcher.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
    return groups;
  }

  /**
   * Expands a template with the groups of a match as Go's `Regexp.Expand` does (`$1`, `${1}`, `$name`, `${name}`, `$$`;
   * unknown groups are empty). Undefined if the text does not match.
   */
  replaceTemplate(text: string, template: string): string | undefined {
    const groups = this.submatches(text);
    if (groups === undefined) return undefined;
    return expandTemplate(template, groups, this.#anchored().namedGroups());
  }

  #anchored(): RE2JS {
    this.#wrapped ??= compileRe2(`^(?s:${this.pattern})$`);
    return this.#wrapped;
  }
}

/** RE2's answer for a whole text. */
interface Whole {
  testExact(text: string): boolean;
}

/** A text is cheap to test by its ends, by a set or by a translated expression; the rest goes to RE2's automaton. */
function chooseTest(whole: Whole, node: PatternNode | undefined, set: readonly string[] | undefined): (text: string) => boolean {
  if (set !== undefined) return testSet(set);
  if (node === undefined) return (text) => whole.testExact(text);
  const options = node.kind === 'alternate' ? node.options : [node];
  const words: string[] = [];
  const globs: Glob[] = [];
  for (const option of options) {
    const strings = finiteStrings(option);
    const glob = strings === undefined ? asGlob(option) : undefined;
    if (strings !== undefined) words.push(...strings);
    else if (glob !== undefined) globs.push(glob);
    else return testGeneral(whole, node);
  }
  if (words.length === 0 && globs.length === 1) {
    const glob = globs[0]!;
    return (text) => matchesGlob(glob, text);
  }
  // Each glob walks the text once more; beyond a few, one automaton is quicker.
  if (globs.length > 16) return testGeneral(whole, node);
  const known = new Set(words);
  return (text) => known.has(text) || globs.some((glob) => matchesGlob(glob, text));
}

function testSet(set: readonly string[]): (text: string) => boolean {
  if (set.length === 1) {
    const only = set[0]!;
    return (text) => text === only;
  }
  const known = new Set(set);
  return (text) => known.has(text);
}

function testGeneral(whole: Whole, node: PatternNode): (text: string) => boolean {
  const translated = translateSafely(node);
  return translated === undefined ? (text) => whole.testExact(text) : (text) => translated.test(text);
}

/** Prometheus parses the bare pattern first, so that is what an error cites; `\Q` can still swallow the closing part. */
function compileBare(pattern: string): RE2JS {
  const whole = compileRe2(pattern, RE2JS.DOTALL);
  return pattern.includes('\\Q') ? compileRe2(`^(?s:${pattern})$`) : whole;
}

function compileRe2(pattern: string, flags = 0): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (cause) {
    throw new RegexpSyntaxError(goMessage(cause as Error, flags), { cause });
  }
}

/** Go always cites the offending part, even an empty one; the library puts its own `(?s)` before a pattern with the flag. */
function goMessage(error: Error, flags: number): string {
  if (!(error instanceof RE2JSSyntaxException)) return `error parsing regexp: ${error.message}`;
  const cited = error.getPattern() ?? '';
  const isPrefixed = flags === RE2JS.DOTALL && cited.startsWith('(?s)');
  return `error parsing regexp: ${error.getDescription()}: \`${isPrefixed ? cited.slice(4) : cited}\``;
}
