import { LOST, outcomeOf, REFUSED, UNDECIDED, type WriteOutcomes } from './write-outcomes.ts';

/** Bytes of an item, and what they count. */
const STRIDE = 8;
const STATE = 0;
const WAITING = 1;
const QUORUM = 2;
const TOLERATED = 3;
const ACCEPTED_COUNT = 4;
const REFUSED_COUNT = 5;
/** Whether a refusal named the item. */
const TOLD = 6;

/** {@link WriteOutcomes} of items that go to different replicas: counts, each a byte; nothing is allocated for an item. */
export class ItemOutcomes implements WriteOutcomes {
  hasLost = false;
  hasUntoldRefusal = false;
  readonly #counts: Uint8Array;
  #undecided: number;
  #refused = 0;

  constructor(items: number) {
    this.#undecided = items;
    this.#counts = new Uint8Array(items * STRIDE);
  }

  get hasUndecided(): boolean {
    return this.#undecided > 0;
  }

  /** Says how many replicas (at most 255) an item has, and how many may fail. */
  expect(item: number, replicas: number, tolerated: number): void {
    const counts = this.#counts;
    const at = item * STRIDE;
    counts[at + WAITING] = replicas;
    counts[at + QUORUM] = replicas - tolerated;
    counts[at + TOLERATED] = tolerated;
  }

  accept(items: readonly number[], refused: readonly number[]): void {
    const counts = this.#counts;
    const refusals = refused.length === 0 ? undefined : new Set(refused);
    for (const item of items) {
      const at = item * STRIDE;
      if (refusals?.has(item) === true) {
        counts[at + REFUSED_COUNT]!++;
        counts[at + TOLD] = 1;
      } else counts[at + ACCEPTED_COUNT]!++;
      this.#decide(at);
    }
  }

  refuse(items: readonly number[]): void {
    for (const item of items) {
      this.#counts[item * STRIDE + REFUSED_COUNT]!++;
      this.#decide(item * STRIDE);
    }
  }

  fail(items: readonly number[]): void {
    for (const item of items) this.#decide(item * STRIDE);
  }

  refused(): ReadonlySet<number> {
    const items = new Set<number>();
    if (this.#refused === 0) return items;
    const counts = this.#counts;
    for (let at = 0; at < counts.length; at += STRIDE) if (counts[at + STATE] === REFUSED) items.add(at / STRIDE);
    return items;
  }

  #decide(at: number): void {
    const counts = this.#counts;
    const waiting = --counts[at + WAITING]!;
    if (counts[at + STATE] !== UNDECIDED) return;
    const accepted = counts[at + ACCEPTED_COUNT]!;
    const refused = counts[at + REFUSED_COUNT]!;
    const state = outcomeOf(waiting, accepted, refused, counts[at + QUORUM]!, counts[at + TOLERATED]!);
    if (state === UNDECIDED) return;
    counts[at + STATE] = state;
    this.#undecided--;
    if (state === LOST) this.hasLost = true;
    if (state !== REFUSED) return;
    this.#refused++;
    if (counts[at + TOLD] === 0) this.hasUntoldRefusal = true;
  }
}
