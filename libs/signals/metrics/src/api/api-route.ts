import type { SignalRoute } from '@telamon/contract';
import { ERROR_ID_PREFIX, type ErrorId, reasonOf } from '@telamon/limits';
import { joinTenantIds, TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';
import { ApiError, type ApiErrorType, errorJson, errorTypeOfStatus, statusOfErrorType } from './api-error.ts';
import type { ApiReply, ApiRequest, FormValues } from './api-request.ts';
import type { QueryDeps } from './query-deps.ts';
import type { QueryRoute } from './query-routes.ts';
import { RequestBlocker } from './request-blocker.ts';

/** What every route of the API stands on. */
export type ApiRouteDeps = Pick<QueryDeps, 'settingsOf' | 'onRefused'>;

/**
 * The routes of the query API as a listener takes them, under `/prometheus` and at the root as each wants: a route reads the form,
 * refuses what the operator blocked, calls the handler, and answers failures in the API's envelope.
 */
export function apiRoutes(routes: readonly QueryRoute[], deps: ApiRouteDeps): SignalRoute[] {
  const blocker = new RequestBlocker();
  return routes.flatMap((route) => {
    const handler = async (context: HttpContext): Promise<void> => await serve(route, context, { ...deps, blocker });
    const at = (prefix: string): SignalRoute => {
      return { methods: route.methods, pattern: `${prefix}${route.path}`, tenancy: route.tenancy ?? 'many', handler };
    };
    const places = { both: ['/prometheus', ''], prefix: ['/prometheus'], root: [''] }[route.place ?? 'both'];
    return places.map(at);
  });
}

type ServeDeps = ApiRouteDeps & { readonly blocker: RequestBlocker };

async function serve(route: QueryRoute, context: HttpContext, deps: ServeDeps): Promise<void> {
  if (context.method === 'HEAD') {
    // A listener answers HEAD wherever there is GET; Prometheus does not.
    context.setHeader('Allow', [...route.methods, 'OPTIONS'].sort().join(', '));
    await context.text(405, 'Method Not Allowed\n');
    return;
  }
  await send(context, await answer(route, context, deps));
}

async function answer(route: QueryRoute, context: HttpContext, deps: ServeDeps): Promise<ApiReply> {
  try {
    const request = await requestOf(context);
    const { method, rawPath: path } = context;
    deps.blocker.check({ method, path, form: request.form }, deps.settingsOf(request.tenant).requests.blockedRequests);
    return await route.handler(request);
  } catch (error) {
    const reason = refusalOf(error);
    if (reason !== undefined) deps.onRefused(joinTenantIds(context.tenants), reason);
    return failure(error);
  }
}

/** The reason label of a refusal of the catalogue; only its id survives the way out of a worker. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof TelamonError) || !error.id.startsWith(ERROR_ID_PREFIX)) return undefined;
  return reasonOf(error.id.slice(ERROR_ID_PREFIX.length) as ErrorId);
}

function failure(error: unknown): ApiReply {
  if (error instanceof ApiError) return errorReply(error.status, error.errorType, error.message);
  if (!(error instanceof TelamonError)) throw error;
  const errorType = errorTypeOfStatus(error.status);
  // The deadline of a worker passes when a query waited too long for one.
  return errorReply(errorType === 'timeout' ? statusOfErrorType(errorType) : error.status, errorType, error.message);
}

function errorReply(status: number, errorType: ApiErrorType, message: string): ApiReply {
  return { status, contentType: 'application/json', body: errorJson(errorType, message) };
}

async function requestOf(context: HttpContext): Promise<ApiRequest> {
  return {
    tenant: joinTenantIds(context.tenants),
    form: await formOf(context),
    header: (name) => String(context.headers[name] ?? ''),
    pathValue: (name) => context.anyParam(name),
    signal: context.signal,
  };
}

const EMPTY_FORM: FormValues = { get: () => '', getAll: () => [] };

/** A form that does not parse has no values, as in Prometheus, where the handler then misses what it needs. */
async function formOf(context: HttpContext): Promise<FormValues> {
  try {
    const values = await context.form();
    return { get: (name) => values.get(name) ?? '', getAll: (name) => values.getAll(name) };
  } catch (error) {
    if (error instanceof TelamonError && error.status === 400) return EMPTY_FORM;
    throw error;
  }
}

async function send(context: HttpContext, reply: ApiReply): Promise<void> {
  if (reply.contentType === '') await context.empty(reply.status);
  else
    await context.bytes(reply.status, reply.contentType, typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body);
}
