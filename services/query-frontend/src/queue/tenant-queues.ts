/** What waits, and whose it is. */
export interface Queued {
  readonly tenant: string;
}

/**
 * One queue for each tenant, first in, first out within a tenant, round robin among them: a tenant with a hundred requests waiting
 * delays one with a single request by one turn. Memory of a tenant without requests is given back.
 */
export class TenantQueues<T extends Queued> {
  /** In the order of the turns. */
  readonly #byTenant = new Map<string, T[]>();
  #size = 0;

  /** Everything that waits. */
  get size(): number {
    return this.#size;
  }

  /** What waits of one tenant. */
  sizeOf(tenant: string): number {
    return this.#byTenant.get(tenant)?.length ?? 0;
  }

  /** Puts an entry behind those of its tenant. */
  push(entry: T): void {
    const waiting = this.#byTenant.get(entry.tenant);
    if (waiting) waiting.push(entry);
    else this.#byTenant.set(entry.tenant, [entry]);
    this.#size++;
  }

  /** Takes an entry out; false when it does not wait. Cost: linear in what waits of the tenant. */
  remove(entry: T): boolean {
    const waiting = this.#byTenant.get(entry.tenant);
    const at = waiting?.indexOf(entry) ?? -1;
    if (!waiting || at < 0) return false;
    waiting.splice(at, 1);
    this.#size--;
    if (waiting.length === 0) this.#byTenant.delete(entry.tenant);
    return true;
  }

  /**
   * Goes round the tenants once, starting with the one whose turn it is: takes the first entry of each that `accepts` says yes to
   * (and must then serve). Those that got something go to the end of the line. Returns what was taken.
   */
  takeRound(accepts: (entry: T) => boolean): T[] {
    const taken: T[] = [];
    for (const [tenant, waiting] of [...this.#byTenant]) {
      const entry = waiting[0]!;
      if (!accepts(entry)) continue;
      waiting.shift();
      this.#size--;
      this.#byTenant.delete(tenant);
      if (waiting.length > 0) this.#byTenant.set(tenant, waiting);
      taken.push(entry);
    }
    return taken;
  }

  /** Takes everything out. */
  drain(): T[] {
    const all = [...this.#byTenant.values()].flat();
    this.#byTenant.clear();
    this.#size = 0;
    return all;
  }
}
