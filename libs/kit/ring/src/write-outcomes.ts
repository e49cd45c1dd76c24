/** An item that may still become anything; see {@link WriteOutcomes} for all of these. */
export const UNDECIDED = 0;
/** A quorum took it. */
export const STORED = 1;
/** So many refused it that no quorum is left. */
export const REFUSED = 2;
/** It has no quorum of either. */
export const LOST = 3;

/**
 * What became of each item of a write at its replicas. After every answer an item is one of:
 *
 * ```
 *               accepted >= quorum ─────────────► stored
 *  undecided ── refused > tolerated ────────────► refused
 *               neither can still happen ───────► lost
 * ```
 * where quorum = replicas - tolerated.
 */
export interface WriteOutcomes {
  /** Whether some item may still become anything. */
  readonly hasUndecided: boolean;
  /** Whether some item has no quorum of either. */
  readonly hasLost: boolean;
  /** Whether an item was refused only because whole calls were. */
  readonly hasUntoldRefusal: boolean;
  /** A replica took these items but for some, which it refused. */
  accept(items: readonly number[], refused: readonly number[]): void;
  /** A replica refused a whole call. */
  refuse(items: readonly number[]): void;
  /** It is not known what a replica did. */
  fail(items: readonly number[]): void;
  /** The refused items. Cost: O(items) when there may be some. */
  refused(): ReadonlySet<number>;
}

/** What an item has become whose replicas answered so; `waiting` have not answered. */
export function outcomeOf(waiting: number, accepted: number, refused: number, quorum: number, tolerated: number): number {
  if (accepted >= quorum) return STORED;
  if (refused > tolerated) return REFUSED;
  return accepted + waiting >= quorum || refused + waiting > tolerated ? UNDECIDED : LOST;
}
