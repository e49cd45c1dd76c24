import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { TelamonError } from '@telamon/model';
import { declaredLength, type ReadBodyOptions, readRequestBody } from './http-body.ts';
import { gzipBytes, gzipStream, isCompressible, isGzipAccepted, MIN_GZIP_BYTES } from './http-compress.ts';
import { parseMediaType } from './media-type.ts';
import { QueryValues } from './query-values.ts';
import { isUtf8Segment } from './raw-path.ts';

/** An unread rest of a body up to this size is read and dropped to keep the connection; above, the connection is closed. */
const MAX_DRAINED_BYTES = 256 * 1024;
const MAX_FORM_BYTES = 10 << 20;

/** What a listener knows of a request when it calls the handler. */
export interface HttpContextOptions {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly route: string;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * One HTTP request and its reply. Lives until the reply is done. A handler sends exactly one reply: {@link text}, {@link json},
 * {@link bytes}, {@link stream} or {@link empty}; what it throws before that becomes the error reply.
 */
export class HttpContext {
  /** As sent; GET handlers see HEAD here when a HEAD request came. */
  readonly method: string;
  /** Undecoded, without the query. */
  readonly rawPath: string;
  readonly rawQuery: string;
  /** The pattern of the route. */
  readonly route: string;
  readonly #params: ReadonlyMap<string, string>;
  /** Lower-case names; a repeated header is joined by commas. */
  readonly headers: IncomingHttpHeaders;
  readonly #req: IncomingMessage;
  readonly #res: ServerResponse;
  #query: QueryValues | undefined;
  #abort: AbortController | undefined;
  #mustClose = false;
  #isClosed = false;
  #tenants: readonly string[] = [];

  constructor(options: HttpContextOptions) {
    this.#req = options.req;
    this.#res = options.res;
    this.method = options.req.method ?? 'GET';
    this.rawPath = options.rawPath;
    this.rawQuery = options.rawQuery;
    this.route = options.route;
    this.#params = options.params;
    this.headers = options.req.headers;
    options.res.once('close', () => {
      this.#isClosed = true;
    });
  }

  /** Validated, sorted, without duplicates; empty on routes without a tenant. */
  get tenants(): readonly string[] {
    return this.#tenants;
  }

  /** Called by the listener, before the handler. */
  assignTenants(tenants: readonly string[]): void {
    this.#tenants = tenants;
  }

  /** The tenant of a route that takes exactly one. Throws on routes without (programmer error). */
  get tenant(): string {
    const [first, ...others] = this.tenants;
    if (first === undefined || others.length > 0) throw new Error(`route ${this.route} does not have one tenant`);
    return first;
  }

  /**
   * A captured segment by name, decoded once; it may hold anything, see `assertLocalName`. Throws when the pattern has no such name
   * (programmer error).
   *
   * @throws TelamonError 400 when it is not UTF-8.
   */
  param(name: string): string {
    const value = this.anyParam(name);
    if (!isUtf8Segment(value)) throw new TelamonError('the request path is not UTF-8', { status: 400 });
    return value;
  }

  /** Like {@link param}, but bytes that are not UTF-8 come as lone surrogates, U+DC00 plus the byte: for handlers that refuse them in their own words. */
  anyParam(name: string): string {
    const value = this.#params.get(name);
    if (value === undefined) throw new Error(`route ${this.route} captures no ${name}`);
    return value;
  }

  /** The URL query, parsed on first use. @throws TelamonError 400 when it is malformed. */
  get query(): QueryValues {
    this.#query ??= QueryValues.parse(this.rawQuery);
    return this.#query;
  }

  /** Aborted when the client disconnects before the reply is complete, or when the listener gives up draining. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.isGone) this.#abort.abort(new TelamonError('client closed the connection', { status: 499 }));
    return this.#abort.signal;
  }

  /** Whether the client has left before the reply was complete. */
  get isGone(): boolean {
    return this.#isClosed && !isComplete(this.#res);
  }

  /** Whether a reply was begun. */
  get isReplied(): boolean {
    return this.#res.headersSent || this.#res.writableEnded;
  }

  /** Called by the listener: aborts {@link signal} with the reason. */
  cancel(reason: Error): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }

  /** Reads the body; once per request. See {@link readRequestBody} for errors and ownership. */
  async readBody(options: ReadBodyOptions): Promise<Uint8Array<ArrayBuffer>> {
    return await readRequestBody(this.#req, this.#res, options);
  }

  /**
   * The parameters of a query endpoint as Go's `r.Form` holds them: those of a urlencoded POST, PUT or PATCH body first, then those of the URL.
   *
   * @throws TelamonError 400 malformed, 413 over `maxBytes` (default 10 MiB), 415 when the body is compressed.
   */
  async form(maxBytes: number = MAX_FORM_BYTES): Promise<QueryValues> {
    const hasForm = this.method === 'POST' || this.method === 'PUT' || this.method === 'PATCH';
    const type = parseMediaType(this.headers['content-type']);
    if (!hasForm || type?.essence !== 'application/x-www-form-urlencoded') return this.query;
    const encoding = this.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw new TelamonError('a form must not be compressed', { status: 415 });
    const body = await this.readBody({ maxBytes });
    return QueryValues.parse(Buffer.from(body.buffer, 0, body.length).toString('utf8')).concat(this.query);
  }

  /** Sets a reply header; before the reply. */
  setHeader(name: string, value: string): void {
    this.#res.setHeader(name, value);
  }

  /** Closes the connection after the reply. */
  closeAfterReply(): void {
    this.#mustClose = true;
  }

  /** Replies without a body. */
  async empty(status: number): Promise<void> {
    await this.#send(status, undefined, new Uint8Array(0));
  }

  /** Replies with plain text. */
  async text(status: number, text: string): Promise<void> {
    await this.#send(status, 'text/plain; charset=utf-8', Buffer.from(text, 'utf8'));
  }

  /** Replies with JSON that is already text or bytes. */
  async json(status: number, body: string | Uint8Array): Promise<void> {
    await this.#send(status, 'application/json', typeof body === 'string' ? Buffer.from(body, 'utf8') : body);
  }

  /** Replies with bytes, which must not change until the promise is settled. */
  async bytes(status: number, contentType: string, body: Uint8Array): Promise<void> {
    await this.#send(status, contentType, body);
  }

  /**
   * Replies with what the iterable yields, no faster than the client reads; an error of the iterable cuts the connection, so that the
   * client cannot take the part for the whole. Resolves when all is handed to the socket or the client has left.
   */
  async stream(status: number, contentType: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const isGzipped = this.#negotiateGzip(contentType);
    this.#writeHead(status, contentType);
    try {
      if (isGzipped) await pipeline(chunks, gzipStream(), this.#res);
      else await this.#pump(chunks);
    } catch (error) {
      if (this.isGone) return;
      this.#res.destroy();
      throw error;
    }
  }

  async #pump(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) {
      if (this.#isClosed) return;
      if (!this.#res.write(chunk)) await drained(this.#res);
    }
    this.#res.end();
  }

  async #send(status: number, contentType: string | undefined, body: Uint8Array): Promise<void> {
    const isGzipped = contentType !== undefined && body.length > MIN_GZIP_BYTES && this.#negotiateGzip(contentType);
    const sent = isGzipped ? await gzipBytes(body) : body;
    if (this.#isClosed) return;
    if (status !== 204 && status !== 304) this.#res.setHeader('Content-Length', sent.length);
    this.#writeHead(status, contentType);
    this.#res.end(sent);
  }

  #negotiateGzip(contentType: string): boolean {
    if (!isCompressible(contentType) || this.#res.hasHeader('Content-Encoding')) return false;
    this.#res.appendHeader('Vary', 'Accept-Encoding');
    if (!isGzipAccepted(this.#req.headers['accept-encoding'])) return false;
    this.#res.setHeader('Content-Encoding', 'gzip');
    return true;
  }

  #writeHead(status: number, contentType: string | undefined): void {
    if (this.isReplied) throw new Error(`route ${this.route} replied twice`);
    if (contentType !== undefined) this.#res.setHeader('Content-Type', contentType);
    this.#res.setHeader('X-Content-Type-Options', 'nosniff');
    if (this.#mustClose || this.#hasLargeRest()) lingerOnClose(this.#req, this.#res);
    this.#res.writeHead(status);
  }

  #hasLargeRest(): boolean {
    if (this.#req.complete || this.#req.httpVersionMajor >= 2) return false;
    return (declaredLength(this.#req) ?? Number.POSITIVE_INFINITY) > MAX_DRAINED_BYTES || this.headers.expect !== undefined;
  }
}

/** Whether the whole reply was handed to the system. Over HTTP/2 a cancelled reply counts as finished, but no one has ended it. */
export function isComplete(res: ServerResponse): boolean {
  return res.writableEnded && res.writableFinished;
}

/** Resolves when the buffer of the reply is empty, or the client has left. */
function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}

const LINGER_MS = 1000;

/**
 * Makes node close the connection after the reply in two steps. Closing a socket that still has unread input resets it, and the reset
 * can overtake the reply: so send FIN, drop input for a while, then destroy.
 */
function lingerOnClose(req: IncomingMessage, res: ServerResponse): void {
  if (req.httpVersionMajor >= 2) return;
  res.setHeader('Connection', 'close');
  const socket = req.socket;
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    timer.unref();
    socket.once('close', () => clearTimeout(timer));
  };
}
