import type { FloatHistogram } from '@telamon/model';
import type { Evaluation } from './evaluation.ts';
import { type Frame, timeOfStep } from './frame.ts';
import { mergeSameLabels } from './merge-same-labels.ts';
import { dropMetadata } from './metric-labels.ts';
import type { MatrixSeries, QueryValue, VectorSample } from './result.ts';
import { ABSENT, FLOAT } from './row.ts';
import type { StepMatrix } from './step-matrix.ts';

/** Drops the names whose removal was put off, and merges what has become equal. Throws a QueryError where it cannot. */
export function removeDelayedNames(evaluation: Evaluation, matrix: StepMatrix): StepMatrix {
  if (!evaluation.options.isNameRemovalDelayed) return matrix;
  for (let row = 0; row < matrix.rows; row++) {
    if (!matrix.dropName[row]) continue;
    matrix.labels[row] = dropMetadata(matrix.labels[row]!);
    matrix.dropName[row] = false;
  }
  return mergeSameLabels(evaluation, matrix);
}

/** The vector of an instant query, in the order of the evaluation. */
export function vectorOfMatrix(matrix: StepMatrix, timeMs: number): QueryValue {
  const samples: VectorSample[] = [];
  for (let row = 0; row < matrix.rows; row++) {
    if (matrix.kinds[row] === ABSENT) continue;
    const labels = matrix.labels[row]!;
    const histogram = matrix.histogramAt(row);
    if (histogram === undefined) samples.push({ labels, timeMs, value: matrix.values[row]! });
    else samples.push({ labels, timeMs, value: histogram.sum, histogram });
  }
  return { type: 'vector', samples };
}

/** The series of a matrix with their times, unsorted. Cost: O(cells). */
export function seriesOfMatrix(matrix: StepMatrix, timeOf: (step: number) => number): MatrixSeries[] {
  const { steps } = matrix;
  const output: MatrixSeries[] = [];
  const allTimes = Float64Array.from({ length: steps }, (_, step) => timeOf(step));
  const times = new Float64Array(steps);
  const values = new Float64Array(steps);
  for (let row = 0; row < matrix.rows; row++) {
    let floats = 0;
    const histogramTimes: number[] = [];
    const histograms: FloatHistogram[] = [];
    for (let step = 0; step < steps; step++) {
      const cell = row * steps + step;
      const kind = matrix.kinds[cell]!;
      if (kind === ABSENT) continue;
      if (kind === FLOAT) {
        times[floats] = allTimes[step]!;
        values[floats++] = matrix.values[cell]!;
      } else {
        histogramTimes.push(allTimes[step]!);
        histograms.push(matrix.histogramAt(cell)!);
      }
    }
    if (floats + histograms.length === 0) continue;
    output.push({
      labels: matrix.labels[row]!,
      // Series without gaps share one column of times.
      timesMs: floats === steps ? allTimes : times.slice(0, floats),
      values: values.slice(0, floats),
      histogramTimesMs: Float64Array.from(histogramTimes),
      histograms,
    });
  }
  return output;
}

/** Sorts series by labels, the order of every matrix that a query returns. */
export function sortSeries(series: MatrixSeries[]): MatrixSeries[] {
  return series.sort((a, b) => a.labels.compare(b.labels));
}

/** The matrix of a range query. */
export function rangeValue(matrix: StepMatrix, frame: Frame): QueryValue {
  return { type: 'matrix', series: sortSeries(seriesOfMatrix(matrix, (step) => timeOfStep(frame, step))) };
}
