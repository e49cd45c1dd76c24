import type { StepRange } from '@telamon/contract';
import type { Extent } from './extents.ts';

/** A piece of a range, in the order of time: known, or to be asked for. */
export type Piece =
  | { readonly kind: 'known'; readonly range: StepRange; readonly extent: Extent }
  | { readonly kind: 'missing'; readonly range: StepRange };

/** Lays extents over a range. The pieces are adjacent and cover it; every extent must lie on the grid of the step. */
export function coverRange(range: StepRange, extents: readonly Extent[]): Piece[] {
  const { stepMs } = range;
  const pieces: Piece[] = [];
  let atMs = range.fromMs;
  for (const extent of sorted(extents)) {
    if (atMs > range.toMs) break;
    if (extent.toMs < atMs || extent.fromMs > range.toMs) continue;
    if (extent.fromMs > atMs) {
      pieces.push({ kind: 'missing', range: { fromMs: atMs, toMs: extent.fromMs - stepMs, stepMs } });
      atMs = extent.fromMs;
    }
    const toMs = Math.min(extent.toMs, range.toMs);
    pieces.push({ kind: 'known', range: { fromMs: atMs, toMs, stepMs }, extent });
    atMs = toMs + stepMs;
  }
  if (atMs <= range.toMs) pieces.push({ kind: 'missing', range: { fromMs: atMs, toMs: range.toMs, stepMs } });
  return pieces;
}

function sorted(extents: readonly Extent[]): readonly Extent[] {
  return [...extents].sort((a, b) => a.fromMs - b.fromMs || b.toMs - a.toMs);
}
