import { type PeerHttpRequest, parseMediaType, QueryValues } from '@telamon/rpc';

/**
 * The parameters of a request as its handler will read them: those of a urlencoded form first, then those of the URL; undefined when
 * they can't be read, which the handler words in its own way.
 */
export function formOf({ method, query, headers, body }: PeerHttpRequest): QueryValues | undefined {
  try {
    const url = QueryValues.parse(query);
    if (!hasForm(method, headers)) return url;
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
    return QueryValues.parse(Buffer.from(body).toString('utf8')).concat(url);
  } catch {
    return undefined;
  }
}

function hasForm(method: string, headers: PeerHttpRequest['headers']): boolean {
  return method === 'POST' && parseMediaType(headers['content-type'])?.essence === 'application/x-www-form-urlencoded';
}

/** The same request with these parameters in place of its own; with undefined a parameter is left out. */
export function withParameters(
  request: PeerHttpRequest,
  form: QueryValues,
  changes: Readonly<Record<string, string | undefined>>,
): PeerHttpRequest {
  const pairs: string[] = [];
  for (const name of form.names()) {
    if (name in changes) continue;
    for (const value of form.getAll(name)) pairs.push(pairOf(name, value));
  }
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) pairs.push(pairOf(name, value));
  const text = pairs.join('&');
  if (!hasForm(request.method, request.headers)) return { ...request, query: text };
  return { ...request, query: '', body: Buffer.from(text) };
}

function pairOf(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}
