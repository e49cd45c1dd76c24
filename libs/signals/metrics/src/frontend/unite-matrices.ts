import { jsonStringHtml, type Labels } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import { concat, metricOf, pushSeries } from './cut-matrix.ts';
import { labelsOf, MATRIX_HEAD, type MatrixBody, type SeriesSlice, scanMatrix } from './matrix-body.ts';
import { uniteNotes } from './unite-notes.ts';
import { uniteStats } from './unite-stats.ts';

/** How answers are put together. */
export interface UniteOptions {
  /** Series that the answer may have; 0: all. */
  readonly maxSeries: number;
}

/** Annotation of an answer that was cut. */
const TRUNCATED = 'results truncated due to limit';
/** Annotations that one answer may carry before some are left out. */
const NOTES_MAX = 10;

/**
 * The answer to a range query, of the answers for adjacent parts of its range in the order of time: the bytes that one process would
 * have written for the whole. undefined when the parts do not tell what that is. Cost: linear in bytes, times parts where their series
 * differ; in slices.
 */
export async function uniteMatrices(bodies: readonly Uint8Array[], { maxSeries }: UniteOptions): Promise<Uint8Array | undefined> {
  const slice = new TimeSlice();
  const matrices: MatrixBody[] = [];
  for (const body of bodies) {
    const matrix = await scanMatrix(body, slice);
    if (matrix === undefined) return undefined;
    matrices.push(matrix);
  }
  const warnings = uniteNotes(matrices.map(({ tail }) => tail.warnings));
  const infos = uniteNotes(matrices.map(({ tail }) => tail.infos));
  if (warnings === undefined || infos === undefined) return undefined;
  const parts: (Uint8Array | string)[] = [MATRIX_HEAD];
  const isCut = await mergeSeries(matrices, parts, maxSeries, slice);
  const allWarnings = isCut ? [...warnings, TRUNCATED] : warnings;
  if (allWarnings.length > NOTES_MAX) return undefined;
  parts.push(']', uniteStats(matrices.map(({ tail }) => tail.stats)), '}');
  parts.push(notesJson('warnings', allWarnings), notesJson('infos', infos), '}');
  return await concat(parts, slice);
}

function notesJson(key: string, notes: readonly string[]): string {
  return notes.length === 0 ? '' : `,"${key}":[${notes.map(jsonStringHtml).join(',')}]`;
}

/** Writes the series of all parts in the order of their labels. Returns whether some were left out. */
async function mergeSeries(
  matrices: readonly MatrixBody[],
  into: (Uint8Array | string)[],
  maxSeries: number,
  slice: TimeSlice,
): Promise<boolean> {
  const cursors = matrices.map((matrix) => new SeriesCursor(matrix)).filter((cursor) => !cursor.isDone);
  for (let count = 0; ; count++) {
    const least = leastOf(cursors);
    if (least.length === 0) return false;
    if (maxSeries > 0 && count === maxSeries) return true;
    pushSeries(into, least[0]!.metric, {
      floats: least.map(({ matrix, series }) => matrix.bytes.subarray(series.floatsFrom, series.floatsTo)),
      histograms: least.map(({ matrix, series }) => matrix.bytes.subarray(series.histogramsFrom, series.histogramsTo)),
    });
    for (const cursor of least) cursor.advance();
    const pause = slice.pause();
    if (pause !== undefined) await pause;
  }
}

/** The cursors at the series that comes first, in the order of the parts. */
function leastOf(cursors: readonly SeriesCursor[]): SeriesCursor[] {
  let least: SeriesCursor[] = [];
  for (const cursor of cursors) {
    if (cursor.isDone) continue;
    const order = least.length === 0 ? -1 : cursor.compare(least[0]!);
    if (order < 0) least = [cursor];
    else if (order === 0) least.push(cursor);
  }
  return least;
}

/** A place in the series of one part. */
class SeriesCursor {
  readonly matrix: MatrixBody;
  #index = 0;
  #labels: Labels | undefined;

  constructor(matrix: MatrixBody) {
    this.matrix = matrix;
  }

  get isDone(): boolean {
    return this.#index >= this.matrix.series.length;
  }

  get series(): SeriesSlice {
    return this.matrix.series[this.#index]!;
  }

  get metric(): Buffer {
    return metricOf(this.matrix, this.series);
  }

  advance(): void {
    this.#index++;
    this.#labels = undefined;
  }

  /** Order by labels. Mostly the texts are equal, and nothing is decoded. */
  compare(other: SeriesCursor): number {
    return this.metric.equals(other.metric) ? 0 : this.#decoded().compare(other.#decoded());
  }

  #decoded(): Labels {
    this.#labels ??= labelsOf(this.matrix, this.series);
    return this.#labels;
  }
}
