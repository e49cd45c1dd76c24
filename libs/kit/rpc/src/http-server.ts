import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { ListenerLimits } from './listener-limits.ts';
import { sniffProtocol } from './protocol-sniffer.ts';
import type { WebTls } from './web-config.ts';

/** Either kind of server; TLS ones are `https.Server`. */
export interface BuiltServer {
  readonly http: Server & { setSecureContext?: (options: object) => void };
  readonly http2: Http2Server | undefined;
}

/** What to build. */
export interface HttpServerOptions {
  readonly limits: ListenerLimits;
  readonly tls: WebTls | undefined;
  /** Whether HTTP/2 is accepted on the same port, by its preface or ALPN. */
  readonly hasHttp2: boolean;
  readonly onRequest: RequestListener;
}

/** Flow-control windows: with the default of 64 KiB one connection is limited to that much per round trip. */
const STREAM_WINDOW_BYTES = 1 << 20;
const CONNECTION_WINDOW_BYTES = 4 << 20;
/** Dead or stalled connections are looked for this often. */
const CHECK_INTERVAL_MS = 1000;

/** Builds a server that does not listen yet. */
export function buildServer(options: HttpServerOptions): BuiltServer {
  const { limits, tls } = options;
  const httpOptions = {
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, limits.headersTimeoutMs),
    maxHeaderSize: limits.maxHeaderSizeBytes,
    insecureHTTPParser: false,
    noDelay: true,
  };
  const http = tls ? createTlsServer({ ...httpOptions, ...tlsOptions(tls, options.hasHttp2) }) : createServer(httpOptions);
  const current = new WeakMap<Socket, ServerResponse>();
  const onRequest: RequestListener = (req, res) => {
    current.set(req.socket, res);
    options.onRequest(req, res);
  };
  http.on('request', onRequest);
  // Without a listener node answers 100 Continue by itself, before the tenant and the size are looked at.
  http.on('checkContinue', onRequest);
  // Node drops headers above this count without a word; the size is the bound.
  http.maxHeadersCount = 0;
  http.maxConnections = limits.maxConnections;
  http.timeout = limits.socketIdleTimeoutMs;
  http.on('clientError', (error: ParseError, socket: Socket) => refuseMalformed(error, socket, current.get(socket)));
  if (tls) http.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy());
  const http2 = options.hasHttp2 ? buildHttp2(limits) : undefined;
  routeConnections(http, http2, options);
  return { http, http2 };
}

/** Frames and streams that break the protocol before the connection is closed; node's typings lack these two. */
const HTTP2_FLOOD_BOUNDS = { maxSessionInvalidFrames: 100, maxSessionRejectedStreams: 100 };

function buildHttp2(limits: ListenerLimits): Http2Server {
  const server = createHttp2Server({
    settings: {
      initialWindowSize: STREAM_WINDOW_BYTES,
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderSizeBytes,
      enablePush: false,
    },
    maxSettings: 32,
    maxOutstandingPings: 10,
    maxHeaderListPairs: 128,
    maxSessionMemory: 64,
    ...HTTP2_FLOOD_BOUNDS,
  });
  server.on('sessionError', () => {});
  server.on('session', (session: ServerHttp2Session) => {
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    session.setTimeout(limits.socketIdleTimeoutMs, () => session.destroy());
  });
  return server;
}

/** Takes node's own connection listener off and puts a switch before it; all its timers and limits stay in force. */
function routeConnections(http: Server, http2: Http2Server | undefined, options: HttpServerOptions): void {
  const event = options.tls ? 'secureConnection' : 'connection';
  const native = http.listeners(event) as ((this: Server, socket: Socket) => void)[];
  const toHttp1 = (socket: Socket): void => {
    for (const listener of native) listener.call(http, socket);
  };
  const toHttp2 = (socket: Socket): void => void http2?.emit('connection', socket);
  http.removeAllListeners(event);
  http.on(event, (socket: Socket) => {
    if (options.tls && !isClientAccepted(socket as TLSSocket, options.tls)) socket.destroy();
    else if (!http2) toHttp1(socket);
    else if (options.tls) ((socket as TLSSocket).alpnProtocol === 'h2' ? toHttp2 : toHttp1)(socket);
    else sniffProtocol(socket, { http1: toHttp1, http2: toHttp2, timeoutMs: options.limits.headersTimeoutMs });
  });
}

function tlsOptions(tls: WebTls, hasHttp2: boolean): object {
  return {
    ...tls.context,
    // OpenSSL verifies whenever a certificate comes; which outcome is good enough is decided in isClientAccepted.
    requestCert: tls.clientCert.isRequested,
    rejectUnauthorized: false,
    ALPNProtocols: hasHttp2 ? ['h2', 'http/1.1'] : ['http/1.1'],
  };
}

function isClientAccepted(socket: TLSSocket, tls: WebTls): boolean {
  if (!tls.clientCert.isRequested) return true;
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate() ?? {};
  const isGiven = Object.keys(certificate).length > 0;
  if (!isGiven) return !tls.clientCert.isRequired;
  if (tls.clientCert.isVerified && !socket.authorized) return false;
  if (tls.allowedSans.length === 0) return true;
  const names = (certificate.subjectaltname ?? '').split(', ').map((name) => name.replace(/^(DNS|IP Address|email|URI):/, ''));
  return names.some((name) => tls.allowedSans.includes(name));
}

interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Buffer;
}

/** A request that node's strict parser refuses (smuggling, bare LF, oversized, slow): one line, and the connection ends. */
function refuseMalformed(error: ParseError, socket: Socket, current: ServerResponse | undefined): void {
  // Bytes of a reply may be on their way on this connection: nothing can be said any more.
  const isAnswering = current?.headersSent && !current.writableFinished;
  if (!socket.writable || isAnswering || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = statusOf(error);
  const body = `${status.slice(4)}\n`;
  const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n`;
  socket.end(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  socket.destroySoon();
}

function statusOf(error: ParseError): string {
  if (error.code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  const isOtherMethod =
    error.code === 'HPE_INVALID_METHOD' &&
    /^[A-Za-z-]{1,32} \/\S* HTTP\/1\.[01]\r\n/.test(error.rawPacket?.toString('latin1', 0, 4096) ?? '');
  return isOtherMethod ? '405 Method Not Allowed' : '400 Bad Request';
}

/** Whether the framing of the request could be read in two ways by two parsers although node's took it. */
export function isAmbiguous(req: IncomingMessage): boolean {
  const coding = req.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return true;
  let hosts = 0;
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host' && ++hosts > 1) return true;
  }
  return false;
}
