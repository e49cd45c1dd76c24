import { compareUtf8 } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import { sortInSlices } from '../head/sort-in-slices.ts';

/** Characters of one part, about: far below what a message may have. */
const PART_CHARS = 256 * 1024;
/** Bytes of a text beside its characters in a message, about. */
const TEXT_OVERHEAD = 4;
const SLICE_MS = 10;
/** Texts between two looks at the clock. */
const TEXTS_PER_LOOK = 256;

/** Splits texts, in their order, into parts that fit into messages. A single longer text is a part of its own. */
export function* textParts(texts: readonly string[]): IterableIterator<string[]> {
  let part: string[] = [];
  let size = 0;
  for (const text of texts) {
    part.push(text);
    size += text.length + TEXT_OVERHEAD;
    if (size < PART_CHARS) continue;
    yield part;
    part = [];
    size = 0;
  }
  if (part.length > 0) yield part;
}

/** The distinct texts of parts, sorted bytewise, at most `limit` (0 = all). Does not hold the event loop. */
export async function uniteTexts(parts: AsyncIterable<readonly string[]>, limit: number, signal: AbortSignal): Promise<string[]> {
  const found = new Set<string>();
  const slice = new TimeSlice(SLICE_MS, signal);
  for await (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      found.add(part[i]!);
      const pause = i % TEXTS_PER_LOOK === 0 ? slice.pause() : undefined;
      if (pause !== undefined) await pause;
    }
  }
  const sorted = await sortInSlices([...found], compareUtf8, slice);
  return limit > 0 ? sorted.slice(0, limit) : sorted;
}
