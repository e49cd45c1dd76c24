/** What a method is given beside the message. */
export interface PeerCall {
  /** `/telamon.v1.Ingester/MetricsPush`. */
  readonly path: string;
  /** Validated; '' when the call carries none. */
  readonly tenant: string;
  /** Who calls, for logs. */
  readonly peer: string;
  /** Aborted when the caller cancels or disconnects, or at the deadline of the call. */
  readonly signal: AbortSignal;
}

/** Answers one message with one. The message belongs to the handler; what it returns must not change afterwards. */
export type PeerUnaryHandler = (message: Uint8Array, call: PeerCall) => Promise<Uint8Array>;
/** Answers one message with many; the stream is pulled as fast as the caller reads. */
export type PeerStreamHandler = (message: Uint8Array, call: PeerCall) => AsyncIterable<Uint8Array>;
/** Both sides talk; ends when the iterable ends. For queues that others pull from. */
export type PeerDuplexHandler = (messages: AsyncIterable<Uint8Array>, call: PeerCall) => AsyncIterable<Uint8Array>;

/** Methods of one gRPC service of ours by name; bytes in, bytes out. */
export interface PeerService {
  /** `telamon.v1.Ingester`. */
  readonly name: string;
  readonly unary?: Readonly<Record<string, PeerUnaryHandler>>;
  readonly streams?: Readonly<Record<string, PeerStreamHandler>>;
  readonly duplex?: Readonly<Record<string, PeerDuplexHandler>>;
}

/** Circumstances of a call. */
export interface PeerCallOptions {
  readonly tenant?: string;
  /** Cancels the call, at the other side too. */
  readonly signal?: AbortSignal;
  /** Longest time of the whole call, ms. Default 30,000; never unbounded but for duplex calls. */
  readonly timeoutMs?: number;
}

/**
 * The methods of one process, wherever it runs. Failures are TelamonErrors: those that the other side threw come with its id,
 * status, retryability and text; a peer that can't be reached is 503 `peer-unavailable`, one that does not answer in time 504
 * `peer-timeout` (both retryable); a cancelled call rejects with the signal's reason.
 */
export interface PeerClient {
  readonly address: string;
  unary(path: string, message: Uint8Array, options?: PeerCallOptions): Promise<Uint8Array>;
  stream(path: string, message: Uint8Array, options?: PeerCallOptions): AsyncIterable<Uint8Array>;
  duplex(path: string, messages: AsyncIterable<Uint8Array>, options?: PeerCallOptions): AsyncIterable<Uint8Array>;
}

/** Clients by address: over gRPC (pooled, kept while an address is used) or within the process. */
export interface PeerTransport {
  /** The client of an address; the same one each time. Never connects by itself. */
  client(address: string): PeerClient;
  /** Closes what is not among these addresses any more, after its calls have ended. */
  retain(addresses: ReadonlySet<string>): void;
  /** Tries an address again at once that could not be reached: it is known to serve again. Connections that work stay. */
  retry(address: string): void;
  close(): Promise<void>;
}
