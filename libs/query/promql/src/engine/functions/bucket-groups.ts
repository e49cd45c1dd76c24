import { type Labels, parseGoFloat } from '@telamon/model';
import type { PositionRange } from '../../parser/ast.ts';
import { noteTexts } from '../annotations.ts';
import type { Evaluation } from '../evaluation.ts';
import { keyWithoutLabels } from '../metric-labels.ts';
import { ABSENT, FLOAT, HISTOGRAM } from '../row.ts';
import type { StepMatrix } from '../step-matrix.ts';
import type { ClassicBuckets } from './classic-histogram.ts';

const BUCKET_LABEL = 'le';
const ONLY_BUCKET_LABEL: ReadonlySet<string> = new Set([BUCKET_LABEL]);
const NO_LABELS: ReadonlySet<string> = new Set();

/** Rows of one classic histogram, or a row of native ones, in an instant vector. */
export interface HistogramGroup {
  /** Labels without `le`. */
  readonly labels: Labels;
  /** Bucket rows and their bounds. */
  readonly rows: number[];
  readonly bounds: number[];
}

/** The histograms of a vector, sorted out once for all steps. */
export class BucketGroups {
  readonly classic: HistogramGroup[] = [];
  /** Rows that hold native histograms, each with the classic group that has the same labels, if any. */
  readonly native: { readonly row: number; readonly twin: HistogramGroup | undefined }[] = [];
  readonly #evaluation: Evaluation;
  readonly #matrix: StepMatrix;
  readonly #position: PositionRange;

  /** `position` is that of the vector. Warns of rows with floats that are no buckets. */
  constructor(evaluation: Evaluation, matrix: StepMatrix, position: PositionRange) {
    this.#evaluation = evaluation;
    this.#matrix = matrix;
    this.#position = position;
    const byKey = new Map<string, HistogramGroup>();
    for (let row = 0; row < matrix.rows; row++) if (this.#hasKind(row, FLOAT)) this.#addBucketRow(row, byKey);
    if (matrix.histograms === undefined) return;
    for (let row = 0; row < matrix.rows; row++) {
      if (!this.#hasKind(row, HISTOGRAM)) continue;
      this.native.push({ row, twin: byKey.get(keyWithoutLabels(matrix.labels[row]!, NO_LABELS)) });
    }
  }

  /** Fills `into` with a group's buckets at a step; false when there is none. */
  gather(group: HistogramGroup, step: number, into: ClassicBuckets): boolean {
    const { kinds, values, steps } = this.#matrix;
    into.bounds.length = 0;
    into.counts.length = 0;
    for (let i = 0; i < group.rows.length; i++) {
      const cell = group.rows[i]! * steps + step;
      if (kinds[cell] !== FLOAT) continue;
      into.bounds.push(group.bounds[i]!);
      into.counts.push(values[cell]!);
    }
    return into.bounds.length > 0;
  }

  /** Whether a group has both classic buckets and a native histogram at a step, which then count as neither. Warns. */
  isMixed(group: HistogramGroup, nativeRow: number, step: number): boolean {
    const { kinds, steps } = this.#matrix;
    if (kinds[nativeRow * steps + step] !== HISTOGRAM) return false;
    if (!group.rows.some((row) => kinds[row * steps + step] === FLOAT)) return false;
    this.#evaluation.annotations.warn(
      noteTexts.mixedClassicNative(this.noteName(this.#matrix.labels[nativeRow]!)),
      this.#position,
    );
    return true;
  }

  /** Metric name for notes: known only while names are still there. */
  noteName(labels: Labels): string {
    return this.#evaluation.options.isNameRemovalDelayed ? labels.metricName : '';
  }

  #addBucketRow(row: number, byKey: Map<string, HistogramGroup>): void {
    const labels = this.#matrix.labels[row]!;
    const text = labels.get(BUCKET_LABEL);
    const bound = parseGoFloat(text);
    if (bound === undefined) {
      this.#evaluation.annotations.warn(noteTexts.badBucketLabel(this.noteName(labels), text), this.#position);
      return;
    }
    const key = keyWithoutLabels(labels, ONLY_BUCKET_LABEL);
    let group = byKey.get(key);
    if (group === undefined) {
      group = { labels: labels.without(ONLY_BUCKET_LABEL), rows: [], bounds: [] };
      byKey.set(key, group);
      this.classic.push(group);
    }
    group.rows.push(row);
    group.bounds.push(bound);
  }

  #hasKind(row: number, kind: number): boolean {
    const { kinds, steps, histograms } = this.#matrix;
    if (histograms === undefined) return kind === FLOAT;
    for (let cell = row * steps; cell < (row + 1) * steps; cell++) {
      if (kinds[cell] !== ABSENT && kinds[cell] === kind) return true;
    }
    return false;
  }
}
