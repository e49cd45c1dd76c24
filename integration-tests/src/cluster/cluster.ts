import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { S3Store } from '../harness/block-store.ts';
import { freePort, type Usage } from '../harness/child-server.ts';
import { post } from '../harness/http-exchange.ts';
import { scratchFolder } from '../harness/repository.ts';
import { type ClusterLayout, FULL_LAYOUT, membersOf } from './cluster-layout.ts';
import { ClusterMember } from './cluster-member.ts';
import { FaultProxy } from './fault-proxy.ts';
import { Gateway } from './gateway.ts';
import { MountedKey } from './mounted-key.ts';
import { NatsServers } from './nats-servers.ts';
import { S3FaultProxy } from './s3-fault-proxy.ts';
import { ownerOfPort } from './socket-owner.ts';

/** What a cluster is started with. */
export interface ClusterOptions {
  /** Names the scratch folder. */
  readonly name: string;
  /** Paths of the real servers. */
  readonly natsProgram: string;
  readonly seaweedProgram: string;
  readonly layout?: ClusterLayout;
  /** Flags for every member, as `--name=value`. */
  readonly flags?: readonly string[];
  /** Flags for the members of one role. */
  readonly flagsOf?: Readonly<Record<string, readonly string[]>>;
  /** Ports of the entries; free ones when not given. */
  readonly writePort?: number;
  readonly queryPort?: number;
  /** Whether processes call each other without a proxy in between, for measurements. Default false. */
  readonly isDirect?: boolean;
  /** 0 <= x < 1; for faults by chance. */
  readonly random?: () => number;
  /** Whether disks and clocks of members can be harmed. */
  readonly isHarmable?: boolean;
}

interface ClusterParts {
  readonly folder: string;
  readonly nats: NatsServers;
  readonly store: S3Store;
  readonly s3: S3FaultProxy;
}

/**
 * Every role as processes of their own on loopback, with real NATS servers and a real S3 store. Whatever a member is called for by
 * others goes through a proxy of its own, which can do harm to everyone or to one caller; so do NATS and S3.
 */
export class Cluster {
  readonly folder: string;
  readonly members: Map<string, ClusterMember> = new Map();
  /** Proxies by the name of who is called: a member, `nats-0` ..., `s3`, and the entries `write` and `query`. */
  readonly proxies: Map<string, FaultProxy> = new Map();
  readonly nats: NatsServers;
  readonly store: S3Store;
  /** Does harm to single requests to the bucket, behind the proxy `s3`. */
  readonly s3: S3FaultProxy;
  /** The key that members have to the bucket. */
  readonly key: MountedKey;
  /** Whether nginx is the gateway, in words. */
  gatewayNote = 'gateway: nginx with the configuration of the chart';
  readonly #options: ClusterOptions;
  /** Ports that requests to the entries go to; none before the members are ready. */
  readonly #entries: { write: readonly number[]; query: readonly number[] } = { write: [], query: [] };
  #gateway: Gateway | undefined;

  private constructor(options: ClusterOptions, parts: ClusterParts) {
    this.#options = options;
    this.folder = parts.folder;
    this.nats = parts.nats;
    this.store = parts.store;
    this.s3 = parts.s3;
    this.key = new MountedKey(join(parts.folder, 's3-key'));
  }

  /** Starts everything and waits until every member is ready. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = scratchFolder(options.name);
    const layout = options.layout ?? FULL_LAYOUT;
    const [nats, store] = await Promise.all([
      NatsServers.start(options.natsProgram, layout.natsServers, folder),
      S3Store.onSeaweedFs(options.seaweedProgram),
    ]);
    const s3 = await S3FaultProxy.start({
      targetPort: Number(new URL(store.endpoint).port),
      random: options.random ?? Math.random,
    });
    const cluster = new Cluster(options, { folder, nats, store, s3 });
    try {
      await cluster.#open(layout);
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  /** A member by name; an unknown one is an error of the test. */
  member(name: string): ClusterMember {
    const member = this.members.get(name);
    if (member === undefined) throw new Error(`no member ${name}; there are ${[...this.members.keys()].join(', ')}`);
    return member;
  }

  /** The members of a role, of one zone if given. */
  ofRole(role: string, zone?: string): ClusterMember[] {
    return [...this.members.values()].filter(({ plan }) => plan.role === role && (zone === undefined || plan.zone === zone));
  }

  /** Base URL that takes writes. */
  get writeBase(): string {
    return `http://127.0.0.1:${this.proxies.get('write')!.port}`;
  }

  /** Whether requests to the entries pass nginx; else a proxy of the tests, which knows nothing of requests, stands there. */
  get hasGateway(): boolean {
    return this.#gateway !== undefined;
  }

  /** Base URL that takes queries. */
  get queryBase(): string {
    return `http://127.0.0.1:${this.proxies.get('query')!.port}`;
  }

  /** Nothing goes wrong on any way, disk or clock any more. */
  heal(): void {
    for (const proxy of this.proxies.values()) proxy.heal();
    this.s3.heal();
    for (const member of this.members.values()) {
      member.failDisk(undefined);
      member.skewClock(0);
    }
  }

  /** Adds a member to the running cluster and waits until it is ready. */
  async add(name: string, role: string, zone = ''): Promise<ClusterMember> {
    const member = await this.#prepare({ name, role, zone });
    member.start();
    await member.ready();
    return member;
  }

  /** Takes a member out for good: prepares it, stops it, and forgets it here. Gives its exit code. */
  async remove(member: ClusterMember): Promise<number | undefined> {
    await post(member.url('metrics'), '/ingester/prepare-shutdown');
    const code = await member.stop();
    await this.drop(member);
    return code;
  }

  /** Forgets a member that is dead for good, here alone. */
  async drop(member: ClusterMember): Promise<void> {
    this.members.delete(member.name);
    await this.proxies.get(member.name)?.close();
    this.proxies.delete(member.name);
  }

  /** CPU time and memory of all members of a role (all members when not given). */
  usage(role?: string): Usage {
    const all = [...this.members.values()].filter(
      (member) => member.isRunning() && (role === undefined || member.plan.role === role),
    );
    const each = all.map((member) => member.usage());
    return {
      cpuMs: each.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      residentBytes: each.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    };
  }

  /** SIGTERM to everything that runs, those first that take requests; gives the names of those that did not end with 0. */
  async drain(): Promise<string[]> {
    const failed: string[] = [];
    await this.#gateway?.stop();
    for (const role of ['distributor', 'query-frontend', 'querier', 'store-gateway', 'compactor', 'ingester']) {
      await Promise.all(
        this.ofRole(role).map(async (member) => {
          if (member.isRunning() && (await member.stop()) !== 0) failed.push(member.name);
        }),
      );
    }
    return failed;
  }

  /** Ends everything at once and removes the folder, unless its logs and data shall stay for a look. */
  async dispose({ isFolderKept = false }: { readonly isFolderKept?: boolean } = {}): Promise<void> {
    await Promise.all([...this.members.values()].map((member) => member.kill()));
    await Promise.all([...this.proxies.values()].map((proxy) => proxy.close()));
    await this.#gateway?.kill();
    await this.nats.killAll();
    await this.s3.close();
    await this.store.dispose();
    if (!isFolderKept) rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #open(layout: ClusterLayout): Promise<void> {
    // First, as they may be taken.
    const { writePort, queryPort } = this.#options;
    await this.#addProxy('write', () => this.#entries.write, writePort);
    await this.#addProxy('query', () => this.#entries.query, queryPort);
    for (const [i, port] of this.nats.ports.entries()) await this.#addProxy(`nats-${i}`, () => [port]);
    await this.#addProxy('s3', () => [this.s3.port]);
    for (const plan of membersOf(layout)) await this.#prepare(plan);
    for (const member of this.members.values()) member.start();
    await Promise.all([...this.members.values()].map((member) => member.ready()));
    const endpoints = {
      distributors: await this.#addEndpoints('distributor'),
      queryFrontends: await this.#addEndpoints('query-frontend'),
    };
    const gateway = await Gateway.start(endpoints, join(this.folder, 'gateway'));
    if (typeof gateway === 'string') this.gatewayNote = `gateway: ${gateway}; a proxy of the tests stands in for it`;
    else this.#gateway = gateway;
    this.#entries.write = typeof gateway === 'string' ? endpoints.distributors : [gateway.port];
    this.#entries.query = typeof gateway === 'string' ? endpoints.queryFrontends : [gateway.port];
  }

  /** An address for each member of a role that takes no connections while the member is not ready, as behind a Service. Gives the ports. */
  async #addEndpoints(role: string): Promise<number[]> {
    const ports: number[] = [];
    for (const member of this.ofRole(role)) {
      const proxy = await this.#addProxy(`endpoint-${member.name}`, () => [Number(new URL(member.url('metrics')).port)]);
      member.onReadyChange = (isReady) => proxy.setListening(isReady);
      ports.push(proxy.port);
    }
    return ports;
  }

  async #prepare(plan: { readonly name: string; readonly role: string; readonly zone: string }): Promise<ClusterMember> {
    const grpcPort = await freePort();
    const proxy = await this.#addProxy(plan.name, () => [grpcPort]);
    const folder = join(this.folder, plan.name);
    mkdirSync(folder, { recursive: true });
    const natsUrls = this.nats.ports.map((_port, i) => `nats://127.0.0.1:${this.proxies.get(`nats-${i}`)!.port}`);
    const { isDirect = false } = this.#options;
    const s3Host = isDirect ? new URL(this.store.endpoint).host : `127.0.0.1:${this.proxies.get('s3')!.port}`;
    const flags = [
      `--http.metrics-listen-port=${plan.role === 'distributor' || plan.role === 'query-frontend' ? await freePort() : 0}`,
      '--admin.listen-port=0',
      ...(plan.role === 'distributor' ? ['--otlp.grpc-listen-port=0', '--otlp.http-listen-port=0'] : []),
      `--grpc.listen-port=${grpcPort}`,
      '--ring.store=nats',
      `--ring.address=127.0.0.1:${isDirect ? grpcPort : proxy.port}`,
      `--nats.url=${natsUrls.join(',')}`,
      `--nats.replicas=${this.nats.ports.length}`,
      ...this.store.flagsVia(s3Host, [`--blocks-storage.s3.credentials-path=${this.key.folder}`]),
      ...(this.#options.flags ?? []),
      ...(this.#options.flagsOf?.[plan.role] ?? []),
    ];
    const isHarmable = this.#options.isHarmable ?? false;
    const member = new ClusterMember({ plan, folder, flags, env: this.store.env, isHarmable });
    this.members.set(plan.name, member);
    return member;
  }

  async #addProxy(name: string, targetPorts: () => readonly number[], port?: number): Promise<FaultProxy> {
    const proxy = await FaultProxy.start({
      ...(port === undefined ? {} : { port }),
      targetPorts,
      // Looking the caller up costs; who calls matters between members and for NATS.
      sourceOf: /^(s3|write|query|endpoint-.*)$/.test(name) ? undefined : (client) => this.#nameOfCaller(client),
      random: this.#options.random ?? Math.random,
    });
    this.proxies.set(name, proxy);
    return proxy;
  }

  #nameOfCaller(port: number): string {
    const byPid = new Map([...this.members.values()].filter((member) => member.isRunning()).map(({ pid, name }) => [pid, name]));
    const owner = ownerOfPort(port, byPid.keys());
    return (owner === undefined ? undefined : byPid.get(owner)) ?? '';
  }
}
