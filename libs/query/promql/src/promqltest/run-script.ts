import { Engine } from '../engine/engine.ts';
import type { QueryResult, VectorSample } from '../engine/result.ts';
import { pinnedVariants } from './at-variants.ts';
import { compareResult, compareVector } from './compare.ts';
import { load } from './load.ts';
import { type EvalCommand, type Expectation, parseScript } from './script.ts';
import { TestStorage } from './test-storage.ts';

/** Outcome of one evaluation of a script. */
export interface CaseOutcome {
  /** Line of the `eval`, from 1. */
  readonly line: number;
  readonly query: string;
  /** What went wrong, undefined when the case passes. */
  readonly failure: string | undefined;
}

/** Engine as scripts expect it: everything experimental on, few samples. */
export function makeTestEngine(): Engine {
  return new Engine({
    maxSamples: 10_000,
    timeoutMs: 100_000,
    lookbackMs: 300_000,
    defaultEvalIntervalMs: 60_000,
    features: {
      experimentalFunctions: true,
      delayedNameRemoval: true,
      extendedRangeSelectors: true,
      binopFillModifiers: true,
      durationExpressions: true,
      perStepStats: true,
      useStartTimestamps: true,
    },
  });
}

/** Runs a script. Throws a ScriptError when it cannot be read; failures of cases are outcomes. */
export async function runScript(text: string, engine: Engine = makeTestEngine()): Promise<CaseOutcome[]> {
  const storage = new TestStorage();
  const outcomes: CaseOutcome[] = [];
  for (const command of parseScript(text)) {
    if (command.kind === 'clear') storage.clear();
    else if (command.kind === 'load') load(command, storage);
    else {
      const failure = await runCase(engine, storage, command);
      outcomes.push({ line: command.line, query: command.query, failure });
    }
  }
  return outcomes;
}

async function runCase(engine: Engine, storage: TestStorage, command: EvalCommand): Promise<string | undefined> {
  if (command.isRange) {
    const { startMs, endMs, stepMs, query } = command;
    return check(command, () => engine.range(storage, query, { startMs, endMs, stepMs }));
  }
  const variants = [{ query: command.query, evalMs: command.evalMs }];
  try {
    variants.push(...pinnedVariants(engine.parse(command.query), command.evalMs));
  } catch {
    // A query that does not parse is reported by its evaluation.
  }
  for (const variant of variants) {
    const failure = await runInstant(engine, storage, command, variant);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

/** Calls that are answered differently by a range query. */
const QUERY_CONTEXT_FUNCTIONS = /(start|end|range|step)\(\)/;

async function runInstant(
  engine: Engine,
  storage: TestStorage,
  command: EvalCommand,
  variant: { query: string; evalMs: number },
): Promise<string | undefined> {
  const { query, evalMs } = variant;
  const where = query === command.query ? '' : `as ${query} at ${evalMs}: `;
  let result: QueryResult | undefined;
  const failure = await check(command, async () => {
    result = await engine.instant(storage, query, evalMs);
    return result;
  });
  if (failure !== undefined) return where + failure;
  if (result === undefined || command.isInstantOnly || QUERY_CONTEXT_FUNCTIONS.test(query)) return undefined;
  const inRange = await checkMiddleStep(engine, storage, command, { query, evalMs, isScalar: result.value.type === 'scalar' });
  return inRange === undefined ? undefined : `${where}as a range query: ${inRange}`;
}

/** Evaluates a query at three steps and compares the one in the middle. */
async function checkMiddleStep(
  engine: Engine,
  storage: TestStorage,
  command: EvalCommand,
  variant: { query: string; evalMs: number; isScalar: boolean },
): Promise<string | undefined> {
  const { query, evalMs, isScalar } = variant;
  try {
    const times = { startMs: evalMs - 60_000, endMs: evalMs + 60_000, stepMs: 60_000 };
    const { value } = await engine.range(storage, query, times);
    if (value.type !== 'matrix') return `got a ${value.type}`;
    if (command.isOrdered) return undefined;
    const samples: VectorSample[] = [];
    for (const { labels, timesMs, values, histogramTimesMs, histograms } of value.series) {
      const float = timesMs.indexOf(evalMs);
      if (float >= 0) samples.push({ labels, timeMs: evalMs, value: values[float]! });
      const index = histogramTimesMs.indexOf(evalMs);
      if (index >= 0) samples.push({ labels, timeMs: evalMs, value: 0, histogram: histograms[index]! });
    }
    if (!isScalar) return compareVector(command, samples);
    return compareResult(command, { type: 'scalar', timeMs: evalMs, value: samples[0]!.value });
  } catch (error) {
    return `failed: ${messageOf(error)}`;
  }
}

async function check(command: EvalCommand, evaluate: () => Promise<QueryResult>): Promise<string | undefined> {
  const { fail } = command.messages;
  let result: QueryResult;
  try {
    result = await evaluate();
  } catch (error) {
    const message = messageOf(error);
    if (fail.length === 0) return `failed: ${error instanceof Error && error.name !== 'QueryError' ? error.stack : message}`;
    return fail[0]!.matches(message) ? undefined : `expected the error "${fail[0]!.text}", got "${message}"`;
  }
  if (fail.length > 0) return 'expected an error, got none';
  return checkMessages(command, result) ?? compareResult(command, result.value);
}

function checkMessages(command: EvalCommand, { warnings, infos }: QueryResult): string | undefined {
  const { warn, info, noWarn, noInfo } = command.messages;
  if (noWarn && warnings.length > 0) return `unexpected warnings: ${warnings.join('; ')}`;
  if (noInfo && infos.length > 0) return `unexpected infos: ${infos.join('; ')}`;
  return matchMessages('warning', warn, warnings) ?? matchMessages('info', info, infos);
}

function matchMessages(kind: string, expected: readonly Expectation[], actual: readonly string[]): string | undefined {
  if (expected.length === 0) return undefined;
  for (const one of expected) {
    if (!actual.some((text) => one.matches(text))) return `expected ${kind} "${one.text}", got ${actual.join('; ') || 'none'}`;
  }
  for (const text of actual) {
    if (!expected.some((one) => one.matches(text))) return `unexpected ${kind} "${text}"`;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
