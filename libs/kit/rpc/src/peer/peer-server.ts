import { type AddressInfo, createServer, type Server as NetServer, type Socket } from 'node:net';
import {
  type ConnectionInjector,
  Server as GrpcServer,
  type Metadata,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  status as Status,
} from '@grpc/grpc-js';
import type { MetricRegistry } from '@telamon/telemetry';
import { explainListenError } from '../listen-error.ts';
import type { RpcLog } from '../rpc-log.ts';
import type { PeerService } from './peer-contract.ts';
import { DEFAULT_PEER_MESSAGE_BYTES, peerOverloaded, peerStopping, wrongCluster } from './peer-errors.ts';
import { indexPeerMethods, type PeerMethods } from './peer-methods.ts';
import { PeerServerCall } from './peer-server-call.ts';
import { ReloadableServerCredentials } from './peer-server-credentials.ts';
import { createPeerServerMetrics, type PeerServerMetrics, type RefusalReason } from './peer-server-metrics.ts';
import type { PeerTls } from './peer-tls.ts';

/** Metadata with the cluster that a caller belongs to. */
export const CLUSTER_METADATA = 'telamon-cluster';

/** Bounds of a {@link PeerServer}. */
export interface PeerServerLimits {
  /** Most bytes of a message received, compressed and decompressed alike. Default 100 MiB. */
  readonly maxReceiveBytes: number;
  /** Most bytes of a message sent. Default 100 MiB. */
  readonly maxSendBytes: number;
  /** Calls that one connection may have open; it holds further ones back itself. Default 1,000. */
  readonly maxStreamsPerConnection: number;
  /** Calls in progress on all connections; further ones are refused. Default 10,000. */
  readonly maxCalls: number;
  /** Further connections are closed at once. Default 4,096. */
  readonly maxConnections: number;
  /** Longest time until the message of a call is whole. Default 60 s. */
  readonly receiveTimeoutMs: number;
  /** Longest time of a TLS handshake. Default 10 s. */
  readonly handshakeTimeoutMs: number;
  /** Time without a sign of a connection's other end until it is asked for one. Default 10 s. */
  readonly keepaliveIntervalMs: number;
  /** Time for that sign; then the connection is cut. Default 10 s. */
  readonly keepaliveTimeoutMs: number;
}

/** Options of {@link PeerServer}. */
export interface PeerServerOptions {
  /** IP address or host name to bind. */
  readonly address: string;
  /** 0: any free port, see {@link PeerServer.port}. */
  readonly port: number;
  /** The flag that sets the port, with its dashes: named when the port is busy. Default `--grpc.listen-port`. */
  readonly portOption?: string;
  readonly log: RpcLog;
  /** Without it, or without a certificate in it, connections are plain. */
  readonly tls?: PeerTls | undefined;
  /** When not '', calls must carry the same label; '' takes all. */
  readonly cluster?: string;
  /** Gets this server's metrics; one server per registry. */
  readonly registry?: MetricRegistry | undefined;
  readonly limits?: Partial<PeerServerLimits>;
}

/** The bounds when nothing else is set. */
export const DEFAULT_PEER_SERVER_LIMITS: PeerServerLimits = {
  maxReceiveBytes: DEFAULT_PEER_MESSAGE_BYTES,
  maxSendBytes: DEFAULT_PEER_MESSAGE_BYTES,
  maxStreamsPerConnection: 1000,
  maxCalls: 10_000,
  maxConnections: 4096,
  receiveTimeoutMs: 60_000,
  handshakeTimeoutMs: 10_000,
  keepaliveIntervalMs: 10_000,
  keepaliveTimeoutMs: 10_000,
};

/** Bytes that may be under way unread, per stream and per connection. */
export const PEER_WINDOW_BYTES: number = 4 << 20;

const identity = (message: Buffer): Buffer => message;

/**
 * Serves methods to other processes of the cluster over gRPC: bytes in, bytes out. Every refusal comes before the message is read: unknown
 * method, other cluster, too many calls. Not for the public: it believes the tenant that callers name, so it belongs behind mutual TLS or a
 * network of its own.
 */
export class PeerServer {
  readonly #options: PeerServerOptions;
  readonly #limits: PeerServerLimits;
  readonly #methods: PeerMethods;
  readonly #calls = new Set<PeerServerCall>();
  readonly #sockets = new Set<Socket>();
  readonly #metrics: PeerServerMetrics | undefined;
  readonly #grpc: GrpcServer;
  #listener: NetServer | undefined;
  #injector: ConnectionInjector | undefined;
  #credentials: ReloadableServerCredentials | undefined;
  #isStopping = false;
  /** Told when a call is done or a connection closed. */
  #onLess: (() => void) | undefined;

  /** Throws on malformed or repeated method names (programmer error). */
  constructor(services: readonly PeerService[], options: PeerServerOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULT_PEER_SERVER_LIMITS, ...options.limits };
    this.#methods = indexPeerMethods(services);
    this.#grpc = this.#createServer();
    this.#metrics =
      options.registry &&
      createPeerServerMetrics(options.registry, { calls: () => this.#calls.size, connections: () => this.#sockets.size });
  }

  /** The bound port. Throws before {@link start} (programmer error). */
  get port(): number {
    const bound = this.#listener?.address() as AddressInfo | null | undefined;
    if (!bound) throw new Error('the peer server is not listening');
    return bound.port;
  }

  /** Calls in progress. */
  get inFlight(): number {
    return this.#calls.size;
  }

  /** Binds the port. @throws TelamonError naming the option when the address is taken, forbidden or unknown. */
  async start(): Promise<void> {
    if (this.#listener) throw new Error('the peer server is started twice');
    const { address, port, portOption = '--grpc.listen-port', tls, log } = this.#options;
    const { handshakeTimeoutMs } = this.#limits;
    this.#credentials = tls?.material.cert === undefined ? undefined : new ReloadableServerCredentials(tls, handshakeTimeoutMs);
    this.#injector = this.#grpc.createConnectionInjector(this.#credentials ?? ServerCredentials.createInsecure());
    const listener = createServer({ noDelay: true }, (socket) => this.#onSocket(socket));
    listener.maxConnections = this.#limits.maxConnections;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', (error) => reject(explainListenError(error, { address, port, portOption })));
      listener.listen({ host: address, port }, resolve);
    });
    listener.removeAllListeners('error').on('error', (error) => log.warn('accepting a connection failed', { error }));
    this.#listener = listener;
    log.info('listening', { listener: 'grpc', address, port: this.port });
  }

  /**
   * Accepts no more connections and calls, and resolves when all calls are done and their replies sent, or `drainTimeoutMs` is over; what is
   * left then is aborted with 503 `peer-stopping` and cut.
   */
  async stop(drainTimeoutMs: number): Promise<void> {
    const listener = this.#listener;
    if (!listener || this.#isStopping) return;
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    const deadlineMs = performance.now() + drainTimeoutMs;
    // Its callback says nothing: since Node 24 it comes while calls are still under way.
    this.#grpc.tryShutdown(() => {});
    // Whoever has said nothing yet has nothing to wait for, but might keep its connection.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    await this.#untilEmpty(this.#calls, drainTimeoutMs);
    for (const call of [...this.#calls]) call.abort(peerStopping());
    // A connection that was told to go closes once the last reply on it is sent.
    await this.#untilEmpty(this.#sockets, Math.max(deadlineMs - performance.now(), 100));
    this.#grpc.forceShutdown();
    for (const socket of this.#sockets) socket.destroy();
    this.#credentials?.close();
    await closed;
  }

  #createServer(): GrpcServer {
    const limits = this.#limits;
    const server = new GrpcServer({
      interceptors: [this.#intercept],
      'grpc.max_receive_message_length': limits.maxReceiveBytes,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': limits.maxStreamsPerConnection,
      'grpc.keepalive_time_ms': limits.keepaliveIntervalMs,
      'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
      'grpc-node.flow_control_window': PEER_WINDOW_BYTES,
      'grpc.enable_channelz': 0,
    });
    // The library's most general kind: what a method really is, PeerServerCall knows.
    for (const path of this.#methods.keys()) server.register(path, () => {}, identity, identity, 'bidi');
    return server;
  }

  readonly #intercept: ServerInterceptor = ({ path }, call) => {
    const served = new PeerServerCall(call, {
      method: this.#methods.get(path)!,
      maxSendBytes: this.#limits.maxSendBytes,
      receiveTimeoutMs: this.#limits.receiveTimeoutMs,
      admit: (metadata) => {
        this.#admit(metadata);
        this.#calls.add(served);
      },
      onDone: (code, durationMs) => {
        this.#calls.delete(served);
        this.#metrics?.callDone(path, Status[code], durationMs);
        this.#onLess?.();
      },
      onUnexpected: (error) => this.#options.log.error('peer handler failed', { error, path }),
    });
    // Replaces the start of the library's own handling, which is thereby never reached.
    return new ServerInterceptingCall(call, { start: () => served.start() });
  };

  #admit(metadata: Metadata): void {
    const refuse = (reason: RefusalReason, error: Error): never => {
      this.#metrics?.refused(reason);
      throw error;
    };
    const ours = this.#options.cluster ?? '';
    const theirs = String(metadata.get(CLUSTER_METADATA)[0] ?? '');
    if (ours !== '' && theirs !== ours) refuse('cluster', wrongCluster(theirs, ours));
    if (this.#isStopping) refuse('stopping', peerStopping());
    if (this.#calls.size >= this.#limits.maxCalls) refuse('overload', peerOverloaded(this.#limits.maxCalls));
  }

  #onSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#onLess?.();
    });
    // Whatever goes wrong ends in 'close'; the library listens to the rest.
    socket.on('error', () => {});
    this.#injector?.injectConnection(socket);
  }

  async #untilEmpty(left: ReadonlySet<unknown>, timeoutMs: number): Promise<void> {
    if (left.size === 0) return;
    await within(
      new Promise<void>((resolve) => {
        this.#onLess = () => {
          if (left.size === 0) resolve();
        };
      }),
      timeoutMs,
    );
  }
}

/** Resolves with the work or at the timeout, whichever is first. */
async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
