import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstDifference, inFixedOrder } from '../harness/compare-answers.ts';
import { type ExchangeResponse, encodeParams, exchange, withParams } from '../harness/http-exchange.ts';
import { pushBody, type Target } from '../harness/telamon-client.ts';

/** One recorded request to the query API with its answer. */
export interface ApiCase {
  readonly id: string;
  readonly group: string;
  readonly profile: string;
  readonly method: string;
  readonly path: string;
  readonly in: 'query' | 'form';
  readonly params: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly rawBody?: string;
  readonly compare: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly responseHeaders?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface DatasetIndex {
  readonly push: readonly { readonly v1: string; readonly v2: string }[];
  readonly v1Headers: Readonly<Record<string, string>>;
  readonly v2Headers: Readonly<Record<string, string>>;
  readonly metadata: string;
}

/** Pushes the recorded data set by one of the protocols; throws when a body is refused. */
export async function pushDataset(target: Target, folder: string, protocol: 'v1' | 'v2'): Promise<void> {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as DatasetIndex;
  for (const slice of index.push) await pushFile(target, join(folder, slice[protocol]), index[`${protocol}Headers`]);
}

/** Pushes the metadata alone. */
export async function pushMetadata(target: Target, folder: string): Promise<void> {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as DatasetIndex;
  await pushFile(target, join(folder, index.metadata), index.v1Headers);
}

async function pushFile(target: Target, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const answer = await pushBody(target, readFileSync(path), headers);
  // One series holds histograms that are older than the floats beside them. Prometheus drops those without a word; to
  // refuse them and keep the rest is as right.
  const isOrderOnly =
    answer.status === 400 && answer.text.split('\n').every((line) => line === '' || line.includes('out-of-order'));
  if (answer.status >= 300 && !isOrderOnly) throw new Error(`${path} refused with ${answer.status}: ${answer.text}`);
}

/** Sends a recorded request; routes of the query API stand under the target's prefix, writes and others at the root. */
export function replayApiCase(target: Target, item: ApiCase): Promise<ExchangeResponse> {
  const prefix = /^\/(api\/v1\/(?!otlp|write)|federate)/.test(item.path) ? target.queryPrefix : '';
  const isForm = item.in === 'form';
  return exchange({
    method: item.method,
    base: target.base,
    path: isForm ? prefix + item.path : withParams(prefix + item.path, item.params),
    headers: { ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}), ...item.headers, ...target.headers },
    body: item.rawBody ?? (isForm ? encodeParams(item.params) : undefined),
  });
}

/** First difference between an answer and the recorded one under the case's way of comparing, or undefined. */
export function differenceOf(item: ApiCase, answer: ExchangeResponse, federateBaseMs: number = 0): string | undefined {
  if (answer.status !== item.status) return `status: want ${item.status}, got ${answer.status}: ${answer.text.slice(0, 200)}`;
  const type = answer.headers['content-type'] ?? null;
  if (type !== item.contentType) return `content type: want ${item.contentType}, got ${type}`;
  for (const [name, want] of Object.entries(item.responseHeaders ?? {})) {
    if (answer.headers[name] !== want) return `${name}: want ${want}, got ${answer.headers[name]}`;
  }
  return (
    COMPARE[item.compare]?.(item.body, answer.text, federateBaseMs) ??
    (item.compare in COMPARE ? undefined : `unknown comparison ${item.compare}`)
  );
}

type Compare = (want: string, got: string, federateBaseMs: number) => string | undefined;

const COMPARE: Readonly<Record<string, Compare>> = {
  exact: (want, got) => (want === got ? undefined : `body: want ${want.slice(0, 300)}, got ${got.slice(0, 300)}`),
  // Timings that were recorded as zero were zeroed, however the case says that it compares.
  'any-order': (want, got) =>
    want.includes('"evalTotalTime":0,')
      ? COMPARE['timings-zeroed']!(want, got, 0)
      : firstDifference(orderless(JSON.parse(want)), orderless(JSON.parse(got)), 0),
  'error-type': (want, got) => firstDifference(errorOf(JSON.parse(want)), errorOf(JSON.parse(got)), 0),
  'any-n': (want, got) => firstDifference(countsOf(JSON.parse(want)), countsOf(JSON.parse(got)), 0),
  shape: (want, got) => firstDifference(JSON.parse(want), shapeOf(JSON.parse(got)), 0),
  'timings-zeroed': (want, got) => firstDifference(orderless(JSON.parse(want)), orderless(withoutTimings(JSON.parse(got))), 0),
  federate: (want, got, baseMs) => {
    const relative = got.replaceAll(/ (\d{13})$/gm, (_all, timeMs: string) => ` <T+${Number(timeMs) - baseMs}>`);
    return want === relative ? undefined : `body: want ${want.slice(0, 300)}, got ${relative.slice(0, 300)}`;
  },
};

type Json = Record<string, unknown>;

function orderless(answer: Json): Json {
  const data = answer.data as Json | unknown[] | undefined;
  const sorted: Json = { ...answer };
  if (Array.isArray(data)) sorted.data = inFixedOrder(data);
  else if (data !== undefined && Array.isArray(data.result) && data.resultType !== 'scalar')
    sorted.data = { ...data, result: inFixedOrder(data.result) };
  for (const name of ['warnings', 'infos']) if (Array.isArray(answer[name])) sorted[name] = inFixedOrder(answer[name]);
  return sorted;
}

function errorOf({ status, errorType }: Json): Json {
  return { status, errorType };
}

/** Numbers of elements instead of the elements. */
function countsOf(answer: Json): Json {
  const data = answer.data as Json | unknown[];
  if (Array.isArray(data)) return { ...answer, data: data.length };
  return { ...answer, data: { ...data, result: (data.result as unknown[]).length } };
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
  return typeof value;
}

function withoutTimings(answer: Json): Json {
  return JSON.parse(JSON.stringify(answer), (key, item: unknown) => {
    if (key !== 'timings' || typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(Object.keys(item).map((name) => [name, 0]));
  }) as Json;
}
