import type { StepRange } from '@telamon/contract';
import { TimeSlice } from '@telamon/telemetry';
import { MATRIX_HEAD, type MatrixBody, type SeriesSlice, scanMatrix } from './matrix-body.ts';

const FLOATS_BOUNDARY = Buffer.from('"],[');
const HISTOGRAMS_BOUNDARY = Buffer.from('}],[');
/** From the start of a boundary to the bracket that opens the next entry. */
const BOUNDARY_TO_ENTRY = 3;
const COMMA = 0x2c;

/** The steps of an answer that lie in a range, as the same query over that range would have answered. The answer must bear no annotations. */
export async function cutMatrix(body: Uint8Array, range: StepRange): Promise<Uint8Array> {
  const slice = new TimeSlice();
  const matrix = await scanMatrix(body, slice);
  if (matrix === undefined) throw new Error('not the answer to a range query');
  const parts: (Uint8Array | string)[] = [MATRIX_HEAD];
  for (const series of matrix.series) {
    const pause = slice.pause();
    if (pause !== undefined) await pause;
    const floats = cutList(matrix.bytes, { from: series.floatsFrom, to: series.floatsTo, boundary: FLOATS_BOUNDARY }, range);
    const histograms = cutList(
      matrix.bytes,
      { from: series.histogramsFrom, to: series.histogramsTo, boundary: HISTOGRAMS_BOUNDARY },
      range,
    );
    if (floats.length + histograms.length === 0) continue;
    pushSeries(parts, metricOf(matrix, series), { floats: [floats], histograms: [histograms] });
  }
  parts.push(']}}');
  return await concat(parts, slice);
}

/** Bytes of a label set. */
export function metricOf({ bytes }: Pick<MatrixBody, 'bytes'>, { metricFrom, metricTo }: SeriesSlice): Buffer {
  return bytes.subarray(metricFrom, metricTo);
}

/** Lists of one series in the order of time; some or all may be empty. */
export interface SeriesLists {
  readonly floats: readonly Uint8Array[];
  readonly histograms: readonly Uint8Array[];
}

/** Adds a series to a body that is being put together. */
export function pushSeries(parts: (Uint8Array | string)[], metric: Uint8Array, { floats, histograms }: SeriesLists): void {
  parts.push(parts.length === 1 ? '{"metric":' : ',{"metric":', metric);
  pushList(parts, ',"values":[', floats);
  pushList(parts, ',"histograms":[', histograms);
  parts.push('}');
}

function pushList(parts: (Uint8Array | string)[], head: string, lists: readonly Uint8Array[]): void {
  let isFirst = true;
  for (const list of lists) {
    if (list.length === 0) continue;
    parts.push(isFirst ? head : ',', list);
    isFirst = false;
  }
  if (!isFirst) parts.push(']');
}

/** Joins pieces into one array that belongs to the caller, in slices. Strings are short. */
export async function concat(parts: readonly (Uint8Array | string)[], slice: TimeSlice): Promise<Buffer> {
  let sizeBytes = 0;
  for (const part of parts) sizeBytes += typeof part === 'string' ? Buffer.byteLength(part) : part.length;
  const joined = Buffer.allocUnsafeSlow(sizeBytes);
  let at = 0;
  for (const part of parts) {
    const pause = slice.pause();
    if (pause !== undefined) await pause;
    if (typeof part === 'string') at += joined.write(part, at);
    else {
      joined.set(part, at);
      at += part.length;
    }
  }
  return joined;
}

interface EntryList {
  readonly from: number;
  readonly to: number;
  readonly boundary: Buffer;
}

/** The entries of a list within a range. Cost: logarithmic in entries. */
function cutList(bytes: Buffer, list: EntryList, { fromMs, toMs }: StepRange): Uint8Array {
  const first = firstEntryFrom(bytes, list, fromMs);
  const behind = firstEntryFrom(bytes, list, toMs + 1);
  if (first >= behind) return bytes.subarray(0, 0);
  // A comma stands between the last entry and what is behind it.
  return bytes.subarray(first, behind === list.to ? behind : behind - 1);
}

/** Position of the first entry at or after a time; the end of the list when there is none. */
function firstEntryFrom(bytes: Buffer, { from, to, boundary }: EntryList, timeMs: number): number {
  if (from === to) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = entryAround(bytes, { from: low, to, boundary }, low + ((high - low) >> 1));
    if (timeOfEntry(bytes, middle) >= timeMs) high = middle;
    else low = nextEntry(bytes, { from: middle, to, boundary });
  }
  return low;
}

/** Start of the entry that a position lies in. */
function entryAround(bytes: Buffer, { from, boundary }: EntryList, at: number): number {
  const found = bytes.lastIndexOf(boundary, at - BOUNDARY_TO_ENTRY);
  return found < from ? from : found + BOUNDARY_TO_ENTRY;
}

function nextEntry(bytes: Buffer, { from, to, boundary }: EntryList): number {
  const found = bytes.indexOf(boundary, from);
  return found < 0 || found >= to ? to : found + BOUNDARY_TO_ENTRY;
}

/** Time of `[seconds,...`, ms: seconds are whole or have three decimals. */
function timeOfEntry(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(COMMA, at);
  return Math.round(Number(bytes.toString('latin1', at + 1, end)) * 1000);
}
