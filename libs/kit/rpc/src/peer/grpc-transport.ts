import type { SecureContext } from 'node:tls';
import type { MetricRegistry } from '@telamon/telemetry';
import { channelSecurity, createPeerContext } from './channel-security.ts';
import { GrpcPeerClient } from './grpc-peer-client.ts';
import { createPeerClientMetrics } from './peer-client-metrics.ts';
import type { PeerClient, PeerTransport } from './peer-contract.ts';
import { DEFAULT_PEER_MESSAGE_BYTES } from './peer-errors.ts';
import type { PeerTls } from './peer-tls.ts';

/** Options of {@link GrpcTransport}. */
export interface GrpcTransportOptions {
  /** Calls go over TLS when it has authorities for servers. */
  readonly tls?: PeerTls | undefined;
  /** Name that servers' certificates must carry in place of their address; '' for the address. */
  readonly serverName?: string;
  /** Sent with each call; see `PeerServer`. */
  readonly cluster?: string;
  /** Gets this transport's metrics; one transport per registry. */
  readonly registry?: MetricRegistry | undefined;
  /** Most connections to one address. Default 2. */
  readonly channelsPerPeer?: number;
  /** Default 100 MiB. */
  readonly maxReceiveBytes?: number;
  /** Default 100 MiB. */
  readonly maxSendBytes?: number;
  /** Time without a sign of the other end until it is asked for one. Default 10 s. */
  readonly keepaliveIntervalMs?: number;
  /** Time for that sign; then the connection is cut. Default 10 s. */
  readonly keepaliveTimeoutMs?: number;
}

/**
 * Clients over gRPC by address (`host:port`). Nothing is resent: a call that fails tells so, and whoever made it knows whether it may run
 * again, and where. While an address can't be reached, calls to it fail at once; it is tried again after 100 ms to 2 s.
 */
export class GrpcTransport implements PeerTransport {
  readonly #options: GrpcTransportOptions;
  readonly #clients = new Map<string, GrpcPeerClient>();
  /** With calls in progress, of addresses that are not retained too. */
  readonly #busy = new Set<GrpcPeerClient>();
  readonly #observe: (path: string, code: string, durationMs: number) => void;
  readonly #stopWatching: (() => void) | undefined;
  #context: SecureContext | undefined;
  #isClosed = false;

  constructor(options: GrpcTransportOptions = {}) {
    this.#options = options;
    this.#context = createPeerContext(options.tls);
    this.#stopWatching = options.tls?.onChange(() => this.#renew());
    this.#observe = options.registry ? createPeerClientMetrics(options.registry, () => this.#clients.values()) : () => {};
  }

  client(address: string): PeerClient {
    const known = this.#clients.get(address);
    if (known) return known;
    const options = this.#options;
    const client: GrpcPeerClient = new GrpcPeerClient({
      address,
      security: () => channelSecurity(this.#context, address, options.serverName ?? ''),
      channels: options.channelsPerPeer ?? 2,
      maxReceiveBytes: options.maxReceiveBytes ?? DEFAULT_PEER_MESSAGE_BYTES,
      maxSendBytes: options.maxSendBytes ?? DEFAULT_PEER_MESSAGE_BYTES,
      keepaliveIntervalMs: options.keepaliveIntervalMs ?? 10_000,
      keepaliveTimeoutMs: options.keepaliveTimeoutMs ?? 10_000,
      cluster: options.cluster ?? '',
      observe: this.#observe,
      isClosed: () => this.#isClosed,
      onBusy: (isBusy) => (isBusy ? this.#busy.add(client) : this.#busy.delete(client)),
    });
    this.#clients.set(address, client);
    return client;
  }

  retain(addresses: ReadonlySet<string>): void {
    for (const [address, client] of this.#clients) {
      if (addresses.has(address)) continue;
      this.#clients.delete(address);
      client.closeWhenIdle();
    }
  }

  retry(address: string): void {
    this.#clients.get(address)?.retry();
  }

  /** Ends the calls in progress with 503, refuses further ones and closes all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching?.();
    const clients = new Set([...this.#clients.values(), ...this.#busy]);
    this.#clients.clear();
    await Promise.all([...clients].map((client) => client.abortAll()));
  }

  #renew(): void {
    this.#context = createPeerContext(this.#options.tls);
    for (const client of this.#clients.values()) client.renew();
  }
}
