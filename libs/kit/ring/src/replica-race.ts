import { TelamonError } from '@telamon/model';
import { type Clock, SYSTEM_CLOCK } from '@telamon/telemetry';
import type { Instance } from './instance.ts';
import type { ReplicaSet } from './ring-view.ts';

/** A read of so many replicas that together they hold everything. */
export interface ReplicaRead {
  /** From {@link RingView.allFor}. */
  readonly replicas: ReplicaSet;
  /** Ends the read; aborts with it what is under way. */
  readonly signal: AbortSignal;
  /** After this time without news, one more zone or instance is asked, ms; 0 asks all at once, undefined only after failures. */
  readonly hedgeAfterMs?: number;
  readonly clock?: Clock;
  /** 0 <= x < 1, decides who is asked first. Default Math.random. */
  readonly random?: () => number;
}

/** Asks one instance; must fail when the signal aborts. */
export type AskInstance = (instance: Instance, signal: AbortSignal) => Promise<void>;

/** Those who answer together or not at all: the instances of a zone, or a single one. */
interface Unit {
  readonly instances: readonly Instance[];
  readonly controller: AbortController;
  state: 'idle' | 'asked' | 'answered' | 'failed';
}

/**
 * Asks as few units as are needed, in random order; another one for each that fails, and for each time that nothing was heard for
 * too long. Ends when enough have answered, which aborts the others, or when too many have failed.
 */
export class ReplicaRace {
  readonly #read: ReplicaRead;
  readonly #ask: AskInstance;
  readonly #units: readonly Unit[];
  readonly #tolerated: number;
  readonly #errors: unknown[] = [];
  readonly #settled: Promise<void>;
  #settle: (error?: unknown) => void = () => {};
  #isOver = false;
  #cancelHedge = (): void => {};

  constructor(read: ReplicaRead, ask: AskInstance) {
    this.#read = read;
    this.#ask = ask;
    const { replicas } = read;
    this.#units = shuffled(unitsOf(replicas), read.random ?? Math.random);
    this.#tolerated = replicas.isZoneAware ? replicas.maxUnavailableZones : replicas.maxErrors;
    this.#settled = new Promise((resolve, reject) => {
      this.#settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
    });
    this.#settled.catch(() => {});
  }

  /** Whether a unit's answers count: it answered, or still may. Its replies may be dropped otherwise. */
  hasAnswered(instance: Instance): boolean {
    return this.#units.some((unit) => unit.state === 'answered' && unit.instances.includes(instance));
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when enough have answered. Rejects with what went wrong, or the signal's reason. Call it once. */
  async run(): Promise<void> {
    const { signal, hedgeAfterMs } = this.#read;
    const onAbort = (): void => this.#end(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const needed = Math.max(1, this.#units.length - this.#tolerated);
    const first = hedgeAfterMs === 0 ? this.#units.length : needed;
    for (let i = 0; i < first; i++) this.#askNext();
    if (this.#units.length === 0)
      this.#end(new TelamonError('no replica to read from', { id: 'ring-too-few-instances', status: 503 }));
    try {
      await this.#settled;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Starts the time without news anew; news is what comes while someone waits for it. */
  expectNews(): void {
    this.#cancelHedge();
    const { hedgeAfterMs, clock = SYSTEM_CLOCK } = this.#read;
    if (this.#isOver || hedgeAfterMs === undefined || hedgeAfterMs === 0) return;
    this.#cancelHedge = clock.setTimer(() => {
      this.#askNext();
      this.expectNews();
    }, hedgeAfterMs);
  }

  /** Stops the time without news, while nobody waits. */
  stopExpecting(): void {
    this.#cancelHedge();
  }

  /** Ends it: aborts whoever is still asked. */
  #end(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelHedge();
    this.#settle(error);
    for (const unit of this.#units) if (unit.state !== 'answered') unit.controller.abort(new Error('no longer needed'));
  }

  /** Ends it without a result, e.g. because nobody wants the rest. */
  abandon(): void {
    this.#end(new Error('abandoned'));
  }

  #askNext(): void {
    const unit = this.#units.find(({ state }) => state === 'idle');
    if (unit === undefined || this.#isOver) return;
    unit.state = 'asked';
    const asked = unit.instances.map((instance) => askSafely(this.#ask, instance, unit.controller.signal));
    Promise.all(asked).then(
      () => this.#onAnswered(unit),
      (error: unknown) => this.#onFailed(unit, error),
    );
  }

  #onAnswered(unit: Unit): void {
    if (this.#isOver) return;
    unit.state = 'answered';
    if (this.#count('answered') >= this.#units.length - this.#tolerated) this.#end();
  }

  #onFailed(unit: Unit, error: unknown): void {
    if (this.#isOver) return;
    unit.state = 'failed';
    unit.controller.abort(new Error('another instance of the zone failed'));
    this.#errors.push(error);
    if (this.#count('failed') > this.#tolerated) this.#end(this.#failure());
    else if (this.#count('answered') + this.#count('asked') < this.#units.length - this.#tolerated) this.#askNext();
  }

  #count(state: Unit['state']): number {
    return this.#units.reduce((count, unit) => count + (unit.state === state ? 1 : 0), 0);
  }

  /** What those who failed agree on, if it is the asker's mistake; else that too many failed. */
  #failure(): unknown {
    const mistakes = this.#errors.filter((error) => error instanceof TelamonError && error.status < 500 && !error.isRetryable);
    if (mistakes.length > this.#tolerated) return mistakes[0];
    const causes = this.#errors.slice(0, 3).map((error) => (error instanceof Error ? error.message : String(error)));
    const text = `too many replicas failed: ${causes.join('; ')}`;
    const cause = this.#errors.find((error) => !mistakes.includes(error as TelamonError)) ?? this.#errors[0];
    return new TelamonError(text, { id: 'replicas-no-quorum', status: 503, isRetryable: true, cause });
  }
}

async function askSafely(ask: AskInstance, instance: Instance, signal: AbortSignal): Promise<void> {
  await ask(instance, signal);
}

function unitsOf({ instances, isZoneAware }: ReplicaSet): Unit[] {
  const groups = new Map<string, Instance[]>();
  for (const instance of instances) {
    const key = isZoneAware ? instance.zone : instance.id;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups.values()].map((members) => ({ instances: members, controller: new AbortController(), state: 'idle' }));
}

function shuffled<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
  return items;
}
