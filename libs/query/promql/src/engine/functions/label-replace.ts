import { Regexp, RegexpSyntaxError } from '@telamon/algo';
import { type Labels, METRIC_NAME } from '@telamon/model';
import type { Call, Expr } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import { unwrapExpression } from '../expression-type.ts';
import type { Frame } from '../frame.ts';
import { mergeSameLabels } from '../merge-same-labels.ts';
import { executionError } from '../query-error.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** Value of a string argument. */
export function stringArgument(arg: Expr): string {
  const inner = unwrapExpression(arg);
  if (inner.kind !== 'string') throw new Error(`expected a string argument, got ${inner.kind}`);
  return inner.value;
}

/** Label names are any non-empty, well-formed text. */
export function isValidLabelName(name: string): boolean {
  return name !== '' && !/\p{Cs}/u.test(name);
}

/** label_replace(vector, target, replacement, source, regex): the regex is RE2 and anchored at both ends. */
export async function evaluateLabelReplace(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const [target, replacement, source, pattern] = call.args.slice(1).map(stringArgument) as [string, string, string, string];
  const regexp = compileReplacePattern(pattern);
  if (!isValidLabelName(target)) {
    throw executionError(`invalid destination label name in label_replace(): ${target}`);
  }
  const matrix = await evaluation.matrix(call.args[0]!, frame);
  const known = new Map<string, string | undefined>();
  const replacementOf = (value: string): string | undefined => {
    if (known.has(value)) return known.get(value);
    const text = regexp.replaceTemplate(value, replacement);
    known.set(value, text);
    return text;
  };
  return relabel(evaluation, matrix, target, (labels) => replacementOf(labels.get(source)));
}

function compileReplacePattern(pattern: string): Regexp {
  try {
    return Regexp.compile(pattern);
  } catch (error) {
    if (!(error instanceof RegexpSyntaxError)) throw error;
    throw executionError(`invalid regular expression in label_replace(): ${pattern}`);
  }
}

/** label_join(vector, target, separator, source...). */
export async function evaluateLabelJoin(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const [target, separator, ...sources] = call.args.slice(1).map(stringArgument) as [string, string, ...string[]];
  for (const source of sources) {
    if (!isValidLabelName(source)) throw executionError(`invalid source label name in label_join(): ${source}`);
  }
  if (!isValidLabelName(target)) throw executionError(`invalid destination label name in label_join(): ${target}`);
  const matrix = await evaluation.matrix(call.args[0]!, frame);
  return relabel(evaluation, matrix, target, (labels) => sources.map((name) => labels.get(name)).join(separator));
}

/** Sets a label of every row, undefined leaving it as it is; rows that become equal are merged or refused. */
function relabel(
  evaluation: Evaluation,
  matrix: StepMatrix,
  target: string,
  labelValue: (labels: Labels) => string | undefined,
): StepMatrix {
  for (let row = 0; row < matrix.rows; row++) {
    const labels = matrix.labels[row]!;
    const value = labelValue(labels);
    if (value === undefined) continue;
    matrix.labels[row] = labels.with(target, value);
    // A name that was just set is wanted.
    if (target === METRIC_NAME) matrix.dropName[row] = false;
  }
  return mergeSameLabels(evaluation, matrix);
}
