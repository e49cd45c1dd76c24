import type { AggregateExpr, AggregateOperator } from '../../parser/ast.ts';
import { type Evaluation, scalarValues } from '../evaluation.ts';
import type { Frame } from '../frame.ts';
import { Row } from '../row.ts';
import { StepMatrix } from '../step-matrix.ts';
import type { Accumulator, AccumulatorContext } from './accumulator.ts';
import { countValues } from './count-values.ts';
import { Grouping } from './grouping.ts';
import { aggregateQuantile } from './quantile.ts';
import { ROW_SELECTIONS, selectRows } from './select-rows.ts';
import { CountAccumulator, ExtremeAccumulator, VarianceAccumulator } from './simple.ts';
import { AverageAccumulator, SumAccumulator } from './sum.ts';

/** Evaluates an aggregation. Those that fold (sum, count, ...) take their input series by series and keep none of it. */
export async function evaluateAggregate(evaluation: Evaluation, expr: AggregateExpr, frame: Frame): Promise<StepMatrix> {
  if (expr.op === 'count_values') return countValues(evaluation, expr, frame);
  const { budget } = evaluation;
  const before = budget.current;
  const param = expr.param === undefined ? undefined : await evaluation.matrix(expr.param, frame);
  const params = param === undefined ? new Float64Array(frame.steps) : scalarValues(param);
  const output = await aggregateWith(evaluation, expr, frame, params);
  budget.current = before + output.countSamples();
  budget.notePeak();
  return output;
}

function aggregateWith(evaluation: Evaluation, expr: AggregateExpr, frame: Frame, params: Float64Array): Promise<StepMatrix> {
  if (ROW_SELECTIONS.has(expr.op)) return selectRows(evaluation, expr, frame, params);
  if (expr.op === 'quantile') return aggregateQuantile(evaluation, expr, frame, params);
  return fold(evaluation, expr, frame);
}

async function fold(evaluation: Evaluation, expr: AggregateExpr, frame: Frame): Promise<StepMatrix> {
  const grouping = new Grouping(expr);
  const accumulator = makeAccumulator(expr.op, {
    annotations: evaluation.annotations,
    steps: frame.steps,
    position: expr.expr.pos,
  });
  const isNameGone = !evaluation.options.isNameRemovalDelayed;
  const dropName: boolean[] = [];
  await evaluation.stream(expr.expr, frame, (labels, dropsName, row) => {
    const group = grouping.of(labels, dropsName && isNameGone);
    if (dropsName && !isNameGone) dropName[group] = true;
    accumulator.add(group, row, () => labels.metricName);
  });
  const output = new StepMatrix(frame.steps, evaluation.ledger, grouping.labels.length);
  const row = new Row(frame.steps);
  for (let group = 0; group < grouping.labels.length; group++) {
    row.clear();
    accumulator.finish(group, row);
    if (!row.isEmpty()) output.appendRow(grouping.labels[group]!, dropName[group] === true, row);
  }
  return output;
}

function makeAccumulator(op: AggregateOperator, context: AccumulatorContext): Accumulator {
  switch (op) {
    case 'sum':
      return new SumAccumulator(context);
    case 'avg':
      return new AverageAccumulator(context);
    case 'count':
    case 'group':
      return new CountAccumulator(context, op === 'group');
    case 'min':
    case 'max':
      return new ExtremeAccumulator(context, op === 'max');
    case 'stddev':
    case 'stdvar':
      return new VarianceAccumulator(context, op === 'stddev');
    default:
      throw new Error(`no accumulator for ${op}`);
  }
}
