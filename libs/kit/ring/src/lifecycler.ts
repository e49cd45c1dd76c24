import { randomBytes } from 'node:crypto';
import type { KvStore } from '@telamon/kv';
import { createService, type Service, type ServiceScope } from '@telamon/lifecycle';
import { type Clock, type Logger, SYSTEM_CLOCK, sleep } from '@telamon/telemetry';
import { chooseTokens, losesTokens } from './choose-tokens.ts';
import type { Instance, InstanceState } from './instance.ts';
import { type InstanceEntry, isInstanceId, isZone } from './instance-codec.ts';
import { InstanceIdTakenError, OwnEntry } from './own-entry.ts';
import type { Ring } from './ring.ts';
import { readTokensFile, writeTokensFile } from './tokens-file.ts';

/** Settings of a {@link Lifecycler}. */
export interface LifecyclerSettings {
  /** The ring to join; its service must run before this one starts. */
  readonly ring: Ring;
  readonly kv: KvStore;
  readonly id: string;
  /** `host:port` at which others reach this process. */
  readonly address: string;
  /** '' where zones are not used. */
  readonly zone: string;
  readonly features?: readonly string[];
  /** 0 for rings without tokens. */
  readonly tokenCount: number;
  /** Keeps tokens over a loss of the store; '' for none. */
  readonly tokensFile?: string;
  /**
   * Whether data that only this instance holds outlives a restart. If so it comes back as `leaving`, which readers wait for;
   * otherwise as `joining`. Default true.
   */
  readonly holdsData?: boolean;
  readonly heartbeatPeriodMs: number;
  /** Time that it must be active before it is ready, ms. */
  readonly minReadyMs?: number;
  /** Whether the entry goes when the service stops. Default false: it stays as `leaving`, with its tokens. */
  readonly isUnregisteredOnStop?: boolean;
  /** Removes others that were silent for so many heartbeat time-outs; 0, the default, never does. Only for rings without data. */
  readonly autoForgetTimeouts?: number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Bounds of the wait for one write to the store, ms; between them it is as long as the time between heartbeats. */
const WRITE_TIMEOUT_MS_MIN = 1000;
const WRITE_TIMEOUT_MS_MAX = 5000;
/** Share of the period by which heartbeats vary. */
const JITTER = 0.1;

/**
 * This process in a ring. The service's start takes the id and registers; {@link activate} is for the role to call when it is ready
 * to serve; {@link leave} when it begins to stop; the service's end, after the role's, ends the heartbeats. A store that is away
 * delays a start, never ends what runs. The service fails with {@link InstanceIdTakenError} when another process has the id.
 */
export class Lifecycler {
  readonly service: Service;
  /** Whether the entry goes when the service stops; `prepare-shutdown` sets it. */
  isUnregisteredOnStop: boolean;
  readonly #settings: LifecyclerSettings;
  readonly #clock: Clock;
  readonly #own: OwnEntry;
  readonly #stopped = new AbortController();
  #entry: InstanceEntry;
  /** What the service becomes when activated: it may have been read-only before. */
  #activeState: 'active' | 'readonly' = 'active';
  #activeSinceMs: number | undefined;
  #isLeaving = false;
  #wasHeard = true;

  constructor(settings: LifecyclerSettings) {
    const { id, address, zone, features = [], ring, kv } = settings;
    if (!isInstanceId(id)) throw new Error(`bad instance id '${id}': letters, digits, - and _, at most 128`);
    if (!isZone(zone)) throw new Error(`bad zone '${zone}': letters, digits, -, _, . and /, at most 128`);
    if (ring.isZoneAware && zone === '') throw new Error(`the ring ${ring.name} is zone-aware, but instance ${id} has no zone`);
    this.#settings = settings;
    this.#clock = settings.clock ?? SYSTEM_CLOCK;
    this.isUnregisteredOnStop = settings.isUnregisteredOnStop ?? false;
    const incarnation = randomBytes(12).toString('base64url');
    const timeoutMs = Math.max(WRITE_TIMEOUT_MS_MIN, Math.min(WRITE_TIMEOUT_MS_MAX, settings.heartbeatPeriodMs));
    this.#own = new OwnEntry({ kv, ring: ring.name, timeoutMs }, id, incarnation);
    this.#entry = {
      ...{ id, address, zone, features, incarnation, state: 'pending', tokens: new Uint32Array(0) },
      ...{ heartbeatMs: 0, registeredMs: 0, readOnlyChangedMs: 0, startedMs: this.#nowMs() },
    };
    this.service = createService({
      name: `${ring.name}-lifecycler`,
      timers: this.#clock,
      start: (signal, scope) => this.#start(signal, scope),
      stop: () => this.#stop(),
    });
  }

  /** This instance as it last told the ring. */
  get instance(): Instance {
    return this.#entry;
  }

  /** From `joining` or `leaving` to `active`, or to `readonly` if it was that before. Waits while the store is away. */
  async activate(signal?: AbortSignal): Promise<void> {
    if (this.service.state !== 'running') throw new Error(`${this.service.name} is ${this.service.state}`);
    if (this.#isLeaving) throw new Error(`instance ${this.#entry.id} leaves already`);
    const ending = this.#ending(signal);
    if (this.#entry.state === 'joining') await this.#settleTokens(ending);
    await this.#tell({ state: this.#activeState }, ending);
    this.#activeSinceMs = this.#clock.monotonicMs();
  }

  /**
   * Takes no writes any more, if it was active. Heartbeats go on until the service stops. Does not throw: when the store does not
   * answer, others find out by the calls that are refused.
   */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    this.#activeSinceMs = undefined;
    if (this.#entry.state !== 'active') return;
    this.#change({ state: 'leaving' });
    await this.#publish().catch((error: unknown) => this.#warn('could not tell the ring that the instance leaves', error));
  }

  /** Takes no writes (but answers reads), or takes them again. Waits while the store is away. Legal before {@link activate}. */
  async setReadOnly(isReadOnly: boolean, signal?: AbortSignal): Promise<void> {
    const state = isReadOnly ? 'readonly' : 'active';
    if (this.#activeState === state) return;
    this.#activeState = state;
    const isServing = this.#entry.state === 'active' || this.#entry.state === 'readonly';
    await this.#tell({ readOnlyChangedMs: this.#nowMs(), ...(isServing ? { state } : {}) }, this.#ending(signal));
  }

  /** Why this instance should not be sent requests yet; '' when it may. */
  notReadyReason(): string {
    const { ring, minReadyMs = 0 } = this.#settings;
    const { id, state } = this.#entry;
    if (this.#activeSinceMs === undefined) return `instance ${id} of the ring ${ring.name} is ${state}`;
    if (ring.entryOf(id) === undefined) return `instance ${id} is not seen in the ring ${ring.name}`;
    const leftMs = this.#activeSinceMs + minReadyMs - this.#clock.monotonicMs();
    return leftMs > 0
      ? `instance ${id} of the ring ${ring.name} waits ${Math.ceil(leftMs / 1000)} s more before it is ready`
      : '';
  }

  async #start(signal: AbortSignal, scope: ServiceScope): Promise<void> {
    const ending = this.#ending(signal);
    const kept = await this.#readTokens();
    const previous = await this.#persist(() => this.#own.read(ending), ending);
    if (previous?.entry !== undefined) await this.#awaitSilence(previous.entry, ending);
    this.#takeUp(previous?.entry, kept);
    await this.#tell({}, ending);
    if (this.#entry.state === 'pending' && this.#settings.tokenCount > 0) await this.#join(ending);
    else await this.#keepTokens();
    scope.every(this.#settings.heartbeatPeriodMs * (1 - JITTER), () => this.#beat(), { jitter: 2 * JITTER });
  }

  async #readTokens(): Promise<Uint32Array | undefined | 'damaged'> {
    const { tokensFile = '' } = this.#settings;
    if (tokensFile === '') return undefined;
    try {
      return await readTokensFile(tokensFile);
    } catch (error) {
      this.#warn('the tokens file cannot be read; tokens are taken from the ring or chosen anew', error);
      return 'damaged';
    }
  }

  /**
   * Another process used this id. If that lives it sends heartbeats, which are waited for; but not at our own address, where only
   * one process can listen, nor when they are long overdue.
   */
  async #awaitSilence(previous: InstanceEntry, signal: AbortSignal): Promise<void> {
    const { ring, heartbeatPeriodMs, address } = this.#settings;
    if (previous.address === address || this.#nowMs() - previous.heartbeatMs > ring.heartbeatTimeoutMs) return;
    const looks = 8;
    for (let look = 0; look < looks; look++) {
      await sleep(this.#clock, (heartbeatPeriodMs * 2) / looks, signal);
      const now = await this.#persist(() => this.#own.read(signal), signal);
      if (now?.entry === undefined) return;
      if (now.entry.heartbeatMs !== previous.heartbeatMs) throw new InstanceIdTakenError(ring.name, now.entry);
    }
  }

  /**
   * Continues what an earlier process of this id was. Without an entry the ring has forgotten this instance, and others may have
   * taken its place in shards: it counts as registered now, so that reads that look back ask them too.
   */
  #takeUp(previous: InstanceEntry | undefined, kept: Uint32Array | undefined | 'damaged'): void {
    const { tokenCount, holdsData = true, ring } = this.#settings;
    const known = kept === 'damaged' || kept === undefined ? previous?.tokens : kept;
    const tokens = known !== undefined && known.length === tokenCount ? known : new Uint32Array(0);
    if (previous?.state === 'readonly') this.#activeState = 'readonly';
    const isBack = tokens.length > 0 || kept === 'damaged' || (previous !== undefined && previous.tokens.length > 0);
    const restarted: InstanceState = holdsData ? this.#comeBackAs(previous) : 'joining';
    this.#change({
      tokens: tokens.length > 0 || !isBack ? tokens : this.#chosenTokens(),
      state: isBack ? restarted : 'pending',
      registeredMs: previous?.registeredMs || this.#nowMs(),
      readOnlyChangedMs: previous?.readOnlyChangedMs ?? 0,
    });
    if (isBack) this.#log('instance is back in the ring', { ring: ring.name, state: this.#entry.state });
  }

  /** Read-only instances stay that: it excludes them from shards, and takes no writes either. */
  #comeBackAs(previous: InstanceEntry | undefined): InstanceState {
    return previous?.state === 'readonly' ? 'readonly' : 'leaving';
  }

  async #join(signal: AbortSignal): Promise<void> {
    this.#change({ tokens: this.#chosenTokens(), state: 'joining' });
    await this.#keepTokens();
    await this.#tell({}, signal);
    this.#log('instance joins the ring', { ring: this.#settings.ring.name, tokens: this.#entry.tokens.length });
  }

  #chosenTokens(): Uint32Array {
    const { ring, tokenCount, id, zone } = this.#settings;
    return chooseTokens({ id, zone, isZoneAware: ring.isZoneAware, count: tokenCount, instances: ring.view().instances });
  }

  /** Waits until the ring shows this instance; if another one that joined at the same time has one of its tokens, takes others. */
  async #settleTokens(signal: AbortSignal): Promise<void> {
    const { ring, id } = this.#settings;
    const pauseMs = Math.max(10, Math.min(200, this.#settings.heartbeatPeriodMs / 10));
    for (;;) {
      const seen = ring.view().instances.find((instance) => instance.id === id);
      const isSeen = seen !== undefined && seen.tokens.length === this.#entry.tokens.length && seen.state === 'joining';
      if (isSeen && !losesTokens(this.#entry, ring.isZoneAware, ring.view().instances)) return;
      if (isSeen) {
        this.#change({ tokens: this.#chosenTokens() });
        await this.#keepTokens();
        await this.#tell({}, signal);
      }
      await sleep(this.#clock, pauseMs, signal);
    }
  }

  async #keepTokens(): Promise<void> {
    const { tokensFile = '' } = this.#settings;
    const { tokens } = this.#entry;
    if (tokensFile !== '' && tokens.length > 0) await writeTokensFile(tokensFile, tokens);
  }

  async #beat(): Promise<void> {
    try {
      await this.#publish();
      if (!this.#wasHeard) this.#log('the ring hears heartbeats again', { ring: this.#settings.ring.name });
      this.#wasHeard = true;
    } catch (error) {
      if (error instanceof InstanceIdTakenError) {
        if (this.#isLeaving) return;
        throw this.#fail(error);
      }
      if (this.#wasHeard) this.#warn('the ring does not hear heartbeats', error);
      this.#wasHeard = false;
      return;
    }
    await this.#forgetSilent();
  }

  async #forgetSilent(): Promise<void> {
    const { ring, autoForgetTimeouts = 0 } = this.#settings;
    if (autoForgetTimeouts <= 0) return;
    for (const { id } of ring.view().instances) {
      if (id === this.#entry.id || (ring.silentMs(id) ?? 0) <= autoForgetTimeouts * ring.heartbeatTimeoutMs) continue;
      // Another instance may have done it, or the silent one came back: both are fine.
      await ring.forget(id).catch((error: unknown) => this.#warn(`could not forget instance ${id}`, error));
    }
  }

  async #stop(): Promise<void> {
    const name = this.#settings.ring.name;
    await this.leave();
    this.#stopped.abort(new Error(`${this.service.name} stops`));
    if (!this.isUnregisteredOnStop) return;
    await this.#own.remove().then(
      () => this.#log('instance unregistered from the ring', { ring: name }),
      (error: unknown) => this.#warn('could not unregister; forget the instance by hand', error),
    );
  }

  /** Changes the entry and writes it, again and again while the store is away. */
  async #tell(change: Partial<InstanceEntry>, signal: AbortSignal): Promise<void> {
    this.#change(change);
    await this.#persist(() => this.#publish(signal), signal);
  }

  async #persist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof InstanceIdTakenError) throw this.#fail(error);
        this.#warn('the ring cannot be reached, trying again', error);
      }
      await sleep(this.#clock, Math.min(1000, this.#settings.heartbeatPeriodMs), signal);
    }
  }

  #publish(signal?: AbortSignal): Promise<void> {
    return this.#own.write(() => {
      this.#change({ heartbeatMs: this.#nowMs() });
      return this.#entry;
    }, signal);
  }

  #fail(error: InstanceIdTakenError): InstanceIdTakenError {
    this.#activeSinceMs = undefined;
    this.#settings.logger.error('instance id is taken', { ring: this.#settings.ring.name, instance: this.#entry.id, error });
    return error;
  }

  /** Aborts with the service or with the given signal. */
  #ending(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#stopped.signal : AbortSignal.any([signal, this.#stopped.signal]);
  }

  #change(change: Partial<InstanceEntry>): void {
    this.#entry = { ...this.#entry, ...change };
  }

  #nowMs(): number {
    return Math.floor(this.#clock.nowMs());
  }

  #log(message: string, fields: Record<string, unknown>): void {
    this.#settings.logger.info(message, { instance: this.#entry.id, ...fields });
  }

  #warn(message: string, error: unknown): void {
    this.#settings.logger.warn(message, { ring: this.#settings.ring.name, instance: this.#entry.id, error });
  }
}
