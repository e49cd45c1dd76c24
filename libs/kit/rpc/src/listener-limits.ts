/** Bounds of one listener. */
export interface ListenerLimits {
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept between requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long a connection may move no byte in either direction, a slow reader's included. */
  readonly socketIdleTimeoutMs: number;
  /** Request line and headers together; more is 431. */
  readonly maxHeaderSizeBytes: number;
  readonly maxConnections: number;
  /** Requests being served at once; more are refused with 503. 0: no bound. */
  readonly maxRequestsInFlight: number;
  /** HTTP/2 streams of one connection. */
  readonly maxConcurrentStreams: number;
}

/** Suits a public listener behind or without a proxy; the idle times outlive those of Go's and Node's client pools. */
export const DEFAULT_LISTENER_LIMITS: ListenerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 120_000,
  keepAliveTimeoutMs: 120_000,
  socketIdleTimeoutMs: 300_000,
  maxHeaderSizeBytes: 16_384,
  maxConnections: 16_384,
  maxRequestsInFlight: 0,
  maxConcurrentStreams: 100,
};
