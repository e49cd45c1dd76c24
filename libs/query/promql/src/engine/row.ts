import type { FloatHistogram } from '@telamon/model';

/** No sample at a step. */
export const ABSENT = 0;
/** A float at a step. */
export const FLOAT = 1;
/** A native histogram at a step. */
export const HISTOGRAM = 2;

/** Values of one series at every step of an evaluation, in columns. One row is reused for many series. */
export class Row {
  readonly steps: number;
  readonly values: Float64Array;
  /** {@link ABSENT}, {@link FLOAT} or {@link HISTOGRAM} per step. */
  readonly kinds: Uint8Array;
  /** Sparse; undefined as long as the row holds no histogram. */
  histograms: (FloatHistogram | undefined)[] | undefined = undefined;

  constructor(steps: number) {
    this.steps = steps;
    this.values = new Float64Array(steps);
    this.kinds = new Uint8Array(steps);
  }

  /** Forgets everything. */
  clear(): void {
    this.kinds.fill(ABSENT);
    this.histograms = undefined;
  }

  /** Sets a float. */
  setFloat(step: number, value: number): void {
    this.values[step] = value;
    this.kinds[step] = FLOAT;
  }

  /** Sets a histogram, which the row does not copy and nobody may change afterwards. */
  setHistogram(step: number, histogram: FloatHistogram): void {
    this.kinds[step] = HISTOGRAM;
    this.histograms ??= [];
    this.histograms[step] = histogram;
  }

  /** Whether every step is absent. */
  isEmpty(): boolean {
    const { kinds } = this;
    for (let i = 0; i < kinds.length; i++) if (kinds[i] !== ABSENT) return false;
    return true;
  }
}
