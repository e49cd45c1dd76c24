import { parseTenantIds, TelamonError } from '@telamon/model';
import { HttpContext } from '../http-context.ts';
import { type RouteMatch, Router } from '../router.ts';
import type { RpcLog } from '../rpc-log.ts';
import type { PeerHttpHandler, PeerHttpRequest, PeerHttpResponse } from './peer-http.ts';
import { virtualRequest } from './virtual-request.ts';
import { VirtualResponse } from './virtual-response.ts';

/** A route as signals offer them. */
export interface RunnableRoute {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly tenancy: 'none' | 'one' | 'many';
  readonly handler: (context: HttpContext) => Promise<void>;
}

/** How routes are run. */
export interface RunRoutesOptions {
  readonly log: RpcLog;
  /** Largest body of a response, bytes; default 512 MiB. */
  readonly maxResponseBytes?: number;
}

const MAX_RESPONSE_BYTES = 512 << 20;
const TEXT = 'text/plain; charset=utf-8';

/**
 * Runs routes without a listener: finds the route of a request by its raw path, checks the tenant, calls the handler with a context
 * that stands on no connection, and collects its reply. What a listener would answer to a failure is the response; when the signal
 * aborts, so does the context's.
 */
export function routesHandler(routes: readonly RunnableRoute[], options: RunRoutesOptions): PeerHttpHandler {
  const router = new Router<RunnableRoute>();
  for (const route of routes) for (const method of route.methods) router.add(method, route.pattern, route);
  return async (request, signal) => {
    try {
      const found = router.match(request.method, request.path);
      if (found.kind !== 'found') return unrouted(found);
      return await run(found, request, signal, options.maxResponseBytes ?? MAX_RESPONSE_BYTES);
    } catch (error) {
      if (error instanceof TelamonError) return textResponse(error.status, `${error.message}\n`);
      options.log.error('request failed', { path: request.path, error });
      return textResponse(500, 'internal error\n');
    }
  };
}

type Found = Extract<RouteMatch<RunnableRoute>, { readonly kind: 'found' }>;

async function run(found: Found, request: PeerHttpRequest, signal: AbortSignal, maxBytes: number): Promise<PeerHttpResponse> {
  const response = new VirtualResponse(maxBytes);
  const done = outcomeOf(response);
  const context = new HttpContext({
    req: virtualRequest(request),
    res: response.asServerResponse,
    rawPath: request.path,
    rawQuery: request.query,
    route: found.pattern,
    params: found.params,
  });
  context.assignTenants(tenantsOf(request, found.target.tenancy));
  const cancel = (): void => context.cancel(asError(signal.reason));
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await found.target.handler(context);
    if (!context.isReplied) throw new Error(`route ${found.pattern} did not reply`);
    await done;
    return response.take();
  } finally {
    signal.removeEventListener('abort', cancel);
    response.destroy();
  }
}

/** Settles when the response is finished or broken; a broken one that no one waits for is no unhandled rejection. */
function outcomeOf(response: VirtualResponse): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    response.once('finish', resolve);
    response.once('error', reject);
    response.once('close', () => reject(new TelamonError('the reply broke off', { status: 500 })));
  });
  done.catch(() => {});
  return done;
}

/** The sender has resolved the tenant; a message from the network is checked all the same. */
function tenantsOf({ tenant }: PeerHttpRequest, tenancy: RunnableRoute['tenancy']): readonly string[] {
  if (tenancy === 'none') return [];
  return parseTenantIds(tenant, { isFederated: tenancy === 'many' });
}

function unrouted(found: Exclude<RouteMatch<RunnableRoute>, Found>): PeerHttpResponse {
  if (found.kind === 'not-found') return textResponse(404, '404 page not found\n');
  const response = textResponse(405, 'Method Not Allowed\n');
  return { ...response, headers: { ...response.headers, allow: found.allow.join(', ') } };
}

function textResponse(status: number, text: string): PeerHttpResponse {
  return { status, headers: { 'content-type': TEXT, 'x-content-type-options': 'nosniff' }, body: Buffer.from(text) };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new TelamonError('the request was cancelled', { status: 499 });
}
