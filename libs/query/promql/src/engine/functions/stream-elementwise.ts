import type { Call } from '../../parser/ast.ts';
import { type Evaluation, type RowConsumer, scalarValues } from '../evaluation.ts';
import { type Frame, timeOfStep } from '../frame.ts';
import { selectionOf, streamInstant } from '../instant-selector.ts';
import { ABSENT, FLOAT, type Row } from '../row.ts';
import { CALENDAR_FUNCTIONS } from './calendar.ts';
import { simpleHistogramFunction } from './histogram-parts.ts';
import { ELEMENTWISE_FUNCTIONS, type ElementwiseFunction } from './math.ts';

/** Whether a call maps the samples of one vector one by one, so that it can be streamed. */
export function isElementwise(call: Call): boolean {
  const { name } = call.func;
  if (CALENDAR_FUNCTIONS.has(name)) return call.args.length > 0;
  return (
    ELEMENTWISE_FUNCTIONS.has(name) ||
    simpleHistogramFunction(name) !== undefined ||
    name === 'timestamp' ||
    name === 'start_timestamp'
  );
}

/** Streams a function that maps samples one by one. Its rows lose their name. */
export async function streamElementwise(evaluation: Evaluation, call: Call, frame: Frame, consume: RowConsumer): Promise<void> {
  const { name } = call.func;
  const arg = call.args[0]!;
  if (name === 'timestamp' || name === 'start_timestamp') return streamTimes(evaluation, call, frame, consume);
  const apply = await rowFunction(evaluation, call, frame);
  await evaluation.stream(arg, frame, (labels, _dropName, row) => {
    apply(row);
    consume(labels, true, row);
  });
}

async function rowFunction(evaluation: Evaluation, call: Call, frame: Frame): Promise<(row: Row) => void> {
  const { name } = call.func;
  const part = CALENDAR_FUNCTIONS.get(name);
  if (part !== undefined) return (row) => mapFloats(row, part);
  const histogramPart = simpleHistogramFunction(name);
  if (histogramPart !== undefined) {
    return (row) => {
      for (let step = 0; step < row.steps; step++) {
        const histogram = row.histograms?.[step];
        if (row.kinds[step] === FLOAT || histogram === undefined) row.kinds[step] = ABSENT;
        else if (row.kinds[step] !== ABSENT) row.setFloat(step, histogramPart(histogram));
      }
    };
  }
  return parameterised(evaluation, call, frame, ELEMENTWISE_FUNCTIONS.get(name)!);
}

async function parameterised(
  evaluation: Evaluation,
  call: Call,
  frame: Frame,
  { compute, defaults, isDefined }: ElementwiseFunction,
): Promise<(row: Row) => void> {
  const columns: Float64Array[] = [];
  for (const arg of call.args.slice(1)) columns.push(scalarValues(await evaluation.matrix(arg, frame)));
  if (columns.length === 0) return (row) => mapFloats(row, (value) => compute(value, defaults));
  const params = Array.from({ length: frame.steps }, (_, step) => columns.map((column) => column[step]!));
  return (row) => {
    for (let step = 0; step < row.steps; step++) {
      if (row.kinds[step] !== FLOAT || isDefined?.(params[step]!) === false) row.kinds[step] = ABSENT;
      else row.values[step] = compute(row.values[step]!, params[step]!);
    }
  };
}

function mapFloats(row: Row, compute: (value: number) => number): void {
  const { kinds, values } = row;
  for (let step = 0; step < row.steps; step++) {
    if (kinds[step] === FLOAT) values[step] = compute(values[step]!);
    else kinds[step] = ABSENT;
  }
}

/** timestamp and start_timestamp: real times only for a selector; else the step's, or nothing. */
async function streamTimes(evaluation: Evaluation, call: Call, frame: Frame, consume: RowConsumer): Promise<void> {
  const arg = call.args[0]!;
  const isStart = call.func.name === 'start_timestamp';
  if (isStart && (arg.kind !== 'vectorSelector' || !evaluation.options.useStartTimestamps)) return;
  if (arg.kind === 'vectorSelector') {
    const selection = selectionOf(evaluation, arg, isStart ? 'start-time' : 'sample-time');
    return streamInstant(evaluation, selection, frame, (labels, _dropName, row) => consume(labels, true, row));
  }
  await evaluation.stream(arg, frame, (labels, _dropName, row) => {
    for (let step = 0; step < row.steps; step++) {
      if (row.kinds[step] !== ABSENT) row.setFloat(step, timeOfStep(frame, step) / 1000);
    }
    consume(labels, true, row);
  });
}
