import { TelamonError } from '@telamon/model';
import { v1 } from '@telamon/proto';
import type { PeerHttpRequest, PeerHttpResponse } from './peer-http.ts';

/** Method that queriers call on frontends: a duplex stream of `QuerierMessage` and `FrontendMessage` (proto/telamon/frontend.proto). */
export const FRONTEND_PROCESS = '/telamon.v1.Frontend/Process';
/** Service of {@link FRONTEND_PROCESS}. */
export const FRONTEND_SERVICE = 'telamon.v1.Frontend';

/** Bytes of a body in one message; larger bodies travel in several. */
const PART_BYTES = 1 << 20;
/** Headers of one message, against senders that mean harm. */
const HEADERS_MAX = 256;

/** What a frontend tells a querier. */
export type FrontendMessage =
  | { readonly kind: 'request'; readonly id: number; readonly timeoutMs: number; readonly request: PeerHttpRequest }
  | { readonly kind: 'cancel'; readonly id: number };

/** A piece of a response. Status and headers count in the first one only. */
export interface ResponsePart extends PeerHttpResponse {
  readonly id: number;
  readonly isLast: boolean;
}

/** What a querier tells a frontend. */
export type QuerierMessage =
  | { readonly kind: 'hello'; readonly querierId: string; readonly features: readonly string[] }
  | { readonly kind: 'part'; readonly part: ResponsePart }
  | { readonly kind: 'leaving' };

/** Bytes of a frontend's message. */
export function encodeFrontendMessage(message: FrontendMessage): Uint8Array {
  if (message.kind === 'cancel') return v1.FrontendMessage.encode({ cancel: { id: message.id } }).finish();
  const { id, timeoutMs, request } = message;
  const { headers, ...rest } = request;
  return v1.FrontendMessage.encode({ request: { ...rest, id, timeoutMs, headers: listOf(headers) } }).finish();
}

/** Reads a frontend's message; undefined for one of a kind that this version does not know. @throws TelamonError 400 on anything else. */
export function decodeFrontendMessage(bytes: Uint8Array): FrontendMessage | undefined {
  const { request, cancel } = decoded(() => v1.FrontendMessage.decode(bytes));
  if (cancel) return { kind: 'cancel', id: cancel.id ?? 0 };
  if (!request) return undefined;
  const { tenant = '', method = '', path = '', query = '', body } = request;
  return {
    kind: 'request',
    id: request.id ?? 0,
    timeoutMs: request.timeoutMs ?? 0,
    request: {
      tenant: tenant ?? '',
      method: method ?? '',
      path: path ?? '',
      query: query ?? '',
      headers: recordOf(request.headers ?? []),
      body: body ?? new Uint8Array(0),
    },
  };
}

/** Bytes of a querier's message. */
export function encodeQuerierMessage(message: QuerierMessage): Uint8Array {
  if (message.kind === 'hello') {
    const { querierId, features } = message;
    return v1.QuerierMessage.encode({ hello: { querierId, features: [...features] } }).finish();
  }
  if (message.kind === 'leaving') return v1.QuerierMessage.encode({ leaving: {} }).finish();
  const { headers, ...rest } = message.part;
  return v1.QuerierMessage.encode({ part: { ...rest, headers: listOf(headers) } }).finish();
}

/** Reads a querier's message; undefined for one of a kind that this version does not know. @throws TelamonError 400 on anything else. */
export function decodeQuerierMessage(bytes: Uint8Array): QuerierMessage | undefined {
  const { hello, part, leaving } = decoded(() => v1.QuerierMessage.decode(bytes));
  if (hello) return { kind: 'hello', querierId: hello.querierId ?? '', features: hello.features ?? [] };
  if (leaving) return { kind: 'leaving' };
  if (!part) return undefined;
  const { id, status, body, isLast } = part;
  return {
    kind: 'part',
    part: {
      id: id ?? 0,
      status: status ?? 0,
      headers: recordOf(part.headers ?? []),
      body: body ?? new Uint8Array(0),
      isLast: isLast ?? false,
    },
  };
}

/** The messages of a response, at least one. Bodies are views of the response's. */
export function* messagesOf(id: number, response: PeerHttpResponse): Generator<Uint8Array, void, undefined> {
  const { status, headers, body } = response;
  for (let at = 0; at === 0 || at < body.length; at += PART_BYTES) {
    const piece = body.subarray(at, at + PART_BYTES);
    const isLast = at + PART_BYTES >= body.length;
    const part = { id, status: at === 0 ? status : 0, headers: at === 0 ? headers : {}, body: piece, isLast };
    yield encodeQuerierMessage({ kind: 'part', part });
  }
}

function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new TelamonError('malformed message between frontend and querier', { status: 400, cause });
  }
}

function listOf(headers: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function recordOf(
  list: readonly { readonly name?: string | null; readonly value?: string | null }[],
): Readonly<Record<string, string>> {
  if (list.length > HEADERS_MAX) throw new TelamonError(`more than ${HEADERS_MAX} headers`, { status: 400 });
  return Object.fromEntries(list.map(({ name, value }) => [(name ?? '').toLowerCase(), value ?? '']));
}
