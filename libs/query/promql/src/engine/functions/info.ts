import type { Call } from '../../parser/ast.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { executionError } from '../query-error.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** info(vector, selector): adds labels of info series. */
export async function evaluateInfo(_evaluation: Evaluation, _call: Call, _frame: Frame): Promise<StepMatrix> {
  throw executionError('the function info is not supported yet');
}
