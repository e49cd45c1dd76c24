import { LOST, outcomeOf, REFUSED, UNDECIDED, type WriteOutcomes } from './write-outcomes.ts';

/** What some items have in common. */
interface Fate {
  state: number;
  accepted: number;
  refused: number;
  /** Whether refusals named them. */
  isTold: boolean;
}

/**
 * {@link WriteOutcomes} of items that all go to the same replicas, so that every call is about all of them. Those that no replica named
 * share one fate; only what was refused by name has its own. Cost: O(items named).
 */
export class SharedOutcomes implements WriteOutcomes {
  readonly #count: number;
  readonly #quorum: number;
  readonly #tolerated: number;
  readonly #named = new Map<number, Fate>();
  readonly #others: Fate = { state: UNDECIDED, accepted: 0, refused: 0, isTold: false };
  #waiting: number;

  /** `tolerated` of the replicas may fail. */
  constructor(items: number, replicas: number, tolerated: number) {
    this.#count = items;
    this.#waiting = replicas;
    this.#quorum = replicas - tolerated;
    this.#tolerated = tolerated;
  }

  get hasUndecided(): boolean {
    return this.#some(({ state }) => state === UNDECIDED);
  }

  get hasLost(): boolean {
    return this.#some(({ state }) => state === LOST);
  }

  get hasUntoldRefusal(): boolean {
    return this.#some(({ state, isTold }) => state === REFUSED && !isTold);
  }

  accept(_items: readonly number[], refused: readonly number[]): void {
    for (const item of refused) {
      if (!this.#named.has(item)) this.#named.set(item, { ...this.#others });
    }
    const refusals = new Set(refused);
    this.#others.accepted++;
    for (const [item, fate] of this.#named) {
      if (refusals.has(item)) {
        fate.refused++;
        // Afterwards it no longer matters who said it.
        if (fate.state === UNDECIDED) fate.isTold = true;
      } else fate.accepted++;
    }
    this.#decide();
  }

  refuse(): void {
    this.#others.refused++;
    for (const fate of this.#named.values()) fate.refused++;
    this.#decide();
  }

  fail(): void {
    this.#decide();
  }

  refused(): ReadonlySet<number> {
    const items = new Set<number>();
    const areOthers = this.#others.state === REFUSED;
    if (!areOthers && this.#named.size === 0) return items;
    for (let item = 0; item < this.#count; item++) {
      const fate = this.#named.get(item) ?? this.#others;
      if (fate.state === REFUSED) items.add(item);
    }
    return items;
  }

  /** Whether something holds of an item. */
  #some(holds: (fate: Fate) => boolean): boolean {
    if (this.#named.size < this.#count && holds(this.#others)) return true;
    for (const fate of this.#named.values()) if (holds(fate)) return true;
    return false;
  }

  #decide(): void {
    this.#waiting--;
    this.#decideOne(this.#others);
    for (const fate of this.#named.values()) this.#decideOne(fate);
  }

  #decideOne(fate: Fate): void {
    if (fate.state !== UNDECIDED) return;
    fate.state = outcomeOf(this.#waiting, fate.accepted, fate.refused, this.#quorum, this.#tolerated);
  }
}
