import type { SignalRoute } from '@telamon/contract';
import { TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';
import { ApiError, type ApiErrorType, errorJson } from './api-error.ts';
import type { ApiHandler, ApiReply, ApiRequest, FormValues } from './api-request.ts';
import type { QueryRoute } from './query-routes.ts';

/**
 * A route of the query API as a listener takes it: reads the form, calls the handler, and answers failures in the API's
 * envelope. `prefix` is '' or '/prometheus'.
 */
export function apiRoute(route: QueryRoute, prefix: string): SignalRoute {
  const handler = async (context: HttpContext): Promise<void> => await send(context, await answer(route.handler, context));
  return { methods: route.methods, pattern: `${prefix}${route.path}`, tenancy: 'one', handler };
}

async function answer(handler: ApiHandler, context: HttpContext): Promise<ApiReply> {
  try {
    return await handler(await requestOf(context));
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): ApiReply {
  if (error instanceof ApiError) return errorReply(error.status, error.errorType, error.message);
  if (error instanceof TelamonError) return errorReply(error.status, typeOfStatus(error.status), error.message);
  throw error;
}

function errorReply(status: number, errorType: ApiErrorType, message: string): ApiReply {
  return { status, contentType: 'application/json', body: errorJson(errorType, message) };
}

function typeOfStatus(status: number): ApiErrorType {
  if (status === 422) return 'execution';
  if (status === 429) return 'too_many_requests';
  if (status === 413) return 'too_large_entry';
  if (status === 499) return 'canceled';
  return status < 500 ? 'bad_data' : 'internal';
}

async function requestOf(context: HttpContext): Promise<ApiRequest> {
  return {
    tenant: context.tenant,
    form: await formOf(context),
    header: (name) => String(context.headers[name] ?? ''),
    pathValue: (name) => context.param(name),
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
