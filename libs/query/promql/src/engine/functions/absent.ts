import { Labels, METRIC_NAME } from '@telamon/model';
import type { Call, Expr } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { streamRangeCall } from '../range-call.ts';
import { ABSENT } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';

/** absent(vector): 1 at steps where the vector is empty, with the labels that the selector pins down. */
export async function evaluateAbsent(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const seen = new Uint8Array(frame.steps);
  const input = await evaluation.matrix(call.args[0]!, frame);
  for (let cell = 0; cell < input.rows * input.steps; cell++) {
    if (input.kinds[cell] !== ABSENT) seen[cell % input.steps] = 1;
  }
  const output = onesWhereUnseen(evaluation, seen, absentLabels(call.args[0]!));
  evaluation.budget.settle(before, [input], output);
  input.release();
  return output;
}

/** absent_over_time(range): 1 at steps whose window is empty for every series. */
export async function evaluateAbsentOverTime(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const seen = new Uint8Array(frame.steps);
  await streamRangeCall(evaluation, call, frame, (_labels, _dropName, row) => {
    for (let step = 0; step < seen.length; step++) if (row.kinds[step] !== ABSENT) seen[step] = 1;
  });
  return onesWhereUnseen(evaluation, seen, absentLabels(call.args[0]!), true);
}

function onesWhereUnseen(evaluation: Evaluation, seen: Uint8Array, labels: Labels, dropName = false): StepMatrix {
  const output = new StepMatrix(seen.length, evaluation.ledger, 1);
  if (!seen.includes(0)) return output;
  output.addRow(labels, dropName);
  for (let step = 0; step < seen.length; step++) if (seen[step] === 0) output.setFloat(step, 1);
  return output;
}

/** Labels that a selector fixes by exactly one `=` matcher. */
function absentLabels(arg: Expr): Labels {
  const selector = arg.kind === 'matrixSelector' ? arg.vectorSelector : arg;
  if (selector.kind !== 'vectorSelector') return Labels.EMPTY;
  const found = new Map<string, string>();
  const seen = new Set<string>();
  for (const matcher of selector.matchers) {
    if (matcher.name === METRIC_NAME) continue;
    if (matcher.operator === '=' && !seen.has(matcher.name)) {
      found.set(matcher.name, matcher.value);
      seen.add(matcher.name);
    } else found.delete(matcher.name);
  }
  return Labels.fromPairs(found);
}
