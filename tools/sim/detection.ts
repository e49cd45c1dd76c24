import { InProcessKv } from '@telamon/kv';
import { CircuitBreakers, encodeInstance, type Instance, Ring, ringKey, writeToReplicas } from '@telamon/ring';
import { createSilentLogger, FakeClock } from '@telamon/telemetry';
import { checked, type Finding, measured } from './finding.ts';
import type { SimModel } from './model.ts';

const PERIOD_MS = 5000;
const TIMEOUT_MS = 60_000;
const STEP_MS = 100;
/** Items of the write that one distributor makes in each step. */
const ITEMS = 300;
const CALL_TIMEOUT_MS = 2000;
/** 10 % failures of at least 100 calls in a minute open a breaker for 10 s. */
const BREAKER = { failureShare: 0.1, minCalls: 100, windowMs: 60_000, cooldownMs: 10_000, trialCalls: 5 };

/** How long a dead ingester is noticed by whom. */
export async function detectionFindings(model: SimModel): Promise<Finding[]> {
  const killed = await watchDeath(model, 'refuses');
  const holed = await watchDeath(model, 'swallows');
  return [...describeDeath('killed', killed), ...describeDeath('blackholed', holed)];
}

interface Death {
  writes: number;
  failedWrites: number;
  /** Longest wait for an acknowledgement, ms. */
  slowestMs: number;
  callsToDead: number;
  breakerMs: number;
  ringMs: number;
}

function describeDeath(how: string, death: Death): Finding[] {
  const ringTarget = `${(TIMEOUT_MS - 1.1 * PERIOD_MS) / 1000} to ${(TIMEOUT_MS + 2000) / 1000} s`;
  const isInTime = death.ringMs >= TIMEOUT_MS - 1.1 * PERIOD_MS && death.ringMs <= TIMEOUT_MS + 2000;
  return [
    checked(`one ingester ${how}: writes that failed`, `${death.failedWrites} of ${death.writes}`, '0', death.failedWrites === 0),
    measured('  longest wait of a write for it', `${death.slowestMs} ms of virtual time`),
    measured(
      '  its circuit breaker opened after',
      `${death.breakerMs / 1000} s, ${death.callsToDead} calls (one distributor, ${ITEMS * (1000 / STEP_MS)} series/s)`,
    ),
    checked('  out of the ring after', `${death.ringMs / 1000} s`, ringTarget, isInTime),
  ];
}

/** Runs a ring and a distributor on a virtual clock, stops one ingester in the middle, and goes on until the ring has noticed. */
async function watchDeath(model: SimModel, mode: 'refuses' | 'swallows'): Promise<Death> {
  const clock = new FakeClock();
  const world = new World(model, clock);
  await world.start();
  const dead = model.instances[model.random.nextU32() % model.instances.length]!;
  for (let i = 0; i < 20; i++) await world.step();
  const death: Death = { writes: 0, failedWrites: 0, slowestMs: 0, callsToDead: 0, breakerMs: -1, ringMs: -1 };
  const breakers = new CircuitBreakers({ ...BREAKER, clock });
  world.dead = dead.id;
  const diedMs = clock.nowMs();
  while (death.ringMs < 0 && clock.nowMs() - diedMs < 2 * TIMEOUT_MS) {
    void write({ world, breakers, clock, death, mode });
    await world.step();
    if (death.breakerMs < 0 && breakers.isOpen(dead.id)) death.breakerMs = Math.round(clock.nowMs() - diedMs);
    if (!world.ring.view().isUsable(dead, 'write')) death.ringMs = Math.round(clock.nowMs() - diedMs);
  }
  await clock.advance(CALL_TIMEOUT_MS);
  await world.stop();
  return death;
}

interface WriteRequest {
  readonly world: World;
  readonly breakers: CircuitBreakers;
  readonly clock: FakeClock;
  readonly death: Death;
  readonly mode: 'refuses' | 'swallows';
}

async function write({ world, breakers, clock, death, mode }: WriteRequest): Promise<void> {
  const startedMs = clock.nowMs();
  const send = async (instance: Instance, signal: AbortSignal): Promise<readonly number[]> => {
    if (instance.id !== world.dead) return [];
    death.callsToDead++;
    if (mode === 'refuses') throw new Error('connection refused');
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  };
  const call = (instance: Instance, _: readonly number[], signal: AbortSignal): Promise<readonly number[]> =>
    breakers.run(instance.id, () => send(instance, signal), signal);
  death.writes++;
  await writeToReplicas({ view: world.ring.view(), tokens: world.someTokens(), call, timeoutMs: CALL_TIMEOUT_MS, clock }).catch(
    () => {
      death.failedWrites++;
    },
  );
  death.slowestMs = Math.max(death.slowestMs, clock.nowMs() - startedMs);
}

/** Ingesters that do nothing but send heartbeats, and the ring as a distributor sees it. */
class World {
  readonly ring: Ring;
  dead = '';
  readonly #model: SimModel;
  readonly #clock: FakeClock;
  readonly #kv = new InProcessKv();
  readonly #nextBeatMs: Float64Array;

  constructor(model: SimModel, clock: FakeClock) {
    this.#model = model;
    this.#clock = clock;
    const settings = { name: 'ingester', kv: this.#kv, replicationFactor: 3, isZoneAware: true, heartbeatTimeoutMs: TIMEOUT_MS };
    this.ring = new Ring({ ...settings, logger: createSilentLogger(), clock });
    this.#nextBeatMs = Float64Array.from(model.instances, () => clock.nowMs() + (model.random.nextU32() % PERIOD_MS));
  }

  async start(): Promise<void> {
    for (const instance of this.#model.instances) await this.#beat(instance);
    this.ring.service.start();
    await this.ring.service.untilRunning();
  }

  /** Lets some time pass in which the living send what is due. */
  async step(): Promise<void> {
    const now = this.#clock.nowMs();
    for (const [i, instance] of this.#model.instances.entries()) {
      if (this.#nextBeatMs[i]! > now || instance.id === this.dead) continue;
      this.#nextBeatMs[i]! += PERIOD_MS * (0.9 + (this.#model.random.nextU32() % 1000) / 5000);
      await this.#beat(instance);
    }
    await this.#clock.advance(STEP_MS);
  }

  someTokens(): Uint32Array {
    return Uint32Array.from({ length: ITEMS }, () => this.#model.random.nextU32());
  }

  async stop(): Promise<void> {
    this.ring.service.stop();
    await this.ring.service.untilTerminated();
    await this.#kv.close();
  }

  async #beat(instance: Instance): Promise<void> {
    const entry = { ...instance, heartbeatMs: Math.floor(this.#clock.nowMs()), incarnation: 'sim', startedMs: 1 };
    await this.#kv.put(ringKey('ingester', instance.id), encodeInstance(entry));
  }
}
