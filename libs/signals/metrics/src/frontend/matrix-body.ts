import { Labels } from '@telamon/model';
import type { TimeSlice } from '@telamon/telemetry';

/** Where a series of a body lies; offsets in bytes, ends exclusive. Lists are without their brackets, empty when the series has none. */
export interface SeriesSlice {
  /** The label set with its braces. */
  readonly metricFrom: number;
  readonly metricTo: number;
  readonly floatsFrom: number;
  readonly floatsTo: number;
  readonly histogramsFrom: number;
  readonly histogramsTo: number;
}

/** What stands behind the series of a body. */
export interface MatrixTail {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: MatrixStats | undefined;
}

/** Statistics as the API prints them. */
export interface MatrixStats {
  readonly timings: Readonly<Record<string, number>>;
  readonly samples: Readonly<Record<string, number | readonly (readonly [seconds: number, count: number])[]>>;
}

/** A successful answer to a range query, as bytes with places. */
export interface MatrixBody {
  readonly bytes: Buffer;
  readonly series: readonly SeriesSlice[];
  readonly tail: MatrixTail;
}

const HEAD = Buffer.from('{"status":"success","data":{"resultType":"matrix","result":[');
const METRIC = Buffer.from('{"metric":');
const FLOATS = Buffer.from(',"values":[');
const HISTOGRAMS = Buffer.from(',"histograms":[');
const FLOATS_END = Buffer.from('"]]');
const HISTOGRAMS_END = Buffer.from('}]]');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
const LIST_CLOSE = 0x5d;

/** What stands before the series of a body. */
export const MATRIX_HEAD: string = HEAD.toString();

/**
 * Finds the series of an answer, in the form that our queriers write (query/result-json.ts); undefined for any other text. Numbers are
 * not looked at. Cost: linear, at about the speed of a byte search.
 */
export async function scanMatrix(body: Uint8Array, slice: TimeSlice): Promise<MatrixBody | undefined> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!startsWith(bytes, 0, HEAD)) return undefined;
  const series: SeriesSlice[] = [];
  let at = HEAD.length;
  while (bytes[at] !== LIST_CLOSE) {
    if (series.length > 0 && bytes[at++] !== COMMA) return undefined;
    const found = scanSeries(bytes, at);
    if (found === undefined) return undefined;
    series.push(found.slice);
    at = found.end;
    const pause = slice.pause();
    if (pause !== undefined) await pause;
  }
  const tail = readTail(bytes.toString('utf8', at + 1));
  return tail === undefined ? undefined : { bytes, series, tail };
}

/** The labels of a series. Cost: linear in its text. */
export function labelsOf({ bytes }: Pick<MatrixBody, 'bytes'>, { metricFrom, metricTo }: SeriesSlice): Labels {
  const flat: string[] = [];
  for (let at = metricFrom + 1; bytes[at] === QUOTE; ) {
    const end = stringEnd(bytes, at);
    flat.push(readString(bytes, at, end));
    // Behind a name stands a colon, behind a value a comma or the end.
    at = end + 1;
    if (at >= metricTo) break;
  }
  return Labels.fromSortedFlat(flat);
}

function readString(bytes: Buffer, from: number, end: number): string {
  const text = bytes.toString('utf8', from + 1, end - 1);
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

function scanSeries(bytes: Buffer, from: number): { readonly slice: SeriesSlice; readonly end: number } | undefined {
  if (!startsWith(bytes, from, METRIC)) return undefined;
  const metricFrom = from + METRIC.length;
  const metricTo = metricEnd(bytes, metricFrom);
  if (metricTo < 0) return undefined;
  const floats = scanList(bytes, metricTo, FLOATS, FLOATS_END);
  const histograms = floats && scanList(bytes, floats.end, HISTOGRAMS, HISTOGRAMS_END);
  if (histograms === undefined || bytes[histograms.end] !== CLOSE) return undefined;
  const slice = {
    metricFrom,
    metricTo,
    floatsFrom: floats!.from,
    floatsTo: floats!.to,
    histogramsFrom: histograms.from,
    histogramsTo: histograms.to,
  };
  return { slice, end: histograms.end + 1 };
}

interface ListSlice {
  readonly from: number;
  readonly to: number;
  /** Position behind the list. */
  readonly end: number;
}

/** A list that may be missing. Neither kind of list holds its own end in its middle. */
function scanList(bytes: Buffer, at: number, head: Buffer, endMark: Buffer): ListSlice | undefined {
  if (!startsWith(bytes, at, head)) return { from: at, to: at, end: at };
  const from = at + head.length;
  const found = bytes.indexOf(endMark, from);
  if (found < 0) return undefined;
  const to = found + endMark.length - 1;
  return { from, to, end: to + 1 };
}

/** Position behind the braces of a label set; -1 when there is none. */
function metricEnd(bytes: Buffer, from: number): number {
  if (bytes[from] !== OPEN) return -1;
  let at = from + 1;
  while (bytes[at] === QUOTE) {
    at = stringEnd(bytes, at);
    if (at < 0) return -1;
    if (bytes[at] === CLOSE) return at + 1;
    at++;
  }
  return bytes[at] === CLOSE && at === from + 1 ? at + 1 : -1;
}

/** Position behind the quote that ends a string; -1 when it does not end. */
function stringEnd(bytes: Buffer, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return -1;
}

function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  return bytes.length >= at + text.length && bytes.compare(text, 0, text.length, at, at + text.length) === 0;
}

/** Reads what stands behind the list of series: the rest of `data`, and the annotations. */
function readTail(text: string): MatrixTail | undefined {
  try {
    const { data, warnings = [], infos = [], ...others } = JSON.parse(`{"data":{"result":0${text}`) as TailJson;
    const { result: _, stats, ...otherData } = data;
    const isKnown = Object.keys(others).length === 0 && Object.keys(otherData).length === 0;
    return isKnown ? { warnings, infos, stats } : undefined;
  } catch {
    return undefined;
  }
}

interface TailJson {
  readonly data: { readonly result: 0; readonly stats?: MatrixStats };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}
