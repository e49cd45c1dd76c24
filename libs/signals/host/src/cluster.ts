import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LoadedConfig, OptionGroup } from '@telamon/config';
import type { RoleShare } from '@telamon/contract';
import { createKv, createKvMetrics, type KvStore, NATS } from '@telamon/kv';
import { createService, type Service } from '@telamon/lifecycle';
import {
  advertisedAddress,
  instanceIdOf,
  Lifecycler,
  type LifecyclerSettings,
  onReturn,
  RING,
  Ring,
  type RingReader,
  registerRingMetrics,
} from '@telamon/ring';
import {
  GRPC,
  GrpcTransport,
  grpcTransportOptions,
  loadPeerTls,
  PeerServer,
  type PeerService,
  type PeerTls,
  type PeerTransport,
  peerServerOptions,
} from '@telamon/rpc';
import type { MetricRegistry, RootLogger } from '@telamon/telemetry';

/** Options of what connects processes, in the order of the reference. */
export const CLUSTER_OPTIONS: readonly OptionGroup[] = [RING, NATS, GRPC] as unknown as readonly OptionGroup[];

/** What a cluster is opened with. */
export interface ClusterParts {
  readonly config: LoadedConfig;
  readonly logger: RootLogger;
  readonly registry: MetricRegistry;
  /** Absolute; for the files with tokens. */
  readonly dataDir: string;
}

/** What a ring is for. */
export interface RingShape {
  /** Whether several instances hold the same. */
  readonly isReplicated: boolean;
}

/** The part of a ring that a tenant uses. */
export interface TenantShard {
  readonly tenant: string;
  /** 0 = all. */
  readonly size: number;
  /** Adds what was in the shard within that time, ms; default 0. */
  readonly lookbackMs?: number;
}

/** How a process takes part in a ring. */
export interface Membership extends RingShape {
  /** Name of the ring: that of the role. */
  readonly role: string;
  /** Whether it owns a part of what the ring shares out; else it only tells where it is. */
  readonly hasTokens: boolean;
  /** Whether it has data that nobody else has, so that its place is kept while it is away. */
  readonly holdsData: boolean;
}

/** How long calls of others may go on when the process stops, ms. */
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * What a process knows of the others: the store for coordination, the rings of the roles, clients to every address and the listener for
 * calls. Roles ask for what they need while the process is opened; the services then start it in order.
 */
export class Cluster {
  readonly kv: KvStore;
  readonly transport: PeerTransport;
  /** Follows the rings that were asked for. */
  readonly rings: Service;
  /** The listener for calls, when something is served. */
  readonly peers: Service;
  readonly #parts: ClusterParts;
  readonly #tls: PeerTls | undefined;
  readonly #byRole = new Map<string, Ring>();
  readonly #served: PeerService[] = [];
  readonly #members: Lifecycler[] = [];
  #server: PeerServer | undefined;

  private constructor(parts: ClusterParts, kv: KvStore, tls: PeerTls | undefined) {
    const { config, logger, registry } = parts;
    this.#parts = parts;
    this.#tls = tls;
    this.kv = kv;
    const { cluster } = config.of(RING);
    this.transport = new GrpcTransport(
      grpcTransportOptions(config.of(GRPC), { log: logger.child('peers'), cluster, registry, tls }),
    );
    this.rings = createService({
      name: 'rings',
      start: async (signal, scope) => {
        for (const ring of this.#byRole.values()) ring.service.start();
        for (const ring of this.#byRole.values()) await ring.service.untilRunning(signal);
        for (const ring of this.#byRole.values()) {
          scope.defer(ring.onChange(() => this.#retainClients()));
          scope.defer(onReturn(ring, ({ address }) => this.transport.retry(address)));
        }
      },
      stop: async () => {
        for (const ring of this.#byRole.values()) ring.service.stop();
        for (const ring of this.#byRole.values()) await ring.service.untilTerminated();
      },
    });
    this.peers = createService({ name: 'peers', start: () => this.#listen(), stop: () => this.#server?.stop(DRAIN_TIMEOUT_MS) });
  }

  /** Whether the configuration says that the rings are shared with other processes. */
  static isWanted(config: LoadedConfig): boolean {
    return config.of(RING).store !== 'inprocess';
  }

  /** Makes the parts; nothing is connected yet. Throws TelamonErrors that say what to change. */
  static async open(parts: ClusterParts): Promise<Cluster> {
    const { config, logger, registry } = parts;
    const tls = await loadPeerTls(config.of(GRPC), logger.child('peers'));
    const ring = config.of(RING);
    const kv = createKv({
      store: 'nats',
      config: config.of(NATS),
      clusterLabel: ring.cluster,
      clientName: instanceIdOf(ring),
      metrics: createKvMetrics(registry),
      logger: logger.child('kv'),
    });
    return new Cluster(parts, kv, tls);
  }

  /**
   * The ring of a role by the role's name; the same one each time. Followed while the process runs. Of a replicated ring several instances
   * hold the same, in different zones; of the others one owns each part.
   */
  ring(role: string, { isReplicated }: RingShape): RingReader {
    return this.#ring(role, isReplicated);
  }

  /** The rings that are followed, by role. */
  get followed(): ReadonlyMap<string, Ring> {
    return this.#byRole;
  }

  /** How many share a role's work, as the newest view of its ring tells. */
  shareOf(role: string, { isReplicated }: RingShape): (shard?: TenantShard) => RoleShare {
    const ring = this.#ring(role, isReplicated);
    return (shard) => {
      const view = shard === undefined ? ring.view() : ring.view().shardOf(shard.tenant, shard.size, shard.lookbackMs);
      const usable = view.instances.filter((instance) => view.isUsable(instance, 'write'));
      return { instanceCount: Math.max(1, usable.length), replicationFactor: view.replicationFactor };
    };
  }

  /** This process in the ring of a role; its service is the role's to start and stop. */
  join({ role, hasTokens, holdsData, isReplicated }: Membership): Lifecycler {
    const { config, logger, dataDir } = this.#parts;
    const options = config.of(RING);
    const shared = {
      ring: this.#ring(role, isReplicated),
      kv: this.kv,
      id: instanceIdOf(options),
      address: this.#address(),
      zone: options.zone,
      heartbeatPeriodMs: options.heartbeatPeriodMs,
      logger: logger.child('ring'),
    };
    const lifecycler = new Lifecycler({ ...shared, ...this.#lastingOf({ role, hasTokens, holdsData, isReplicated }, dataDir) });
    this.#members.push(lifecycler);
    return lifecycler;
  }

  /** What becomes of an entry when its process is gone: one with data waits for it, others go. */
  #lastingOf(membership: Membership, dataDir: string): Partial<LifecyclerSettings> & { tokenCount: number } {
    const { role, hasTokens, holdsData, isReplicated } = membership;
    const { tokens, unregisterOnShutdown, autoForgetTimeouts, minReadyDurationMs } = this.#parts.config.of(RING);
    const minReadyMs = isReplicated ? minReadyDurationMs : 0;
    const tokenFields = hasTokens ? { tokenCount: tokens, tokensFile: join(dataDir, `${role}-tokens.json`) } : { tokenCount: 0 };
    if (holdsData) return { ...tokenFields, holdsData, isUnregisteredOnStop: unregisterOnShutdown, minReadyMs };
    return { ...tokenFields, holdsData, isUnregisteredOnStop: true, autoForgetTimeouts, minReadyMs };
  }

  /** Declares the metrics of the rings that were asked for. Once, when all roles are open. */
  declareMetrics(): void {
    registerRingMetrics(this.#parts.registry, [...this.#byRole.values()]);
  }

  /** Why members of this process should not be sent requests yet, a line each. */
  notReadyReasons(): string[] {
    return this.#members.map((member) => member.notReadyReason()).filter((reason) => reason !== '');
  }

  /** Offers calls to other processes on the internal listener. Only before the process starts. */
  serve(service: PeerService): void {
    this.#served.push(service);
  }

  /** Ends connections. */
  async close(): Promise<void> {
    await this.transport.close();
    this.#tls?.close();
    await this.kv.close();
  }

  /** Connections to those that are gone end. */
  #retainClients(): void {
    const rings = [...this.#byRole.values()];
    this.transport.retain(new Set(rings.flatMap((ring) => ring.view().instances.map(({ address }) => address))));
  }

  #ring(role: string, isReplicated: boolean): Ring {
    const known = this.#byRole.get(role);
    if (known !== undefined) return known;
    const { config, logger } = this.#parts;
    const { replicationFactor, zoneAwarenessEnabled, heartbeatTimeoutMs, syncIntervalMs } = config.of(RING);
    const ring = new Ring({
      name: role,
      kv: this.kv,
      replicationFactor: isReplicated ? replicationFactor : 1,
      isZoneAware: isReplicated && zoneAwarenessEnabled,
      heartbeatTimeoutMs,
      syncIntervalMs,
      logger: logger.child('ring'),
    });
    this.#byRole.set(role, ring);
    return ring;
  }

  #address(): string {
    const { address } = this.#parts.config.of(RING);
    const { listenPort } = this.#parts.config.of(GRPC);
    // One that is no address was refused with the options.
    return address === '' ? `${hostname()}:${listenPort}` : advertisedAddress(address, listenPort)!;
  }

  async #listen(): Promise<void> {
    if (this.#served.length === 0) return;
    const { config, logger, registry } = this.#parts;
    const log = logger.child('peers');
    const { cluster } = config.of(RING);
    this.#server = new PeerServer(this.#served, peerServerOptions(config.of(GRPC), { log, cluster, registry, tls: this.#tls }));
    await this.#server.start();
  }
}
