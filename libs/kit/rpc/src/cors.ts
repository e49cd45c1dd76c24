import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** Decides which browser origins may read the replies of a listener. */
export interface CorsPolicy {
  /** Whether the value of an `Origin` header is allowed; must run in linear time. */
  isAllowed(origin: string): boolean;
}

const MAX_ORIGIN_LENGTH = 512;

/** A policy from an anchored pattern, as Prometheus' `--web.cors.origin`; `compile` is the RE2 engine's. */
export function corsPolicy(pattern: string, compile: (anchored: string) => { test(text: string): boolean }): CorsPolicy {
  const matcher = compile(`^(?:${pattern})$`);
  return { isAllowed: (origin) => matcher.test(origin) };
}

/** Sets the headers of Prometheus' query API when the request has an `Origin`. */
export function applyCors(policy: CorsPolicy, headers: IncomingHttpHeaders, res: ServerResponse): void {
  const origin = headers.origin;
  if (origin === undefined) return;
  res.appendHeader('Vary', 'Origin');
  res.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, Origin');
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  res.setHeader('Access-Control-Expose-Headers', 'Date');
  if (origin.length <= MAX_ORIGIN_LENGTH && policy.isAllowed(origin)) res.setHeader('Access-Control-Allow-Origin', origin);
}
