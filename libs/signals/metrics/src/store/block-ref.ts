/** Where the files of a block are: a folder on this machine, or a prefix of the bucket (with its slash). */
export type BlockLocation =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'bucket'; readonly prefix: string; readonly indexHeaderPath: string };

/** A block that queries may read. Plain data: it crosses threads. Times in ms, the interval is [minTimeMs, maxTimeMs). */
export interface BlockRef {
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly location: BlockLocation;
}

/** Whether a block may hold samples of [fromMs, toMs] (both inclusive). */
export function overlaps(block: BlockRef, fromMs: number, toMs: number): boolean {
  return block.minTimeMs <= toMs && block.maxTimeMs > fromMs;
}
