import type { KvEntry, KvStore } from '@telamon/kv';
import { createService, type Service, type ServiceScope } from '@telamon/lifecycle';
import { TelamonError } from '@telamon/model';
import { type Clock, type Logger, SYSTEM_CLOCK, sleep } from '@telamon/telemetry';
import { AttentiveClock } from './attentive-clock.ts';
import { describeRing, type RingRow } from './describe-ring.ts';
import type { Instance } from './instance.ts';
import { encodeInstance, type InstanceEntry, RINGS_PREFIX, ringKey } from './instance-codec.ts';
import { RingMembers } from './ring-members.ts';
import { RingTopology } from './ring-topology.ts';
import type { RingReader, RingView } from './ring-view.ts';
import { SnapshotView } from './snapshot-view.ts';

/** Settings of a {@link Ring}. */
export interface RingSettings {
  /** One segment of a key: `ingester`. */
  readonly name: string;
  readonly kv: KvStore;
  readonly replicationFactor: number;
  readonly isZoneAware: boolean;
  /** Age from which on a heartbeat no longer proves life, ms. */
  readonly heartbeatTimeoutMs: number;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Time between two full reads of the store, ms, at random up to a fifth more. Default 10,000. */
  readonly syncIntervalMs?: number;
}

const SYNC_INTERVAL_MS = 10_000;
/** Longest time between two looks at who is silent. */
const TICK_MS_MAX = 1000;
/** Of the heartbeat time-out: silence of everyone, in all rings, that is the store's. More than a period, which is half of it at most. */
const QUIET_SHARE = 0.6;
/** Changes that come within this time make one new view. */
const SETTLE_MS = 20;

/** Gone since a full read began: what it tells of these keys may be older. */
type Removals = Map<string, number>;

/**
 * A ring that follows its store: by a watch, and by a full read now and then, as watches lag or miss deletions after a failure.
 * While the store is away, or lets nobody write, the last view serves, and nobody's silence counts. The service runs once the ring was
 * read in full for the first time; until then the view is empty.
 */
export class Ring implements RingReader {
  readonly name: string;
  readonly isZoneAware: boolean;
  readonly heartbeatTimeoutMs: number;
  readonly service: Service;
  readonly #settings: RingSettings;
  readonly #clock: Clock;
  readonly #members: RingMembers;
  readonly #attentive: AttentiveClock;
  readonly #listeners = new Set<() => void>();
  #view: SnapshotView;
  #removals: Removals | undefined;
  /** Keys that went away, until it is clear what else went with them. */
  readonly #gone = new Map<string, number>();
  #cancelSettle: (() => void) | undefined;
  #isStopped = false;

  constructor(settings: RingSettings) {
    this.#settings = settings;
    this.name = settings.name;
    this.isZoneAware = settings.isZoneAware;
    this.heartbeatTimeoutMs = settings.heartbeatTimeoutMs;
    this.#clock = settings.clock ?? SYSTEM_CLOCK;
    const tickMs = Math.min(TICK_MS_MAX, settings.heartbeatTimeoutMs / 10);
    const quietMs = settings.heartbeatTimeoutMs * QUIET_SHARE;
    this.#attentive = new AttentiveClock(this.#clock, { quietMs, maxStepMs: tickMs * 3 });
    this.#members = new RingMembers({
      heartbeatTimeoutMs: settings.heartbeatTimeoutMs,
      nowMs: () => this.#clock.nowMs(),
      attendedMs: () => this.#attentive.nowMs(),
      onBadEntry: (id, error) => settings.logger.warn('bad entry in the ring', { ring: this.name, instance: id, error }),
    });
    this.#view = this.#snapshot(undefined);
    this.service = createService({
      name: `${settings.name}-ring`,
      timers: this.#clock,
      onTaskError: (error) => settings.logger.warn('ring could not be read', { ring: this.name, error }),
      start: (signal, scope) => this.#start(signal, scope, tickMs),
    });
  }

  /** Never waits. Heartbeats of its instances may be old: only what matters to look-ups makes a new view. */
  view(): RingView {
    return this.#view;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What the store last said of an instance, heartbeats included. */
  entryOf(id: string): InstanceEntry | undefined {
    return this.#members.all.get(id)?.entry;
  }

  /** How long an instance has been silent while it could have been heard, ms; undefined when it is not known. */
  silentMs(id: string): number | undefined {
    const member = this.#members.all.get(id);
    return member === undefined ? undefined : this.#members.silentMs(member);
  }

  /** Number of entries that could not be read so far. */
  get badEntries(): number {
    return this.#members.badEntries;
  }

  /** Rows of the ring's page, heartbeats of now. */
  rows(): RingRow[] {
    return describeRing(this.#snapshot(this.#view.topology), { nowMs: this.#clock.nowMs(), isZoneAware: this.isZoneAware });
  }

  /**
   * Removes an instance that is gone for good. TelamonError 404 when it is not known, 409 when it is alive (it would register
   * again), 503 when the store does not answer. What only it held is lost.
   */
  async forget(id: string): Promise<void> {
    const member = this.#members.all.get(id);
    if (member === undefined) throw new TelamonError(`there is no instance ${id} in the ring ${this.name}`, { status: 404 });
    if (this.#members.isAlive(member)) {
      throw new TelamonError(`instance ${id} of the ring ${this.name} is alive: stop it first`, {
        status: 409,
        id: 'ring-instance-alive',
      });
    }
    const { kv } = this.#settings;
    const key = ringKey(this.name, id);
    // Of a member that went with a wiped store everyone is told by a key that comes and goes.
    const revision = member.isVanished ? await kv.put(key, encodeInstance(member.entry)) : member.revision;
    await kv.delete(key, revision);
    this.#settings.logger.info('instance forgotten', { ring: this.name, instance: id });
  }

  async #start(signal: AbortSignal, scope: ServiceScope, tickMs: number): Promise<void> {
    const { kv, syncIntervalMs = SYNC_INTERVAL_MS } = this.#settings;
    const own = `${ringKey(this.name)}.`;
    const unwatch = kv.watch(RINGS_PREFIX, ({ key, value, revision }) => {
      // Other rings' heartbeats prove, too, that this one's could be heard.
      this.#attentive.heard();
      if (key.startsWith(own)) this.#take(key, value, revision);
    });
    scope.defer(() => {
      this.#isStopped = true;
      unwatch();
      this.#cancelSettle?.();
    });
    try {
      await this.#readFirst(signal, Math.min(1000, syncIntervalMs));
    } catch (error) {
      unwatch();
      throw error;
    }
    this.#rebuild();
    scope.every(syncIntervalMs, (aborted) => this.#sync(aborted), { jitter: 0.2 });
    scope.every(tickMs, () => this.#tick());
  }

  async #readFirst(signal: AbortSignal, pauseMs: number): Promise<void> {
    for (;;) {
      try {
        return await this.#sync(signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#settings.logger.warn('ring could not be read, trying again', { ring: this.name, error });
      }
      await sleep(this.#clock, pauseMs, signal);
    }
  }

  /** Reads everything; what is missing is gone, unless it came or changed meanwhile. */
  async #sync(signal: AbortSignal): Promise<void> {
    const before = new Map([...this.#members.all].map(([id, { revision }]) => [id, revision]));
    const removals: Removals = new Map();
    this.#removals = removals;
    const entries = await this.#settings.kv.list(ringKey(this.name), { signal });
    this.#removals = undefined;
    const present = new Set<string>();
    for (const entry of entries) {
      present.add(this.#idOf(entry.key));
      if (!isRemovedSince(removals, entry)) this.#take(entry.key, entry.value, entry.revision);
    }
    for (const [id, revision] of before) {
      if (!present.has(id) && this.#members.all.get(id)?.revision === revision)
        this.#take(ringKey(this.name, id), undefined, revision);
    }
  }

  #take(key: string, value: Uint8Array | undefined, revision: number): void {
    const id = this.#idOf(key);
    if (value === undefined) {
      this.#removals?.set(key, revision);
      if (this.#members.all.get(id)?.isVanished !== false) return;
      this.#gone.set(id, revision);
      this.#scheduleRebuild();
      return;
    }
    const taken = this.#members.take(id, value, revision);
    if (taken !== 'ignored') this.#gone.delete(id);
    if (taken === 'changed') this.#scheduleRebuild();
  }

  #idOf(key: string): string {
    return key.slice(ringKey(this.name).length + 1);
  }

  #tick(): void {
    const health = this.#healthOf(this.#view.instances);
    if (health.some((alive, i) => alive !== this.#view.health[i])) this.#rebuild();
  }

  #scheduleRebuild(): void {
    if (this.#isStopped) return;
    this.#cancelSettle ??= this.#clock.setTimer(() => this.#rebuild(), SETTLE_MS);
  }

  #rebuild(): void {
    this.#cancelSettle?.();
    this.#cancelSettle = undefined;
    this.#members.remove(this.#gone);
    this.#gone.clear();
    this.#view = this.#snapshot(this.#view.topology);
    for (const listener of [...this.#listeners]) listener();
  }

  #snapshot(previous: RingTopology | undefined): SnapshotView {
    const entries = [...this.#members.all.values()].map(({ entry }) => entry);
    const topology = RingTopology.of(entries, this.isZoneAware, previous);
    const instances = topology.instances.map(({ id }) => this.#members.all.get(id)!.entry);
    return new SnapshotView({
      topology,
      instances,
      health: this.#healthOf(instances),
      replicationFactor: this.#settings.replicationFactor,
      nowMs: () => this.#clock.nowMs(),
    });
  }

  #healthOf(instances: readonly Instance[]): Uint8Array {
    return Uint8Array.from(instances, ({ id }) => {
      const member = this.#members.all.get(id);
      return member !== undefined && this.#members.isAlive(member) ? 1 : 0;
    });
  }
}

function isRemovedSince(removals: Removals, entry: KvEntry): boolean {
  return (removals.get(entry.key) ?? -1) >= entry.revision;
}
