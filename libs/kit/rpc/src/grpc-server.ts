import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { TelamonError } from '@telamon/model';
import { decodeFrame, encodeFrame, type GrpcFrame, UnaryFrameReader } from './grpc-frame.ts';
import { encodeGrpcMessage, GrpcError, GrpcStatus, parseGrpcTimeoutMs, toGrpcError } from './grpc-status.ts';
import { type HttpObserver, UNKNOWN_ROUTE } from './http-observer.ts';
import { parseMediaType } from './media-type.ts';
import type { RpcLog } from './rpc-log.ts';

/** What a handler knows of the call. */
export interface GrpcCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  /** Lower-case names. */
  readonly metadata: IncomingHttpHeaders;
  /** Validated; empty when the method takes none. */
  readonly tenants: readonly string[];
  /** Aborted when the client cancels or disconnects, or at the deadline of the call. */
  readonly signal: AbortSignal;
}

/** Serves one unary method. The message belongs to the handler; what it returns must not change until it is sent. */
export type GrpcHandler = (message: Uint8Array, call: GrpcCall) => Promise<Uint8Array>;

/** Registration of a method. */
export interface GrpcMethodOptions {
  /** Most bytes of a message, compressed and decompressed alike. Default 100 MiB. */
  readonly maxMessageBytes?: number;
  /** Whether `x-scope-orgid` is looked at. Default true. */
  readonly hasTenant?: boolean;
}

/** What {@link GrpcServer} is given by its listener. */
export interface GrpcServerOptions {
  readonly log: RpcLog;
  readonly observer?: HttpObserver | undefined;
  /** Throws TelamonError 401 when the credentials are wrong. */
  readonly authenticate: (headers: IncomingHttpHeaders) => Promise<void>;
  /** Throws TelamonError 400 or 401 when the tenant is missing or malformed. */
  readonly resolveTenants: (headers: IncomingHttpHeaders) => readonly string[];
  /** Longest time from the headers to the end of the request message. */
  readonly receiveTimeoutMs: number;
}

interface Method {
  readonly handler: GrpcHandler;
  readonly maxMessageBytes: number;
  readonly hasTenant: boolean;
}

const DEFAULT_MAX_MESSAGE_BYTES = 100 << 20;
/** setTimeout's own bound. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Unary gRPC over node:http2: messages stay bytes. Every refusal comes before the handler runs: path, content type, credentials, tenant,
 * size, encoding. Streams are handed in by the listener.
 */
export class GrpcServer {
  readonly #options: GrpcServerOptions;
  readonly #methods = new Map<string, Method>();
  /** Until the stream is closed: a reply may still be under way after the handler is done. */
  readonly #active = new Set<AbortController>();

  constructor(options: GrpcServerOptions) {
    this.#options = options;
  }

  /** Registers `/package.Service/Method`. Throws when the path is malformed or taken (programmer error). */
  method(path: string, handler: GrpcHandler, options: GrpcMethodOptions = {}): void {
    if (!/^\/[A-Za-z0-9_.]+\/[A-Za-z0-9_]+$/.test(path)) throw new Error(`malformed gRPC method path: ${path}`);
    if (this.#methods.has(path)) throw new Error(`gRPC method registered twice: ${path}`);
    const maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
    this.#methods.set(path, { handler, maxMessageBytes, hasTenant: options.hasTenant ?? true });
  }

  /** Whether anything is registered. */
  get isEmpty(): boolean {
    return this.#methods.size === 0;
  }

  /** Calls in progress. */
  get activeCalls(): number {
    return this.#active.size;
  }

  /** Whether the headers are those of a gRPC call. */
  static isGrpc(headers: IncomingHttpHeaders): boolean {
    return /^application\/grpc(?:[+;]|$)/.test(headers['content-type'] ?? '');
  }

  /** Aborts all calls in progress. */
  cancelAll(reason: Error): void {
    for (const abort of this.#active) abort.abort(reason);
  }

  /** Serves one stream; resolves when it is closed. Never throws. */
  async serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    // Reset in the same packet as it was opened.
    if (stream.destroyed) return;
    const startedMs = performance.now();
    const abort = new AbortController();
    this.#active.add(abort);
    const closed = new Promise<void>((resolve) => stream.once('close', resolve));
    void closed.then(() => abort.abort(new TelamonError('client cancelled the call', { status: 499 })));
    stream.on('error', () => {});
    const path = headers[':path'];
    const method = path === undefined ? undefined : this.#methods.get(path);
    const route = method && path !== undefined ? path : UNKNOWN_ROUTE;
    this.#options.observer?.inFlightChanged(route, 1);
    let code: number = GrpcStatus.OK;
    try {
      respond(stream, await this.#run(stream, headers, method, abort));
    } catch (error) {
      const failure = abort.signal.aborted ? toGrpcError(abort.signal.reason) : this.#explain(error, route);
      code = failure.code;
      refuse(stream, failure);
    } finally {
      this.#options.observer?.inFlightChanged(route, -1);
      this.#options.observer?.requestDone('gRPC', route, code, (performance.now() - startedMs) / 1000);
    }
    if (!stream.destroyed) await closed;
    this.#active.delete(abort);
  }

  async #run(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    method: Method | undefined,
    abort: AbortController,
  ): Promise<Uint8Array> {
    checkForm(headers);
    await this.#options.authenticate(headers);
    if (!method) throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'unknown service or method');
    const tenants = method.hasTenant ? this.#options.resolveTenants(headers) : [];
    const timeoutMs = parseGrpcTimeoutMs(headerText(headers, 'grpc-timeout'));
    const deadline = startDeadline(timeoutMs, abort);
    try {
      const frame = await readUnary(stream, method.maxMessageBytes, abort, this.#options.receiveTimeoutMs);
      const message = await decodeFrame(frame, headerText(headers, 'grpc-encoding'), method.maxMessageBytes);
      abort.signal.throwIfAborted();
      const call = { path: headers[':path']!, metadata: headers, tenants, signal: abort.signal };
      return await untilAborted(method.handler(message, call), abort.signal);
    } finally {
      clearTimeout(deadline);
    }
  }

  #explain(error: unknown, route: string): GrpcError {
    const isExpected = error instanceof GrpcError || error instanceof TelamonError;
    if (!isExpected) this.#options.log.error('gRPC handler failed', { error, route });
    return toGrpcError(error);
  }
}

function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function checkForm(headers: IncomingHttpHeaders): void {
  // A path without the slash would pass rules that name paths with it (CVE-2026-33186).
  if (!headers[':path']?.startsWith('/')) throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'malformed method name');
  if (headers[':method'] !== 'POST') throw new GrpcError(GrpcStatus.INTERNAL, 'gRPC calls use POST');
  const subtype = parseMediaType(headers['content-type'])?.essence;
  if (subtype !== 'application/grpc' && subtype !== 'application/grpc+proto') {
    throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'unsupported content type; only application/grpc[+proto] is');
  }
}

function startDeadline(timeoutMs: number | undefined, abort: AbortController): NodeJS.Timeout | undefined {
  if (timeoutMs === undefined) return undefined;
  const expire = (): void => abort.abort(new GrpcError(GrpcStatus.DEADLINE_EXCEEDED, 'deadline exceeded'));
  return setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS));
}

function readUnary(stream: ServerHttp2Stream, maxBytes: number, abort: AbortController, timeoutMs: number): Promise<GrpcFrame> {
  const reader = new UnaryFrameReader(maxBytes);
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd);
      abort.signal.removeEventListener('abort', onAbort);
      try {
        act();
      } catch (error) {
        reject(error as Error);
      }
    };
    const onData = (chunk: Buffer): void => {
      try {
        reader.add(chunk);
      } catch (error) {
        stream.pause();
        settle(() => reject(error as Error));
      }
    };
    const onEnd = (): void => settle(() => resolve(reader.take()));
    const onAbort = (): void => settle(() => reject(abort.signal.reason as Error));
    const expire = (): void =>
      settle(() => reject(new GrpcError(GrpcStatus.DEADLINE_EXCEEDED, 'request message did not arrive in time')));
    const timer = setTimeout(expire, timeoutMs);
    stream.on('data', onData).on('end', onEnd);
    abort.signal.addEventListener('abort', onAbort, { once: true });
    if (abort.signal.aborted) onAbort();
    // A request without a body has ended before anyone listens.
    else if (stream.readableEnded) onEnd();
  });
}

/** A handler that ignores its signal must not hold the reply past the deadline. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}

function respond(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip' },
    { waitForTrailers: true },
  );
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.end(encodeFrame(message));
}

/** Trailers-only reply. A client that is still sending is told to stop (NO_ERROR) as RFC 9113 8.1 asks. */
function refuse(stream: ServerHttp2Stream, failure: GrpcError): void {
  if (stream.destroyed || stream.headersSent) return;
  const details = failure.details === undefined ? {} : { 'grpc-status-details-bin': base64(failure.details) };
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity,gzip',
      'grpc-status': String(failure.code),
      'grpc-message': encodeGrpcMessage(failure.message),
      ...details,
    },
    { endStream: true },
  );
  // Not at once: a reset of the same turn overtakes the headers since Node 26.
  setImmediate(() => {
    if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
  });
}

/** Binary metadata is base64, padding optional (grpc-js and grpc-go accept both). */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64').replace(/=+$/, '');
}
