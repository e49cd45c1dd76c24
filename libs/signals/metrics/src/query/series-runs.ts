import { compareRecords, haveSameLabels, type SeriesRecord } from '../frame/series-records.ts';

/** Most runs that are told apart, against sources without any order. */
const RUNS_MAX = 64;

interface Run {
  series: SeriesRecord[];
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
  add(found: SeriesRecord[]): void {
    if (found.length === 0) return;
    const run = this.#runFor(found[0]!);
    if (run === undefined) this.#runs.push({ series: found, isAscending: isAscending(found) });
    else {
      run.isAscending &&= isBefore(run.series.at(-1)!, found[0]!) && isAscending(found);
      for (const series of found) run.series.push(series);
    }
  }

  /** Everything, joined. What was given is used up. Cost: linear in series, times the logarithm of the runs. */
  joined(): SeriesRecord[] {
    return mergeSeries(
      this.#runs.splice(0).map(({ series, isAscending: isSorted }) => (isSorted ? series : sortAndJoin(series))),
    );
  }

  /** The run with the greatest end that the series may follow; the first one when there are too many; undefined for a new one. */
  #runFor(first: SeriesRecord): Run | undefined {
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
export function mergeSeries(lists: SeriesRecord[][]): SeriesRecord[] {
  let left = lists;
  while (left.length > 1) {
    const merged: SeriesRecord[][] = [];
    for (let i = 0; i < left.length; i += 2) merged.push(i + 1 < left.length ? merge(left[i]!, left[i + 1]!) : left[i]!);
    left = merged;
  }
  return left[0] ?? [];
}

function isBefore(a: SeriesRecord, b: SeriesRecord): boolean {
  return compareRecords(a, b) < 0;
}

function isAscending(series: readonly SeriesRecord[]): boolean {
  for (let i = 1; i < series.length; i++) if (!isBefore(series[i - 1]!, series[i]!)) return false;
  return true;
}

function sortAndJoin(series: SeriesRecord[]): SeriesRecord[] {
  series.sort(compareRecords);
  let kept = 0;
  for (let i = 1; i < series.length; i++) {
    if (haveSameLabels(series[kept]!, series[i]!)) series[kept]!.join(series[i]!);
    else series[++kept] = series[i]!;
  }
  series.length = kept + 1;
  return series;
}

/** Merges two ascending lists; what both have is joined into that of the first. */
function merge(a: readonly SeriesRecord[], b: readonly SeriesRecord[]): SeriesRecord[] {
  const merged: SeriesRecord[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const mine = a[i]!;
    const other = b[j]!;
    if (haveSameLabels(mine, other)) {
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
