import type { ChunkPlace } from './closed-chunks.ts';
import type { HeadState } from './head-state.ts';
import { F_CHUNK_MIN_TIME, F_LAST_TIME, W_CLOSED_FIRST, W_SLOT } from './series-rows.ts';

/** A chunk of a series: its bytes, or where they have to be read from. */
export interface HeadChunk {
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  bytes: Uint8Array | undefined;
  readonly place: ChunkPlace | undefined;
}

/** Which chunks of a series are wanted. */
export interface ChunkWish {
  readonly fromMs: number;
  /** Inclusive. */
  readonly toMs: number;
  /** true: the bytes of open chunks are copied, so that they outlast the turn of the event loop. */
  readonly isKept: boolean;
}

/** The chunks of a series that overlap a time range, ascending by mint; late ones may overlap the others. */
export function chunksOf(state: HeadState, ref: number, wish: ChunkWish): HeadChunk[] {
  const chunks: HeadChunk[] = [];
  const { closed, rows } = state;
  for (let id = rows.word(ref, W_CLOSED_FIRST); id !== 0; id = closed.next(id)) addClosed(state, id, wish, chunks);
  const add = (chunk: { encoding: number; minTimeMs: number; maxTimeMs: number; bytes: Uint8Array }): void => {
    if (chunk.maxTimeMs < wish.fromMs || chunk.minTimeMs > wish.toMs) return;
    const { encoding, minTimeMs, maxTimeMs, bytes } = chunk;
    chunks.push({ encoding, minTimeMs, maxTimeMs, bytes: wish.isKept ? bytes.slice() : bytes, place: undefined });
  };
  if (rows.word(ref, W_SLOT) !== 0) add(state.openFloats(ref));
  const histograms = state.histograms.get(ref)?.view();
  if (histograms !== undefined) add(histograms);
  const late = state.late.get(ref);
  if (late === undefined) return chunks;
  const inOrder = chunks.length;
  for (const id of late.chunks) addClosed(state, id, wish, chunks);
  late.encode(add);
  // Of two samples at one time the in-order one shall win, so it stands first among equals.
  if (chunks.length > inOrder) chunks.sort((a, b) => a.minTimeMs - b.minTimeMs);
  return chunks;
}

/** Whether {@link chunksOf} would find any. Reads and copies nothing. Late samples still in the buffer count as one chunk. */
export function hasChunks(state: HeadState, ref: number, fromMs: number, toMs: number): boolean {
  const { closed, rows } = state;
  const isInside = (id: number): boolean => closed.maxTimeMs(id) >= fromMs && closed.minTimeMs(id) <= toMs;
  const hasFloats = rows.word(ref, W_SLOT) !== 0;
  if (hasFloats && rows.float(ref, F_LAST_TIME) >= fromMs && rows.float(ref, F_CHUNK_MIN_TIME) <= toMs) return true;
  for (let id = rows.word(ref, W_CLOSED_FIRST); id !== 0; id = closed.next(id)) if (isInside(id)) return true;
  const histograms = state.histograms.get(ref)?.view();
  if (histograms !== undefined && histograms.maxTimeMs >= fromMs && histograms.minTimeMs <= toMs) return true;
  const late = state.late.get(ref);
  if (late === undefined) return false;
  const [firstMs, lastMs] = late.bufferedRange;
  return (lastMs >= fromMs && firstMs <= toMs) || late.chunks.some(isInside);
}

/** Reads the bytes of chunks that are not in memory, many at once. */
export async function loadChunks(state: HeadState, chunks: readonly HeadChunk[]): Promise<void> {
  const missing = chunks.filter((chunk) => chunk.bytes === undefined);
  if (missing.length === 0) return;
  const bytes = await state.spill.read(missing.map((chunk) => chunk.place!));
  missing.forEach((chunk, index) => {
    chunk.bytes = bytes[index]!;
  });
}

function addClosed(state: HeadState, id: number, wish: ChunkWish, into: HeadChunk[]): void {
  const { closed } = state;
  if (closed.maxTimeMs(id) < wish.fromMs || closed.minTimeMs(id) > wish.toMs) return;
  const chunk = closed.get(id);
  const { encoding, minTimeMs, maxTimeMs } = chunk;
  into.push({ encoding, minTimeMs, maxTimeMs, bytes: undefined, place: chunk });
}
