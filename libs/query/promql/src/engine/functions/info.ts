import { compileMatcher, type Labels, type Matcher, METRIC_NAME } from '@telamon/model';
import type { Call, Expr } from '../../parser/ast.ts';
import { unrollBinary } from '../../parser/value-type.ts';
import { KeyedRows } from '../binary/keyed-rows.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Frame, timeOfStep } from '../frame.ts';
import { type InstantSelection, streamInstant } from '../instant-selector.ts';
import { keyOfLabels } from '../metric-labels.ts';
import { executionError } from '../query-error.ts';
import { ABSENT } from '../row.ts';
import { RowCollector } from '../row-collector.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** Labels by which a series and its info series belong together. */
const IDENTIFYING_LABELS = ['instance', 'job'] as const;
/** The info metric when none is named. */
const TARGET_INFO = 'target_info';

/** info(vector, {selector}): adds labels of info series that share instance and job. */
export async function evaluateInfo(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const base = await evaluation.matrix(call.args[0]!, frame);
  const request = new InfoRequest(call.args[1]);
  const isInfo = base.labels.map((labels) => request.namesMatch(labels.metricName));
  const info = await selectInfo(evaluation, frame, { base, isInfo, request, pinned: pinnedTime(call.args[0]!) });
  const output = new InfoJoin(evaluation, frame, { base, isInfo, info, request }).run();
  base.release();
  info?.release();
  return output;
}

/** What the second argument asks for. */
class InfoRequest {
  /** Matchers of the info metric's name. */
  readonly nameMatchers: readonly Matcher[];
  /** Matchers of data labels; their names are the only labels that are added, if there are any. */
  readonly dataMatchers: readonly Matcher[];
  readonly dataNames: ReadonlySet<string>;

  constructor(arg: Expr | undefined) {
    const matchers = arg?.kind === 'vectorSelector' ? arg.matchers : [];
    this.dataMatchers = matchers.filter(({ name }) => name !== METRIC_NAME);
    this.dataNames = new Set(this.dataMatchers.map(({ name }) => name));
    this.nameMatchers = effectiveNameMatchers(matchers.filter(({ name }) => name === METRIC_NAME));
  }

  namesMatch(metricName: string): boolean {
    return this.nameMatchers.every((matcher) => matcher.matches(metricName));
  }

  /** Whether a series without info series passes: all matchers of data labels take an absent label. */
  get acceptsNothing(): boolean {
    return this.dataMatchers.every((matcher) => matcher.matches(''));
  }
}

function effectiveNameMatchers(given: readonly Matcher[]): readonly Matcher[] {
  if (given.some(({ operator }) => operator === '=' || operator === '=~')) return given;
  if (given.length === 0) return [compileMatcher({ operator: '=', name: METRIC_NAME, value: TARGET_INFO })];
  return [compileMatcher({ operator: '=~', name: METRIC_NAME, value: '.+_info' }), ...given];
}

interface PinnedTime {
  readonly timestampMs: number | undefined;
  readonly offsetMs: number;
}

/** Time and offset of the first selector of an expression, with those of the subqueries around it; info series follow it. */
function pinnedTime(expr: Expr): PinnedTime {
  return findPinned(expr) ?? { timestampMs: undefined, offsetMs: 0 };
}

function findPinned(expr: Expr): PinnedTime | undefined {
  switch (expr.kind) {
    case 'vectorSelector':
      return { timestampMs: expr.timestampMs, offsetMs: expr.originalOffsetMs };
    case 'matrixSelector':
      return findPinned(expr.vectorSelector);
    case 'subquery': {
      const inner = findPinned(expr.expr);
      if (inner === undefined || inner.timestampMs !== undefined) return inner;
      return { timestampMs: expr.timestampMs, offsetMs: inner.offsetMs + expr.originalOffsetMs };
    }
    case 'call':
      return firstPinned(expr.args);
    case 'aggregate':
      return firstPinned(expr.param === undefined ? [expr.expr] : [expr.expr, expr.param]);
    case 'binary': {
      const { first, links } = unrollBinary(expr);
      return firstPinned([first, ...links.map(({ rhs }) => rhs)]);
    }
    case 'unary':
    case 'paren':
    case 'stepInvariant':
      return findPinned(expr.expr);
    default:
      return undefined;
  }
}

function firstPinned(exprs: readonly Expr[]): PinnedTime | undefined {
  for (const expr of exprs) {
    const found = findPinned(expr);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface InfoSelection {
  readonly base: StepMatrix;
  readonly isInfo: readonly boolean[];
  readonly request: InfoRequest;
  readonly pinned: PinnedTime;
}

/** Info series that may belong to the base series, with the times of their samples (seconds) as values. */
async function selectInfo(
  evaluation: Evaluation,
  frame: Frame,
  { base, isInfo, request, pinned }: InfoSelection,
): Promise<StepMatrix | undefined> {
  const identifying = identifyingMatchers(base, isInfo);
  if (identifying.length === 0) return undefined;
  const { lookbackMs } = evaluation.options;
  const startMs = pinned.timestampMs ?? frame.startMs;
  const endMs = pinned.timestampMs ?? timeOfStep(frame, frame.steps - 1);
  const series = await evaluation.queryable.select(
    [...identifying, ...request.dataMatchers, ...request.nameMatchers],
    {
      startMs: startMs - lookbackMs + 1 - pinned.offsetMs,
      endMs: endMs - pinned.offsetMs,
      stepMs: frame.stepMs,
      rangeMs: 0,
      func: 'info',
      grouping: undefined,
      isBy: false,
      limit: 0,
    },
    evaluation.signal,
  );
  const selection: InstantSelection = {
    series,
    offsetMs: pinned.offsetMs,
    fixedMs: pinned.timestampMs,
    field: 'float-sample-time',
  };
  const collector = new RowCollector(evaluation, { steps: frame.steps, rule: 'merge', haveOneName: true });
  await streamInstant(evaluation, selection, frame, (labels, dropName, row) => collector.add(labels, dropName, row));
  return collector.matrix;
}

function identifyingMatchers(base: StepMatrix, isInfo: readonly boolean[]): Matcher[] {
  return IDENTIFYING_LABELS.flatMap((name) => {
    const values = new Set<string>();
    for (let row = 0; row < base.rows; row++) {
      const value = isInfo[row] ? '' : base.labels[row]!.get(name);
      if (value !== '') values.add(value);
    }
    if (values.size === 0) return [];
    return [compileMatcher({ operator: '=~', name, value: [...values].map(escapePattern).join('|') })];
  });
}

function escapePattern(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

interface InfoJoinParts {
  readonly base: StepMatrix;
  readonly isInfo: readonly boolean[];
  readonly info: StepMatrix | undefined;
  readonly request: InfoRequest;
}

/** Joins base and info series step by step. */
class InfoJoin {
  readonly #evaluation: Evaluation;
  readonly #frame: Frame;
  readonly #parts: InfoJoinParts;
  readonly #output: KeyedRows;
  readonly #infoNames: string[];
  readonly #infoKeys: string[];
  /** Keys of a base row, one per info metric. */
  readonly #baseKeys: string[][];

  constructor(evaluation: Evaluation, frame: Frame, parts: InfoJoinParts) {
    this.#evaluation = evaluation;
    this.#frame = frame;
    this.#parts = parts;
    this.#output = new KeyedRows(evaluation, frame.steps);
    const infoLabels = parts.info?.labels ?? [];
    this.#infoNames = [...new Set(infoLabels.map((labels) => labels.metricName))];
    this.#infoKeys = infoLabels.map((labels) => joinKey(labels.metricName, labels));
    this.#baseKeys = parts.base.labels.map((labels) => this.#infoNames.map((name) => joinKey(name, labels)));
  }

  run(): StepMatrix {
    const { base } = this.#parts;
    for (let step = 0; step < this.#frame.steps; step++) {
      if (!isAnyPresent(base, step)) continue;
      const infoRows = this.#infoAt(step);
      for (let row = 0; row < base.rows; row++) {
        if (base.kinds[row * base.steps + step] !== ABSENT) this.#joinRow(row, step, infoRows);
      }
    }
    this.#evaluation.budget.notePeak();
    return this.#output.matrix;
  }

  /** The newest info row per key at a step. */
  #infoAt(step: number): ReadonlyMap<string, number> {
    const { info } = this.#parts;
    const rows = new Map<string, number>();
    if (info === undefined) return rows;
    for (let row = 0; row < info.rows; row++) {
      const cell = row * info.steps + step;
      if (info.kinds[cell] === ABSENT) continue;
      const known = rows.get(this.#infoKeys[row]!);
      const time = info.values[cell]!;
      const knownTime = known === undefined ? -Infinity : info.values[known * info.steps + step]!;
      if (time === knownTime) throw duplicateInfo(info.labels[known!]!, info.labels[row]!, time);
      if (time > knownTime) rows.set(this.#infoKeys[row]!, row);
    }
    return rows;
  }

  #joinRow(row: number, step: number, infoRows: ReadonlyMap<string, number>): void {
    const { base, isInfo, request } = this.#parts;
    const labels = base.labels[row]!;
    let joined: Labels | undefined = labels;
    if (!isInfo[row]) {
      const matches = this.#baseKeys[row]!.map((key) => infoRows.get(key)).filter((found) => found !== undefined);
      if (matches.length === 0 && !request.acceptsNothing) return;
      joined = this.#withInfo(labels, matches);
    }
    const target = this.#output.rowFor(joined, base.dropName[row]!);
    this.#output.matrix.copyCell(this.#output.claim(target, step), base, row * base.steps + step);
  }

  #withInfo(labels: Labels, infoRows: readonly number[]): Labels {
    const { info, request } = this.#parts;
    const added = new Map<string, string>();
    for (const infoRow of infoRows) {
      for (const [name, value] of info!.labels[infoRow]!) {
        if (name === METRIC_NAME || (request.dataNames.size > 0 && !request.dataNames.has(name))) continue;
        const known = added.get(name);
        if (known !== undefined && known !== value) throw executionError(`conflicting label: ${name}`);
        if (!labels.has(name)) added.set(name, value);
      }
    }
    let out = labels;
    for (const [name, value] of added) out = out.with(name, value);
    return out;
  }
}

function joinKey(infoName: string, labels: Labels): string {
  return `${infoName}\u0000${keyOfLabels(labels, IDENTIFYING_LABELS)}`;
}

function isAnyPresent(matrix: StepMatrix, step: number): boolean {
  for (let row = 0; row < matrix.rows; row++) if (matrix.kinds[row * matrix.steps + step] !== ABSENT) return true;
  return false;
}

function duplicateInfo(existing: Labels, added: Labels, timeSeconds: number): Error {
  const timeMs = Math.round(timeSeconds * 1000);
  return executionError(`found duplicate series for info metric: existing ${existing} @ ${timeMs}, new ${added} @ ${timeMs}`);
}
