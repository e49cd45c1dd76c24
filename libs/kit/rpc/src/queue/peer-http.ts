/** An HTTP request on its way between processes, without a connection. Plain data; nobody changes it. */
export interface PeerHttpRequest {
  /** One validated tenant, or several joined by `|`; '' for routes without. */
  readonly tenant: string;
  readonly method: string;
  /** As it came, not decoded, without the query. */
  readonly path: string;
  /** Without the `?`. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A whole HTTP response without a connection. */
export interface PeerHttpResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Answers a request. Rejects only when it could not be answered at all. */
export type PeerHttpHandler = (request: PeerHttpRequest, signal: AbortSignal) => Promise<PeerHttpResponse>;

/** Request headers that mean something behind the listener that took the request; all others stay there. */
const FORWARDED_HEADERS: readonly string[] = [
  'cache-control',
  'content-encoding',
  'content-type',
  'sharding-control',
  'user-agent',
  'x-prometheus-remote-read-version',
];

/** The forwarded ones of a request's headers; a repeated one is joined by commas. */
export function forwardedHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of FORWARDED_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return kept;
}
