import { compareLabelBytes } from '@telamon/tsdb';
import type { FrameSeries } from './frame-series.ts';

/** Most runs that are told apart, against sources without any order. */
const RUNS_MAX = 64;

interface Run {
  series: FrameSeries[];
  isAscending: boolean;
}

/**
 * Series as they come from several replicas and blocks, to be given back in the order of their labels, each once (Prometheus' sums
 * depend on the order in the last digit). Every source keeps the order, but their frames come in turns: each is put behind those that it
 * may follow, so that a few long runs are merged with about one comparison a series.
 */
export class SeriesRuns {
  readonly #runs: Run[] = [];

  /** Takes the series of one frame. */
  add(found: FrameSeries[]): void {
    if (found.length === 0) return;
    const run = this.#runFor(found[0]!);
    if (run === undefined) this.#runs.push({ series: found, isAscending: isAscending(found) });
    else {
      run.isAscending &&= isBefore(run.series.at(-1)!, found[0]!) && isAscending(found);
      for (const series of found) run.series.push(series);
    }
  }

  /** Everything, joined. What was given is used up. Cost: linear in series, times the logarithm of the runs. */
  joined(): FrameSeries[] {
    return mergeSeries(
      this.#runs.splice(0).map(({ series, isAscending: isSorted }) => (isSorted ? series : sortAndJoin(series))),
    );
  }

  /** The run with the greatest end that the series may follow; the first one when there are too many; undefined for a new one. */
  #runFor(first: FrameSeries): Run | undefined {
    let best: Run | undefined;
    for (const run of this.#runs) {
      const last = run.series.at(-1)!;
      if (!isBefore(last, first)) continue;
      if (best === undefined || isBefore(best.series.at(-1)!, last)) best = run;
    }
    return best ?? (this.#runs.length < RUNS_MAX ? undefined : this.#runs[0]);
  }
}

/** Merges lists that each ascend by their labels; what several have is joined, the first list's first. They are used up. */
export function mergeSeries(lists: FrameSeries[][]): FrameSeries[] {
  let left = lists;
  while (left.length > 1) {
    const merged: FrameSeries[][] = [];
    for (let i = 0; i < left.length; i += 2) merged.push(i + 1 < left.length ? merge(left[i]!, left[i + 1]!) : left[i]!);
    left = merged;
  }
  return left[0] ?? [];
}

function isBefore(a: FrameSeries, b: FrameSeries): boolean {
  return compareLabelBytes(a.labelBytes, b.labelBytes) < 0;
}

function isAscending(series: readonly FrameSeries[]): boolean {
  for (let i = 1; i < series.length; i++) if (!isBefore(series[i - 1]!, series[i]!)) return false;
  return true;
}

function sortAndJoin(series: FrameSeries[]): FrameSeries[] {
  series.sort((a, b) => compareLabelBytes(a.labelBytes, b.labelBytes));
  let kept = 0;
  for (let i = 1; i < series.length; i++) {
    if (areEqual(series[kept]!.labelBytes, series[i]!.labelBytes)) series[kept]!.join(series[i]!);
    else series[++kept] = series[i]!;
  }
  series.length = kept + 1;
  return series;
}

/** Merges two ascending lists; what both have is joined into that of the first. */
function merge(a: readonly FrameSeries[], b: readonly FrameSeries[]): FrameSeries[] {
  const merged: FrameSeries[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const mine = a[i]!;
    const other = b[j]!;
    if (areEqual(mine.labelBytes, other.labelBytes)) {
      mine.join(other);
      merged.push(mine);
      i++;
      j++;
    } else if (isBefore(mine, other)) merged.push(a[i++]!);
    else merged.push(b[j++]!);
  }
  while (i < a.length) merged.push(a[i++]!);
  while (j < b.length) merged.push(b[j++]!);
  return merged;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  // Neighbours that differ mostly differ at the end.
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
  return true;
}
