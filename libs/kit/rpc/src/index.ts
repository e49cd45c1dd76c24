export { BasicAuth } from './basic-auth.ts';
export { type CorsPolicy, corsPolicy } from './cors.ts';
export type { GrpcCall, GrpcHandler, GrpcMethodOptions } from './grpc-server.ts';
export { type GrpcCode, GrpcError, GrpcStatus, toGrpcError } from './grpc-status.ts';
export type { ReadBodyOptions } from './http-body.ts';
export { gzipBytes, isGzipAccepted } from './http-compress.ts';
export { HttpContext } from './http-context.ts';
export { type HttpHandler, HttpListener, type HttpListenerOptions, type RouteOptions } from './http-listener.ts';
export { createHttpObserver, type HttpObserver } from './http-observer.ts';
export type { Http2GuardOptions } from './http2-guard.ts';
export { DEFAULT_LISTENER_LIMITS, type ListenerLimits } from './listener-limits.ts';
export { ListenerSecurity, type ListenerSecurityOptions, listenerGroups } from './listener-security.ts';
export { type MediaType, parseMediaType } from './media-type.ts';
export { PasswordChecker } from './password-checker.ts';
export {
  GRPC,
  type GrpcConfig,
  grpcTransportOptions,
  loadPeerTls,
  type PeerParts,
  peerServerOptions,
} from './peer/grpc-options.ts';
export { GrpcTransport, type GrpcTransportOptions } from './peer/grpc-transport.ts';
export { InProcessTransport, type InProcessTransportOptions } from './peer/in-process-transport.ts';
export type {
  PeerCall,
  PeerCallOptions,
  PeerClient,
  PeerDuplexHandler,
  PeerService,
  PeerStreamHandler,
  PeerTransport,
  PeerUnaryHandler,
} from './peer/peer-contract.ts';
export {
  DEFAULT_PEER_SERVER_LIMITS,
  PeerServer,
  type PeerServerLimits,
  type PeerServerOptions,
} from './peer/peer-server.ts';
export { PeerTls, type PeerTlsFiles, type PeerTlsMaterial, type PeerTlsOptions } from './peer/peer-tls.ts';
export { MAX_FORM_PAIRS, QueryValues } from './query-values.ts';
export { forwardedHeaders, type PeerHttpHandler, type PeerHttpRequest, type PeerHttpResponse } from './queue/peer-http.ts';
export { PushQueue } from './queue/push-queue.ts';
export { type FrontendFinder, QueryWorker, type QueryWorkerOptions } from './queue/query-worker.ts';
export {
  decodeQuerierMessage,
  encodeFrontendMessage,
  FRONTEND_SERVICE,
  type FrontendMessage,
  type QuerierMessage,
  type ResponsePart,
} from './queue/queue-messages.ts';
export { type RunnableRoute, type RunRoutesOptions, routesHandler } from './queue/run-routes.ts';
export { assertLocalName, decodeSegment } from './raw-path.ts';
export type { RpcLog } from './rpc-log.ts';
export { resolveTenants, type TenantPolicy } from './tenant.ts';
export { loadWebConfig, type WebConfig, type WebTls } from './web-config.ts';
