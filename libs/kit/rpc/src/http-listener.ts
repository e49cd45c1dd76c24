import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Http2ServerRequest, Http2ServerResponse, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { TelamonError } from '@telamon/model';
import { UNAUTHORIZED_ID } from './basic-auth.ts';
import { applyCors, type CorsPolicy } from './cors.ts';
import { type GrpcHandler, type GrpcMethodOptions, GrpcServer } from './grpc-server.ts';
import { HttpContext, isComplete } from './http-context.ts';
import { type HttpObserver, methodLabel, UNKNOWN_ROUTE } from './http-observer.ts';
import { type BuiltServer, buildServer, isAmbiguous } from './http-server.ts';
import { Http2Guard, type Http2GuardOptions } from './http2-guard.ts';
import { explainListenError } from './listen-error.ts';
import { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from './listener-limits.ts';
import type { ListenerSecurity } from './listener-security.ts';
import { splitTarget } from './raw-path.ts';
import { type RouteMatch, Router } from './router.ts';
import type { RpcLog } from './rpc-log.ts';
import { resolveTenants, type TenantPolicy } from './tenant.ts';

/** Serves one route; sends exactly one reply through the context or throws. */
export type HttpHandler = (context: HttpContext) => Promise<void>;

/** What a route takes and how it fails. */
export interface RouteOptions {
  /** `one` tenant (default), `many` (`a|b` where federation is on), or `none`: the header is not looked at. */
  readonly tenant?: 'one' | 'many' | 'none';
  /** Sends the reply for an operational error of the handler. Default: the message as plain text, as peers do outside the query API. */
  readonly renderError?: (context: HttpContext, error: TelamonError) => Promise<void>;
}

/** Options of {@link HttpListener}. */
export interface HttpListenerOptions {
  /** For logs. */
  readonly name: string;
  /** IP address or host name to bind. */
  readonly address: string;
  /** 0: any free port, see {@link HttpListener.port}. */
  readonly port: number;
  /** The flag that sets the port, with its dashes: named when the port is busy. */
  readonly portOption: string;
  readonly tenants: TenantPolicy;
  readonly log: RpcLog;
  readonly limits?: Partial<ListenerLimits>;
  readonly security?: ListenerSecurity | undefined;
  readonly cors?: CorsPolicy | undefined;
  readonly observer?: HttpObserver | undefined;
  /** Also accept HTTP/2 on the port: gRPC methods, and the routes. Default: when a gRPC method is registered before {@link HttpListener.start}. */
  readonly hasHttp2?: boolean;
  readonly http2Guard?: Http2GuardOptions;
  /** How long a stop goes on to take requests, each the last of its connection, before idle connections are closed, ms. Default 0. */
  readonly lameDuckMs?: number;
}

interface Route {
  readonly handler: HttpHandler;
  readonly options: RouteOptions;
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly context: HttpContext;
}

/**
 * One TCP port: HTTP/1.1, and HTTP/2 with gRPC when asked for, plain or TLS. Requests are authenticated, routed by their raw path, given a
 * tenant, and handed to their handler, in this order and before the body is read.
 */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #limits: ListenerLimits;
  readonly #router = new Router<Route>();
  readonly #grpc: GrpcServer;
  readonly #exchanges = new Set<Exchange>();
  readonly #sessions = new Set<ServerHttp2Session>();
  #server: BuiltServer | undefined;
  #port: number | undefined;
  #stopSecurity: (() => void) | undefined;
  #isStopping = false;
  #onIdle: (() => void) | undefined;

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_LISTENER_LIMITS, ...options.limits };
    this.#grpc = new GrpcServer({
      log: options.log,
      observer: options.observer,
      authenticate: (headers) => this.#authenticate(headers),
      resolveTenants: (headers) => resolveTenants(headers, options.tenants, 'one'),
      receiveTimeoutMs: this.#limits.requestTimeoutMs,
    });
  }

  /** Registers a handler for a method and a pattern such as `/api/v1/label/{name}/values`; GET serves HEAD too. Before or after the start. */
  route(method: string, pattern: string, handler: HttpHandler, options: RouteOptions = {}): void {
    this.#router.add(method, pattern, { handler, options });
  }

  /** Registers a unary gRPC method `/package.Service/Method`. Before {@link start}, unless `hasHttp2` is set. */
  grpcMethod(path: string, handler: GrpcHandler, options: GrpcMethodOptions = {}): void {
    this.#grpc.method(path, handler, options);
  }

  /** Every registered route; for docs and tests. */
  routes(): readonly { readonly method: string; readonly pattern: string }[] {
    return this.#router.entries();
  }

  /** The bound port. Throws before {@link start} (programmer error). */
  get port(): number {
    if (this.#port === undefined) throw new Error(`listener ${this.#options.name} is not started`);
    return this.#port;
  }

  /** Root URL with the bound port. */
  get url(): string {
    const host = this.#options.address.includes(':') ? `[${this.#options.address}]` : this.#options.address;
    return `${this.#options.security?.config.tls ? 'https' : 'http'}://${host}:${this.port}`;
  }

  /** Requests and calls being served. */
  get inFlight(): number {
    return this.#exchanges.size + this.#grpc.activeCalls;
  }

  /** Binds the port. @throws TelamonError naming the option when the address is taken, forbidden or unknown. */
  async start(): Promise<void> {
    if (this.#server) throw new Error(`listener ${this.#options.name} is started twice`);
    const server = buildServer({
      limits: this.#limits,
      tls: this.#options.security?.config.tls,
      hasHttp2: this.#isHttp2Wanted(),
      onRequest: (req, res) => void this.#serve(req, res),
    });
    server.http2?.on('session', (session: ServerHttp2Session) => this.#onSession(session));
    await listen(server, this.#options);
    this.#server = server;
    this.#port = (server.http.address() as AddressInfo).port;
    this.#stopSecurity = this.#options.security?.onChange((config) => {
      if (config.tls && server.http.setSecureContext) server.http.setSecureContext(config.tls.context);
    });
    this.#options.log.info('listening', { listener: this.#options.name, address: this.#options.address, port: this.port });
  }

  /**
   * Accepts no more connections, closes each one after its current reply, and resolves when all requests are done or `drainTimeoutMs` is over;
   * what is left then is aborted and cut.
   */
  async stop(drainTimeoutMs: number): Promise<void> {
    const server = this.#server;
    if (!server || this.#isStopping) return;
    this.#isStopping = true;
    this.#stopSecurity?.();
    // Whoever just sent a request on an idle connection gets its reply, and is told to send no more on it.
    if (this.#options.lameDuckMs !== undefined) await new Promise((resolve) => setTimeout(resolve, this.#options.lameDuckMs));
    const closed = new Promise<void>((resolve) => server.http.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    await this.#drain(drainTimeoutMs);
    const reason = new TelamonError('the server is shutting down', { status: 503 });
    for (const { context } of this.#exchanges) context.cancel(reason);
    this.#grpc.cancelAll(reason);
    // A macrotask for the refusals of the aborted ones to reach their sockets.
    await new Promise((resolve) => setImmediate(resolve));
    server.http.closeAllConnections();
    for (const session of this.#sessions) session.destroy();
    await closed;
  }

  async #drain(timeoutMs: number): Promise<void> {
    if (this.inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #isHttp2Wanted(): boolean {
    const isAllowed = this.#options.security?.config.isHttp2Enabled ?? true;
    return isAllowed && (this.#options.hasHttp2 ?? !this.#grpc.isEmpty);
  }

  #onSession(session: ServerHttp2Session): void {
    const guard = new Http2Guard(session, this.#options.http2Guard ?? {}, (what) => {
      this.#options.log.warn('HTTP/2 connection closed', { listener: this.#options.name, reason: what });
    });
    this.#sessions.add(session);
    session.on('close', () => this.#sessions.delete(session));
    session.on('error', () => {});
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      guard.watch(stream);
      this.#onStream(stream, headers, rawHeaders);
    });
  }

  #onStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void {
    if (GrpcServer.isGrpc(headers)) {
      void this.#grpc.serve(stream, headers).finally(() => this.#settle());
      return;
    }
    stream.on('error', () => {});
    const req = new Http2ServerRequest(stream, headers, {}, rawHeaders);
    const res = new Http2ServerResponse(stream);
    void this.#serve(req as unknown as IncomingMessage, res as unknown as ServerResponse);
  }

  /** Never throws: every path ends in a reply or a dead connection. */
  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    const found = this.#find(req);
    const route = found.kind === 'not-found' || found.kind === 'refused' ? UNKNOWN_ROUTE : found.pattern;
    const context = new HttpContext({
      req,
      res,
      rawPath: found.rawPath,
      rawQuery: found.rawQuery,
      route,
      params: found.kind === 'found' ? found.params : new Map(),
    });
    const exchange: Exchange = { req, res, context };
    const observer = this.#options.observer;
    this.#exchanges.add(exchange);
    observer?.inFlightChanged(route, 1);
    res.once('close', () => {
      const isDone = isComplete(res);
      if (!isDone) exchange.context.cancel(new TelamonError('client closed the connection', { status: 499 }));
      this.#exchanges.delete(exchange);
      observer?.inFlightChanged(route, -1);
      const status = isDone || res.headersSent ? res.statusCode : 499;
      observer?.requestDone(methodLabel(context.method), route, status, (performance.now() - startedMs) / 1000);
      this.#settle();
    });
    await this.#answer(exchange, found);
  }

  async #answer(exchange: Exchange, found: Found): Promise<void> {
    const { req, res } = exchange;
    const route = found.kind === 'found' ? found.target : undefined;
    try {
      for (const [name, value] of this.#options.security?.config.headers ?? []) res.setHeader(name, value);
      if (this.#isStopping && req.httpVersionMajor < 2) exchange.context.closeAfterReply();
      await this.#authenticate(req.headers);
      this.#checkLoad();
      if (this.#options.cors) applyCors(this.#options.cors, req.headers, res);
      if (!route) await this.#answerUnrouted(exchange.context, found);
      else await this.#callHandler(exchange, route);
    } catch (error) {
      await this.#fail(exchange.context, res, route, error);
    }
  }

  async #callHandler(exchange: Exchange, route: Route): Promise<void> {
    const mode = route.options.tenant ?? 'one';
    if (mode !== 'none') exchange.context.assignTenants(resolveTenants(exchange.req.headers, this.#options.tenants, mode));
    await route.handler(exchange.context);
    const { context } = exchange;
    if (!context.isReplied && !context.isGone) throw new Error(`route ${context.route} did not reply`);
  }

  async #answerUnrouted(context: HttpContext, found: Found): Promise<void> {
    if (found.kind === 'refused') {
      context.closeAfterReply();
      throw found.error;
    }
    if (found.kind === 'not-found') throw new TelamonError('404 page not found', { status: 404 });
    if (found.kind !== 'method-not-allowed') throw new Error('unreachable');
    if (this.#options.cors && context.method === 'OPTIONS') return await context.empty(204);
    const allow = this.#options.cors ? [...found.allow, 'OPTIONS'].sort() : found.allow;
    context.setHeader('Allow', allow.join(', '));
    await context.text(405, 'Method Not Allowed\n');
  }

  #find(req: IncomingMessage): Found {
    let target = { rawPath: '/', rawQuery: '' };
    try {
      if (isAmbiguous(req)) throw new TelamonError('ambiguous request framing', { status: 400 });
      target = splitTarget(req.url ?? '');
      return { ...target, ...this.#router.match(req.method ?? 'GET', target.rawPath) };
    } catch (error) {
      return { ...target, kind: 'refused', error };
    }
  }

  async #authenticate(headers: IncomingHttpHeaders): Promise<void> {
    await this.#options.security?.authenticate(headers.authorization);
  }

  #checkLoad(): void {
    const limit = this.#limits.maxRequestsInFlight;
    if (limit > 0 && this.inFlight > limit) {
      throw new TelamonError(`too many requests in flight; the limit of this listener is ${limit}`, { status: 503 });
    }
  }

  async #fail(context: HttpContext, res: ServerResponse, route: Route | undefined, error: unknown): Promise<void> {
    if (context.isGone) return;
    if (!(error instanceof TelamonError)) {
      this.#options.log.error('request failed', { listener: this.#options.name, route: context.route, error });
    }
    if (context.isReplied) {
      res.destroy();
      return;
    }
    const known = error instanceof TelamonError ? error : new TelamonError('internal error', { status: 500, cause: error });
    if (known.status === 413) context.closeAfterReply();
    if (known.id === UNAUTHORIZED_ID) res.setHeader('WWW-Authenticate', 'Basic realm="telamon"');
    try {
      await (route?.options.renderError ?? renderText)(context, known);
    } catch (second) {
      this.#options.log.error('error reply failed', { listener: this.#options.name, route: context.route, error: second });
      res.destroy();
    }
  }

  #settle(): void {
    if (this.inFlight === 0) this.#onIdle?.();
  }
}

type Found = { readonly rawPath: string; readonly rawQuery: string } & (
  | RouteMatch<Route>
  | { readonly kind: 'refused'; readonly error: unknown }
);

/** The default error reply: the message and a line feed, as Go's `http.Error`. */
async function renderText(context: HttpContext, error: TelamonError): Promise<void> {
  await context.text(error.status, `${error.message}\n`);
}

function listen(server: BuiltServer, options: HttpListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => reject(explainListenError(error, options));
    server.http.once('error', onError);
    server.http.listen({ host: options.address, port: options.port }, () => {
      server.http.off('error', onError);
      resolve();
    });
  });
}
