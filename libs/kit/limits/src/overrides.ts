import { defaultLimits, type TenantLimits } from './tenant-limits.ts';

/** Hands out the limits of tenants. `L` is the slice that the consumer reads. */
export interface LimitsProvider<L = TenantLimits> {
  /**
   * Limits that hold for a tenant now. Always the same frozen object until the runtime file changes, so it may serve as a cache key;
   * don't keep it longer than a request. Cost: one map look-up.
   */
  forTenant(tenant: string): L;
}

/** Limits of all tenants: defaults, and complete objects for the tenants that the runtime file names. */
export class Overrides implements LimitsProvider {
  readonly #defaults: TenantLimits;
  #byTenant: ReadonlyMap<string, TenantLimits> = new Map();
  readonly #listeners = new Set<() => void>();

  constructor(defaults: TenantLimits = defaultLimits()) {
    this.#defaults = defaults;
  }

  forTenant(tenant: string): TenantLimits {
    return this.#byTenant.get(tenant) ?? this.#defaults;
  }

  /** Limits of a tenant that the file doesn't name. */
  get defaults(): TenantLimits {
    return this.#defaults;
  }

  /** Tenants with limits of their own. */
  get tenants(): Iterable<string> {
    return this.#byTenant.keys();
  }

  /** Puts new values in force, all at once: `byTenant` holds what differs from the defaults. */
  replace(byTenant: ReadonlyMap<string, Partial<TenantLimits>>): void {
    const next = new Map<string, TenantLimits>();
    for (const [tenant, own] of byTenant) next.set(tenant, Object.freeze({ ...this.#defaults, ...own }));
    this.#byTenant = next;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after every change; the returned function removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
