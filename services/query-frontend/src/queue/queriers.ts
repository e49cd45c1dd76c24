import type { QuerierLink } from './querier-link.ts';

interface Querier {
  readonly ready: Set<QuerierLink>;
  readonly busy: Set<QuerierLink>;
}

/** The queriers that are connected, and which of their links take a request now. */
export class Queriers {
  readonly #byId = new Map<string, Querier>();

  /** Ids of all that are connected. */
  get ids(): readonly string[] {
    return [...this.#byId.keys()];
  }

  /** A link takes requests (again). */
  ready(link: QuerierLink): void {
    let querier = this.#byId.get(link.querierId);
    if (querier === undefined) {
      querier = { ready: new Set(), busy: new Set() };
      this.#byId.set(link.querierId, querier);
    }
    querier.busy.delete(link);
    querier.ready.add(link);
  }

  /** A link is gone. */
  remove(link: QuerierLink): void {
    const querier = this.#byId.get(link.querierId);
    querier?.ready.delete(link);
    querier?.busy.delete(link);
    if (querier?.ready.size === 0 && querier.busy.size === 0) this.#byId.delete(link.querierId);
  }

  /**
   * Takes a link of the least busy querier that is allowed and has the feature; the caller sends on it at once. undefined when none is ready.
   * Cost: linear in queriers.
   */
  take(feature: string, isAllowed: (querierId: string) => boolean): QuerierLink | undefined {
    let best: Querier | undefined;
    for (const [id, querier] of this.#byId) {
      const isBetter = querier.ready.size > 0 && (best === undefined || querier.busy.size < best.busy.size);
      if (isBetter && canDo(querier, feature) && isAllowed(id)) best = querier;
    }
    if (best === undefined) return undefined;
    const [link] = best.ready;
    best.ready.delete(link!);
    best.busy.add(link!);
    return link;
  }

  /** Whether there are queriers, and all can do something beyond the first version. */
  allHave(feature: string): boolean {
    return this.#byId.size > 0 && [...this.#byId.values()].every((querier) => canDo(querier, feature));
  }

  /** Whether any link is ready. */
  get hasReady(): boolean {
    for (const { ready } of this.#byId.values()) if (ready.size > 0) return true;
    return false;
  }
}

/** All links of a querier say the same. */
function canDo({ ready, busy }: Querier, feature: string): boolean {
  const [link] = ready.size > 0 ? ready : busy;
  return link!.has(feature);
}
