import type { FloatHistogram, Labels } from '@telamon/model';
import { histogramSampleSize } from './histogram-size.ts';
import type { MemoryLedger } from './memory-ledger.ts';
import { ABSENT, FLOAT, HISTOGRAM, type Row } from './row.ts';

const BYTES_PER_CELL = 9;
/** Rough cost of a row's entry in the lists, without its labels, which storage owns. */
const BYTES_PER_ROW = 32;

/**
 * Result of an expression: rows of series, columns of steps, in two blocks of memory however many series there are.
 * Cell (row, step) stands at `row * steps + step`. Grows by doubling; what it holds is charged to the query's ledger.
 */
export class StepMatrix {
  readonly steps: number;
  readonly labels: Labels[] = [];
  /** Whether the name of a row is to be dropped at the end of the query (delayed name removal). */
  readonly dropName: boolean[] = [];
  values: Float64Array;
  kinds: Uint8Array;
  /** By cell; undefined as long as there is none. */
  histograms: Map<number, FloatHistogram> | undefined = undefined;
  readonly #ledger: MemoryLedger;
  #chargedBytes = 0;

  constructor(steps: number, ledger: MemoryLedger, rows = 4) {
    this.steps = steps;
    this.#ledger = ledger;
    this.#charge(rows * (steps * BYTES_PER_CELL + BYTES_PER_ROW));
    this.values = new Float64Array(rows * steps);
    this.kinds = new Uint8Array(rows * steps);
  }

  /** Number of series. */
  get rows(): number {
    return this.labels.length;
  }

  /** Appends a row without samples; returns its number. Throws when the query's memory is used up. */
  addRow(labels: Labels, dropName: boolean): number {
    const row = this.labels.length;
    if ((row + 1) * this.steps > this.kinds.length) this.#grow();
    this.labels.push(labels);
    this.dropName.push(dropName);
    return row;
  }

  /** Appends a copy of a row; returns its number. */
  appendRow(labels: Labels, dropName: boolean, from: Row): number {
    const row = this.addRow(labels, dropName);
    const base = row * this.steps;
    this.values.set(from.values, base);
    this.kinds.set(from.kinds, base);
    if (from.histograms !== undefined) {
      from.histograms.forEach((histogram, step) => {
        if (histogram !== undefined && from.kinds[step] === HISTOGRAM) this.setHistogram(base + step, histogram);
      });
    }
    return row;
  }

  /** Copies a row out. */
  readRow(row: number, into: Row): void {
    const base = row * this.steps;
    into.histograms = undefined;
    for (let step = 0; step < this.steps; step++) {
      into.values[step] = this.values[base + step]!;
      const kind = this.kinds[base + step]!;
      into.kinds[step] = kind;
      if (kind === HISTOGRAM) into.setHistogram(step, this.histograms!.get(base + step)!);
    }
  }

  /** Sets a cell to a float. */
  setFloat(cell: number, value: number): void {
    this.values[cell] = value;
    this.kinds[cell] = FLOAT;
  }

  /** Sets a cell to a histogram, which is not copied. */
  setHistogram(cell: number, histogram: FloatHistogram): void {
    this.kinds[cell] = HISTOGRAM;
    this.histograms ??= new Map();
    this.histograms.set(cell, histogram);
  }

  /** Copies a cell of another matrix (or this one). */
  copyCell(cell: number, from: StepMatrix, fromCell: number): void {
    const kind = from.kinds[fromCell]!;
    if (kind === HISTOGRAM) this.setHistogram(cell, from.histograms!.get(fromCell)!);
    else {
      this.values[cell] = from.values[fromCell]!;
      this.kinds[cell] = kind;
    }
  }

  /** Histogram at a cell, undefined when it holds none. */
  histogramAt(cell: number): FloatHistogram | undefined {
    return this.kinds[cell] === HISTOGRAM ? this.histograms!.get(cell) : undefined;
  }

  /** Samples held, histograms counted by size. Cost: O(cells). */
  countSamples(): number {
    const { kinds } = this;
    const cells = this.rows * this.steps;
    let count = 0;
    for (let i = 0; i < cells; i++) if (kinds[i] === FLOAT) count++;
    if (this.histograms !== undefined) {
      for (const [cell, histogram] of this.histograms) {
        if (kinds[cell] === HISTOGRAM) count += histogramSampleSize(histogram);
      }
    }
    return count;
  }

  /** Removes the rows that hold no sample. Cost: O(cells). */
  removeEmptyRows(): void {
    let kept = 0;
    for (let row = 0; row < this.rows; row++) {
      if (this.isRowEmpty(row)) continue;
      if (kept !== row) this.#moveRow(row, kept);
      kept++;
    }
    this.kinds.fill(ABSENT, kept * this.steps, this.rows * this.steps);
    this.labels.length = kept;
    this.dropName.length = kept;
  }

  /** Whether a row holds no sample. */
  isRowEmpty(row: number): boolean {
    const end = (row + 1) * this.steps;
    for (let cell = row * this.steps; cell < end; cell++) if (this.kinds[cell] !== ABSENT) return false;
    return true;
  }

  /** Tells the ledger that nobody uses the matrix any more. */
  release(): void {
    this.#ledger.release(this.#chargedBytes);
    this.#chargedBytes = 0;
  }

  #moveRow(from: number, to: number): void {
    this.labels[to] = this.labels[from]!;
    this.dropName[to] = this.dropName[from]!;
    for (let step = 0; step < this.steps; step++) this.copyCell(to * this.steps + step, this, from * this.steps + step);
  }

  #charge(bytes: number): void {
    this.#ledger.reserve(bytes);
    this.#chargedBytes += bytes;
  }

  #grow(): void {
    const rows = Math.max(4, this.labels.length * 2);
    this.#charge((rows - this.labels.length) * (this.steps * BYTES_PER_CELL + BYTES_PER_ROW));
    const values = new Float64Array(rows * this.steps);
    const kinds = new Uint8Array(rows * this.steps);
    values.set(this.values);
    kinds.set(this.kinds);
    this.values = values;
    this.kinds = kinds;
  }
}
