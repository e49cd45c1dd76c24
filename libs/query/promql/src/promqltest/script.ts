import { Regexp } from '@telamon/algo';
import { type Labels, parseDurationMs, parseGoFloat } from '@telamon/model';

import { unquoteLiteral } from '../parser/string-literal.ts';
import { ScriptError } from './script-error.ts';
import { floatValue, type SequenceValue, type SeriesLine } from './sequence-value.ts';
import { parseMetric, parseSeriesLine } from './series-notation.ts';
import { parseStartTimes, type StartTimeOffsets } from './start-time-notation.ts';

/** Samples for the storage, from time 0 on. */
export interface LoadCommand {
  readonly kind: 'load';
  readonly line: number;
  readonly gapMs: number;
  /** Also convert classic histograms to native ones with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly (SeriesLine & { readonly startTimes: StartTimeOffsets | undefined })[];
}

/** Empties the storage. */
export interface ClearCommand {
  readonly kind: 'clear';
  readonly line: number;
}

/** A text or pattern that a message has to match; undefined: any message. */
export interface Expectation {
  matches(message: string): boolean;
  readonly text: string;
}

/** What a query is expected to say besides its result. */
export interface ExpectedMessages {
  fail: Expectation[];
  warn: Expectation[];
  info: Expectation[];
  noWarn: boolean;
  noInfo: boolean;
}

/** One expected series (or the scalar, without labels). */
export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SequenceValue[];
  /** From 1, in the order of the lines. */
  readonly position: number;
}

/** A query and what is expected of it. */
export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  readonly isRange: boolean;
  /** Instant: start = end. `expect range vector` sets all three. */
  startMs: number;
  endMs: number;
  stepMs: number;
  /** Time at which an instant query is evaluated. */
  evalMs: number;
  isOrdered: boolean;
  readonly messages: ExpectedMessages;
  expectsScalar: boolean;
  expectedString: string | undefined;
  /** The result is no vector, so it is not tried as a range query. */
  isInstantOnly: boolean;
  readonly expected: ExpectedSeries[];
}

/** A command of a script. */
export type ScriptCommand = LoadCommand | ClearCommand | EvalCommand;

const EVAL_INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const EVAL_RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const LOAD = /^load(?:_(with_nhcb))?\s+(.+?)$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const EXPECT_RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;

/** Reads a script of the test language. Throws a {@link ScriptError} with the line that it does not understand. */
export function parseScript(text: string): ScriptCommand[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: ScriptCommand[] = [];
  for (let at = 0; at < lines.length; ) {
    const first = lines[at]!;
    if (first === '') {
      at++;
      continue;
    }
    let end = at + 1;
    const word = first.split(/\s+/)[0]!.toLowerCase();
    if (word !== 'clear') while (end < lines.length && lines[end] !== '') end++;
    commands.push(parseCommand(word, lines.slice(at, end), at + 1));
    at = end;
  }
  return commands;
}

function parseCommand(word: string, lines: readonly string[], line: number): ScriptCommand {
  if (word === 'clear') return { kind: 'clear', line };
  if (word.startsWith('load')) return parseLoad(lines, line);
  if (word.startsWith('eval')) return parseEval(lines, line);
  throw new ScriptError(line, `invalid command "${lines[0]}"`);
}

function parseLoad(lines: readonly string[], line: number): LoadCommand {
  const found = LOAD.exec(lines[0]!);
  if (found === null) throw new ScriptError(line, 'invalid load command');
  const gapMs = requireDuration(found[2]!, line);
  const series: LoadCommand['series'][number][] = [];
  let startTimes: { of: Labels; offsets: StartTimeOffsets } | undefined;
  for (let i = 1; i < lines.length; i++) {
    const text = lines[i]!;
    const at = line + i;
    if (isStartTimeLine(text)) {
      startTimes = inLine(at, () => parseStartTimeLine(text));
      continue;
    }
    const parsed = inLine(at, () => parseSeriesLine(text));
    if (startTimes !== undefined && !startTimes.of.equals(parsed.labels)) {
      throw new ScriptError(at, '@st metric does not match the sample line');
    }
    series.push({ ...parsed, startTimes: startTimes?.offsets });
    startTimes = undefined;
  }
  return { kind: 'load', line, gapMs, withCustomBuckets: found[1] === 'with_nhcb', series };
}

function isStartTimeLine(text: string): boolean {
  const space = text.search(/[ \t]/);
  return space > 0 && text.slice(0, space).endsWith('@st');
}

function parseStartTimeLine(text: string): { of: Labels; offsets: StartTimeOffsets } {
  const space = text.search(/[ \t]/);
  return { of: parseMetric(text.slice(0, space - 3)), offsets: parseStartTimes(text.slice(space)) };
}

function inLine<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScriptError) throw error;
    throw new ScriptError(line, error instanceof Error ? error.message : String(error));
  }
}

function requireDuration(text: string, line: number): number {
  const value = parseDurationMs(text);
  if (value === undefined) throw new ScriptError(line, `invalid duration "${text}"`);
  return value;
}

function parseEval(lines: readonly string[], line: number): EvalCommand {
  const command = parseEvalLine(lines[0]!, line);
  let position = 0;
  for (let i = 1; i < lines.length; i++) {
    const text = lines[i]!;
    const at = line + i;
    if (parseExpectLine(command, text, at)) continue;
    const number = parseNumber(text);
    if (number !== undefined) {
      command.expectsScalar = true;
      command.expected.push({ labels: inLine(at, () => parseMetric('{}')), values: [floatValue(number)], position: 1 });
      continue;
    }
    const series = inLine(at, () => parseSeriesLine(text));
    position++;
    const known = command.expected.findIndex(({ labels }) => labels.equals(series.labels));
    if (known >= 0) command.expected.splice(known, 1);
    command.expected.push({ ...series, position });
  }
  return command;
}

function parseEvalLine(text: string, line: number): EvalCommand {
  const range = EVAL_RANGE.exec(text);
  const instant = EVAL_INSTANT.exec(text);
  if (range === null && instant === null) throw new ScriptError(line, 'invalid evaluation command');
  const isRange = instant === null;
  const [from, to, step] = isRange ? [range![2]!, range![3]!, range![4]!] : [instant[2] ?? '0', instant[2] ?? '0', '0'];
  const startMs = requireDuration(from, line);
  const command: EvalCommand = {
    kind: 'eval',
    line,
    query: isRange ? range![5]! : instant[3]!,
    isRange,
    startMs,
    endMs: requireDuration(to, line),
    stepMs: requireDuration(step, line),
    evalMs: startMs,
    isOrdered: false,
    messages: { fail: [], warn: [], info: [], noWarn: false, noInfo: false },
    expectsScalar: false,
    expectedString: undefined,
    isInstantOnly: false,
    expected: [],
  };
  applyOldModifier(command, isRange ? range![1] : instant[1]);
  return command;
}

const ANYTHING: Expectation = { matches: () => true, text: 'anything' };

function applyOldModifier(command: EvalCommand, modifier: string | undefined): void {
  if (modifier === 'ordered') command.isOrdered = true;
  if (modifier === 'fail') command.messages.fail.push(ANYTHING);
  if (modifier === 'warn') command.messages.warn.push(ANYTHING);
  if (modifier === 'info') command.messages.info.push(ANYTHING);
}

/** Reads a line that expects something other than a series; false when it is none. */
function parseExpectLine(command: EvalCommand, text: string, line: number): boolean {
  const { messages } = command;
  if (text.startsWith('expected_fail_message')) {
    messages.fail = [exactly(text.slice('expected_fail_message'.length).trim())];
    return true;
  }
  if (text.startsWith('expected_fail_regexp')) {
    messages.fail = [matching(text.slice('expected_fail_regexp'.length).trim(), line)];
    return true;
  }
  if (text.startsWith('expect range vector')) {
    expectRangeVector(command, text, line);
    return true;
  }
  if (text.startsWith('expect string')) {
    command.expectedString = inLine(line, () => unquoteLiteral(text.slice('expect string'.length).trim()));
    command.isInstantOnly = true;
    return true;
  }
  if (text.split(/\s/)[0] !== 'expect') return false;
  const found = EXPECT.exec(text);
  if (found === null) throw new ScriptError(line, `invalid expect line "${text}"`);
  applyExpectation(command, found[1]!, expectationOf(found[2], found[3], line));
  return true;
}

function expectationOf(form: string | undefined, text: string | undefined, line: number): Expectation {
  if (form === undefined) return ANYTHING;
  return form === 'msg' ? exactly(text!.trim()) : matching(text!.trim(), line);
}

function applyExpectation(command: EvalCommand, type: string, expectation: Expectation): void {
  const { messages } = command;
  if (type === 'ordered') command.isOrdered = true;
  else if (type === 'no_warn') messages.noWarn = true;
  else if (type === 'no_info') messages.noInfo = true;
  else messages[type as 'fail' | 'warn' | 'info'].push(expectation);
}

function expectRangeVector(command: EvalCommand, text: string, line: number): void {
  const found = EXPECT_RANGE_VECTOR.exec(text);
  if (found === null) throw new ScriptError(line, `invalid range vector definition "${text}"`);
  command.startMs = requireDuration(found[1]!, line);
  command.endMs = requireDuration(found[2]!, line);
  command.stepMs = requireDuration(found[3]!, line);
  command.evalMs = command.endMs;
  command.isInstantOnly = true;
}

function exactly(text: string): Expectation {
  return { matches: (message) => message === text, text };
}

function matching(pattern: string, line: number): Expectation {
  // Patterns of scripts are found anywhere in a message; the engine's regular expressions are anchored.
  const regexp = inLine(line, () => Regexp.compile(`(?s:.*)(?:${pattern})(?s:.*)`));
  return { matches: (message) => regexp.test(message), text: pattern };
}

/** A line that is only a number: decimal, hexadecimal, octal or binary. */
function parseNumber(text: string): number | undefined {
  if (/^[+-]?0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  if (/^0[xob][0-9a-f]+$/i.test(text)) return Number(text);
  return parseGoFloat(text);
}
