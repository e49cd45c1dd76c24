import { Labels } from '@telamon/model';
import type { Call } from '../../parser/ast.ts';
import { type Evaluation, scalarValues } from '../evaluation.ts';
import { goMax, goMin } from '../float-math.ts';
import { type Frame, timeOfStep } from '../frame.ts';
import { FLOAT } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';

/** A row without labels whose value at each step is computed. */
export function computedRow(evaluation: Evaluation, frame: Frame, valueAt: (step: number) => number): StepMatrix {
  const output = new StepMatrix(frame.steps, evaluation.ledger, 1);
  output.addRow(Labels.EMPTY, false);
  for (let step = 0; step < frame.steps; step++) output.setFloat(step, valueAt(step));
  return output;
}

/** Functions without vector or range arguments, by name. */
export const SCALAR_FUNCTIONS: ReadonlySet<string> = new Set(['time', 'pi', 'max_of', 'min_of', 'vector']);

/** time, pi, max_of, min_of, vector, and the calendar functions without argument. */
export async function evaluateScalarFunction(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const inputs: StepMatrix[] = [];
  for (const arg of call.args) inputs.push(await evaluation.matrix(arg, frame));
  const args = inputs.map(scalarValues);
  const output = computedRow(evaluation, frame, valueFunction(call.func.name, args, frame));
  evaluation.budget.settle(before, inputs, output);
  return output;
}

function valueFunction(name: string, args: readonly Float64Array[], frame: Frame): (step: number) => number {
  switch (name) {
    case 'time':
      return (step) => timeOfStep(frame, step) / 1000;
    case 'pi':
      return () => Math.PI;
    case 'max_of':
      return (step) => goMax(args[0]![step]!, args[1]![step]!);
    case 'min_of':
      return (step) => goMin(args[0]![step]!, args[1]![step]!);
    case 'vector':
      return (step) => args[0]![step]!;
    default: {
      const part = CALENDAR_FUNCTIONS.get(name)!;
      return (step) => part(Math.trunc(timeOfStep(frame, step) / 1000));
    }
  }
}

/** scalar(vector): the value of the only float of a step, NaN when there is none or more than one. */
export async function evaluateScalar(evaluation: Evaluation, call: Call, frame: Frame): Promise<StepMatrix> {
  const before = evaluation.budget.current;
  const input = await evaluation.matrix(call.args[0]!, frame);
  const output = computedRow(evaluation, frame, (step) => {
    let found = -1;
    for (let cell = step; cell < input.rows * frame.steps; cell += frame.steps) {
      if (input.kinds[cell] !== FLOAT) continue;
      if (found >= 0) return NaN;
      found = cell;
    }
    return found < 0 ? NaN : input.values[found]!;
  });
  evaluation.budget.settle(before, [input], output);
  input.release();
  return output;
}
