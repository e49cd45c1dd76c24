/** Time after which a sample counts for 1/e of what it counted when it came, ms. */
const DECAY_MS = 60_000;
/** Tenants whose rate is kept; the one that wrote longest ago goes first. */
const TENANTS_MAX = 100_000;

interface Meter {
  /** Samples, each weighed by its age. */
  weight: number;
  atMs: number;
}

/** Samples per second of every tenant, as an average that forgets exponentially. All operations are O(1). */
export class IngestionRates {
  readonly #nowMs: () => number;
  readonly #meters = new Map<string, Meter>();

  /** `nowMs` is a monotonic clock. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Counts samples that a tenant sent. */
  add(tenant: string, count: number): void {
    const atMs = this.#nowMs();
    const weight = this.#weightAt(tenant, atMs) + count;
    // To the end of the line.
    this.#meters.delete(tenant);
    this.#meters.set(tenant, { weight, atMs });
    if (this.#meters.size > TENANTS_MAX) this.#meters.delete(this.#meters.keys().next().value!);
  }

  /** Samples per second; 0 for a tenant that sent nothing for long. */
  rateOf(tenant: string): number {
    const rate = this.#weightAt(tenant, this.#nowMs()) / (DECAY_MS / 1000);
    return rate < 1e-6 ? 0 : rate;
  }

  #weightAt(tenant: string, atMs: number): number {
    const meter = this.#meters.get(tenant);
    return meter === undefined ? 0 : meter.weight * Math.exp((meter.atMs - atMs) / DECAY_MS);
  }
}
