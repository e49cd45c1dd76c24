import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReplicaBatch, ReplicaWriter } from '@telamon/contract';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { createRingView, type Instance, type RingView, writeToReplicas } from '@telamon/ring';
import { GrpcTransport, InProcessTransport, PeerServer, type PeerService, type PeerTransport } from '@telamon/rpc';
import { MemoryLogFiles } from '@telamon/wal';
import { type DumpedSample, dumpHead } from '../head/dump-head.ts';
import { HeadStore } from '../head-store.ts';
import type { MetricsAppender } from '../receive/metrics-appender.ts';
import { headLastSample } from '../receive/otlp/head-last-sample.ts';
import type { LastSampleOf } from '../receive/otlp/last-sample.ts';
import { SeriesPreparers } from '../receive/series-preparers.ts';
import { T0 } from './appender-conformance.ts';
import { metricsPushHandler } from './push-handler.ts';
import { METRICS_PUSH, RingAppender } from './ring-appender.ts';

const SERVICE = 'telamon.v1.Ingester';
const nothing = async (): Promise<void> => {};
const NO_BLOCKS = { open: nothing, maintain: nothing, flush: nothing, untilReadElsewhere: nothing };
/** Errors that no one expected are shown. */
const QUIET = { info: (): void => {}, warn: (): void => {}, error: (...all: unknown[]): void => console.error(...all) };
const TOKENS_EACH = 64;

/** The heads of one ingester, with a log in memory. */
export class HeadBed {
  readonly store: HeadStore;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    const log = { files: new MemoryLogFiles() };
    const now = (): number => T0 + 3_600_000;
    const directories = { logDirectory: join(root, 'wal'), chunkDirectory: join(root, 'head') };
    this.store = new HeadStore({ ...directories, log, now }, NO_BLOCKS);
  }

  static async open(): Promise<HeadBed> {
    const bed = new HeadBed(await mkdtemp(join(tmpdir(), 'ring-bed-')));
    await bed.store.open(new AbortController().signal);
    return bed;
  }

  /** All samples of a tenant by series. */
  async dump(tenant = 't'): Promise<Map<string, DumpedSample[]>> {
    const head = this.store.find(tenant);
    return head === undefined ? new Map() : await dumpHead(head);
  }

  /** Exemplars and metadata of a tenant, as texts in order. */
  async dumpRest(tenant = 't'): Promise<string[]> {
    const head = this.store.find(tenant);
    if (head === undefined) return [];
    const metadata = [...head.state.metadata.entries()].map(([name, all]) => `${name} ${JSON.stringify(all)}`);
    const { count } = head.state.exemplars;
    return (count === 0 ? metadata : [...metadata, `${count} exemplars`]).sort();
  }

  lastSamples(tenant: string): LastSampleOf {
    return headLastSample(this.store.find(tenant));
  }

  async close(): Promise<void> {
    await this.store.close();
    await rm(this.#root, { recursive: true });
  }
}

/** One process that writes to its own heads. */
export class DirectBed {
  readonly appender: MetricsAppender;
  readonly heads: HeadBed;

  private constructor(heads: HeadBed) {
    this.heads = heads;
    this.appender = heads.store;
  }

  static async open(): Promise<DirectBed> {
    return new DirectBed(await HeadBed.open());
  }

  setLimits(): void {}

  lastSamplesOf(tenant: string): LastSampleOf {
    return this.heads.lastSamples(tenant);
  }

  dump(tenant?: string): Promise<Map<string, DumpedSample[]>> {
    return this.heads.dump(tenant);
  }

  close(): Promise<void> {
    return this.heads.close();
  }
}

/** Settings of a {@link RingBed}. */
export interface RingBedOptions {
  readonly ingesters: number;
  readonly isGrpc?: boolean;
}

/** A distributor and its ingesters, each series at three of them, called within the process or over gRPC. */
export class RingBed implements ReplicaWriter {
  readonly appender: RingAppender;
  readonly ingesters: readonly HeadBed[];
  /** What the ingester of a number throws instead of taking anything. */
  readonly faults: Map<number, Error> = new Map();
  readonly #transport: PeerTransport;
  readonly #servers: readonly PeerServer[];
  readonly #view: RingView;
  #limits: TenantLimits = defaultLimits();
  /** Resolves when no call is under way. */
  settled: Promise<unknown> = Promise.resolve();

  private constructor(ingesters: readonly HeadBed[], transport: PeerTransport, servers: readonly PeerServer[]) {
    this.ingesters = ingesters;
    this.#transport = transport;
    this.#servers = servers;
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    const instances = ingesters.map((_, i) => instanceOf(i, addresses[i] ?? `in-process-${i}`));
    const rules = { replicationFactor: 3, isZoneAware: false, heartbeatTimeoutMs: 60_000, nowMs: 0 };
    this.#view = createRingView(instances, rules);
    this.appender = new RingAppender({ writer: this, limitsOf: () => this.#limits, accumulatesDeltas: true });
  }

  static async open({ ingesters: count, isGrpc = false }: RingBedOptions): Promise<RingBed> {
    const ingesters = await Promise.all(Array.from({ length: count }, () => HeadBed.open()));
    const servers: PeerServer[] = [];
    let bed: RingBed | undefined;
    const services = ingesters.map(({ store }, i): PeerService => {
      const push = metricsPushHandler({
        appender: store,
        limitsOf: () => bed!.#limits,
        preparers: new SeriesPreparers(),
        lastSamplesOf: (tenant) => headLastSample(store.find(tenant)),
        share: () => ({ instanceCount: count, replicationFactor: 3 }),
        hashSeed: 7,
      });
      const faulty: typeof push = async (message, call) => {
        const fault = bed!.faults.get(i);
        if (fault !== undefined) throw fault;
        return await push(message, call);
      };
      return { name: SERVICE, unary: { [METRICS_PUSH]: faulty } };
    });
    if (!isGrpc) {
      const transport = new InProcessTransport({ log: QUIET });
      for (const [i, service] of services.entries()) transport.register(`in-process-${i}`, [service]);
      bed = new RingBed(ingesters, transport, servers);
      return bed;
    }
    for (const service of services) {
      const server = new PeerServer([service], { address: '127.0.0.1', port: 0, log: QUIET });
      await server.start();
      servers.push(server);
    }
    bed = new RingBed(ingesters, new GrpcTransport(), servers);
    return bed;
  }

  setLimits(limits: TenantLimits): void {
    this.#limits = limits;
  }

  /** Nobody asks at the distributor. */
  lastSamplesOf(): LastSampleOf {
    return () => {
      throw new Error('the distributor has no samples');
    };
  }

  async write(tenant: string, method: string, batch: ReplicaBatch): Promise<ReadonlySet<number>> {
    const calls: Promise<unknown>[] = [];
    const call = async ({ address }: Instance, items: readonly number[]): Promise<readonly number[]> => {
      const reply = this.#transport.client(address).unary(`/${SERVICE}/${method}`, batch.encode(items), { tenant });
      calls.push(reply.catch(() => undefined));
      return batch.readReply(await reply, items);
    };
    const written = writeToReplicas({ view: this.#view, tokens: batch.tokens, call, timeoutMs: 10_000 });
    this.settled = Promise.all([this.settled, ...calls]);
    return await written;
  }

  /**
   * All samples of a tenant by series. Throws when a series is not at exactly `replicas` ingesters, or two of them do not hold
   * the same.
   */
  async dump(tenant = 't', replicas = 3): Promise<Map<string, DumpedSample[]>> {
    await this.settled;
    const all = new Map<string, { text: string; samples: DumpedSample[]; holders: number }>();
    for (const ingester of this.ingesters) {
      for (const [name, samples] of await ingester.dump(tenant)) {
        const text = JSON.stringify(samples);
        const held = all.get(name);
        if (held === undefined) all.set(name, { text, samples, holders: 1 });
        else if (held.text === text) held.holders++;
        else throw new Error(`ingesters differ about ${name}: ${held.text} and ${text}`);
      }
    }
    for (const [name, { holders }] of all) if (holders !== replicas) throw new Error(`${name} is at ${holders} ingesters`);
    return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { samples }]) => [name, samples]));
  }

  async close(): Promise<void> {
    await this.settled;
    await this.#transport.close();
    for (const server of this.#servers) await server.stop(0);
    await Promise.all(this.ingesters.map((ingester) => ingester.close()));
  }
}

/** What an ingester that is not there throws. */
export function downError(): TelamonError {
  return new TelamonError('the ingester is starting or stopping', { status: 503, isRetryable: true });
}

function instanceOf(number: number, address: string): Instance {
  const step = Math.floor(2 ** 32 / TOKENS_EACH);
  const tokens = Array.from({ length: TOKENS_EACH }, (_, i) => (i * step + Math.imul(number + 1, 0x9e3779b1 + i * 977)) >>> 0);
  return {
    id: `ingester-${number}`,
    address,
    zone: '',
    state: 'active',
    tokens: Uint32Array.from(new Set(tokens)).sort(),
    heartbeatMs: 0,
    registeredMs: 0,
    readOnlyChangedMs: 0,
    features: [],
  };
}
