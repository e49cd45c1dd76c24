import type { Agent } from 'node:http';
import { type ExchangeResponse, encodeParams, exchange, withParams } from './http-exchange.ts';
import { encodeV1, snappyBlock, V1_HEADERS, type WriteSeries } from './remote-write-body.ts';

/** Where a Prometheus-compatible server takes writes and queries. */
export interface Target {
  /** `http://host:port`. */
  readonly base: string;
  /** Path before `/api/v1/query`. */
  readonly queryPrefix: string;
  readonly pushPath: string;
  /** Sent with every request, the tenant for example. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One series of an answer. */
export interface ResultSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
  readonly histogram?: readonly [number, unknown];
  readonly histograms?: readonly (readonly [number, unknown])[];
}

/** An answer of the query API. */
export interface ApiAnswer {
  readonly status: 'success' | 'error';
  readonly errorType?: string;
  readonly error?: string;
  readonly data: { readonly resultType: string; readonly result: readonly ResultSeries[] };
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Telamon's addresses for one tenant (none: the header is left out). */
export function telamonTarget(base: string, tenant?: string): Target {
  return {
    base,
    queryPrefix: '/prometheus',
    pushPath: '/api/v1/push',
    headers: tenant === undefined ? {} : { 'x-scope-orgid': tenant },
  };
}

/** A real Prometheus' addresses. */
export function prometheusTarget(base: string): Target {
  return { base, queryPrefix: '', pushPath: '/api/v1/write', headers: {} };
}

/** Pushes a body that is compressed already, with its own headers; on a connection of its own without an agent. */
export function pushBody(
  target: Target,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = V1_HEADERS,
  agent?: Agent,
): Promise<ExchangeResponse> {
  return exchange({
    method: 'POST',
    base: target.base,
    path: target.pushPath,
    headers: { ...headers, ...target.headers },
    body,
    timeoutMs: 60_000,
    ...(agent === undefined ? {} : { agent }),
  });
}

/** Pushes series by remote write 1.0 and throws unless they were taken. */
export async function pushSeries(target: Target, series: readonly WriteSeries[]): Promise<void> {
  const answer = await pushBody(target, snappyBlock(encodeV1(series)));
  if (answer.status >= 300) throw new Error(`push refused with ${answer.status}: ${answer.text.slice(0, 500)}`);
}

/** Asks one route of the query API by a form in the body; the answer as it is, an error too. */
export async function ask(target: Target, route: string, params: Readonly<Record<string, string>>): Promise<ApiAnswer> {
  const answer = await exchange({
    method: 'POST',
    base: target.base,
    path: `${target.queryPrefix}/api/v1/${route}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...target.headers },
    body: encodeParams(Object.entries(params)),
    timeoutMs: 120_000,
  });
  if (!answer.text.startsWith('{')) throw new Error(`${route} answered ${answer.status}: ${answer.text.slice(0, 200)}`);
  return JSON.parse(answer.text) as ApiAnswer;
}

/** Asks with GET, which every route takes. */
export async function askByUrl(
  target: Target,
  route: string,
  params: readonly (readonly [string, string])[],
): Promise<ExchangeResponse> {
  return await exchange({
    base: target.base,
    path: withParams(`${target.queryPrefix}/api/v1/${route}`, params),
    headers: target.headers,
  });
}

/** The series of an instant or range query; throws when it fails. */
export async function askSeries(
  target: Target,
  route: 'query' | 'query_range',
  params: Readonly<Record<string, string>>,
): Promise<readonly ResultSeries[]> {
  const answer = await ask(target, route, params);
  if (answer.status !== 'success') throw new Error(`${params.query}: ${answer.errorType}: ${answer.error}`);
  return answer.data.result;
}
