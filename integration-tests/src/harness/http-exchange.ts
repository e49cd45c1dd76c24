import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** One request as it shall go over the wire. */
export interface ExchangeRequest {
  readonly method?: string;
  /** `http://host:port`. */
  readonly base: string;
  /** Path and query string, sent as they are: nothing is normalised. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | undefined;
  /** 30,000 when not given. */
  readonly timeoutMs?: number;
  /** Keeps connections; by default each request has one of its own. */
  readonly agent?: Agent;
}

/** The answer, read to its end. */
export interface ExchangeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Sends one request and reads the whole answer. Throws when the connection breaks. */
export function exchange({
  method = 'GET',
  base,
  path,
  headers = {},
  body,
  timeoutMs = 30_000,
  agent,
}: ExchangeRequest): Promise<ExchangeResponse> {
  const { hostname, port } = new URL(base);
  const payload = typeof body === 'string' ? Buffer.from(body) : body;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method,
      hostname,
      port,
      path,
      headers: { ...lengthOf(payload), ...headers },
      agent: agent ?? false,
      timeout: timeoutMs,
    });
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(parts);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, text: whole.toString() });
      });
    });
    request.on('timeout', () =>
      request.destroy(new Error(`no answer to ${method} ${path.slice(0, 100)} within ${timeoutMs} ms`)),
    );
    request.on('error', reject);
    request.end(payload);
  });
}

function lengthOf(payload: Uint8Array | undefined): Record<string, string> {
  return payload === undefined ? {} : { 'content-length': String(payload.length) };
}

/** Parameters as they stand in a URL or a form, order and repetition kept. */
export function encodeParams(params: readonly (readonly [string, string])[]): string {
  return params.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
}

/** Path with parameters appended. */
export function withParams(path: string, params: readonly (readonly [string, string])[]): string {
  return params.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${encodeParams(params)}`;
}

/** Posts to a route of a member's HTTP or admin listener; throws unless it answers 2xx. */
export async function post(base: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const answer = await exchange({ method: 'POST', base, path, headers, timeoutMs: 120_000 });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
}
