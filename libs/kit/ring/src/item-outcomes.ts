/**
 * What became of each item at its replicas, as counts. After every answer an item is one of:
 *
 * ```
 *               accepted >= quorum ─────────────► stored
 *  undecided ── refused > tolerated ────────────► refused
 *               neither can still happen ───────► lost
 * ```
 * where quorum = replicas - tolerated. All counts are bytes in arrays: nothing is allocated for an item.
 */
export class ItemOutcomes {
  /** Items that may still become anything. */
  undecided: number;
  /** Items that have no quorum of either. */
  lost = 0;
  /** Whether an item was refused only because whole calls were. */
  hasUntoldRefusal = false;
  readonly #state: Uint8Array;
  readonly #waiting: Uint8Array;
  readonly #quorum: Uint8Array;
  readonly #tolerated: Uint8Array;
  readonly #accepted: Uint8Array;
  readonly #refused: Uint8Array;
  /** Refusals that named the item. */
  readonly #told: Uint8Array;

  constructor(items: number) {
    this.undecided = items;
    this.#state = new Uint8Array(items);
    this.#waiting = new Uint8Array(items);
    this.#quorum = new Uint8Array(items);
    this.#tolerated = new Uint8Array(items);
    this.#accepted = new Uint8Array(items);
    this.#refused = new Uint8Array(items);
    this.#told = new Uint8Array(items);
  }

  /** Says how many replicas (at most 255) an item has, and how many may fail. */
  expect(item: number, replicas: number, tolerated: number): void {
    this.#waiting[item] = replicas;
    this.#quorum[item] = replicas - tolerated;
    this.#tolerated[item] = tolerated;
  }

  /** A replica took these items but for some, which it refused. */
  accept(items: readonly number[], refused: readonly number[]): void {
    const refusals = refused.length === 0 ? undefined : new Set(refused);
    for (const item of items) {
      if (refusals?.has(item) === true) {
        this.#refused[item]!++;
        this.#told[item] = 1;
      } else this.#accepted[item]!++;
      this.#decide(item);
    }
  }

  /** A replica refused a whole call. */
  refuse(items: readonly number[]): void {
    for (const item of items) {
      this.#refused[item]!++;
      this.#decide(item);
    }
  }

  /** It is not known what a replica did. */
  fail(items: readonly number[]): void {
    for (const item of items) this.#decide(item);
  }

  /** The refused items. Cost: O(items). */
  refused(): ReadonlySet<number> {
    const items = new Set<number>();
    this.#state.forEach((state, item) => {
      if (state === REFUSED) items.add(item);
    });
    return items;
  }

  #decide(item: number): void {
    const waiting = --this.#waiting[item]!;
    if (this.#state[item] !== UNDECIDED) return;
    const accepted = this.#accepted[item]!;
    const refused = this.#refused[item]!;
    if (accepted >= this.#quorum[item]!) this.#state[item] = STORED;
    else if (refused > this.#tolerated[item]!) this.#state[item] = REFUSED;
    else if (accepted + waiting >= this.#quorum[item]! || refused + waiting > this.#tolerated[item]!) return;
    else {
      this.#state[item] = LOST;
      this.lost++;
    }
    if (this.#state[item] === REFUSED && this.#told[item] === 0) this.hasUntoldRefusal = true;
    this.undecided--;
  }
}

const UNDECIDED = 0;
const STORED = 1;
const REFUSED = 2;
const LOST = 3;
