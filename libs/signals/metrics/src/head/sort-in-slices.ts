import type { TimeSlice } from '@telamon/telemetry';

const RUN = 2048;
const STEPS = 256;

/** Sorts an array, stably, without holding the event loop: short runs at once, then merges in slices. Returns a new array. */
export async function sortInSlices<T>(items: readonly T[], compare: (a: T, b: T) => number, slice: TimeSlice): Promise<T[]> {
  let from = items.slice();
  for (let start = 0; start < from.length; start += RUN) {
    const run = from.slice(start, start + RUN).sort(compare);
    for (let i = 0; i < run.length; i++) from[start + i] = run[i]!;
    const pause = slice.pause();
    if (pause !== undefined) await pause;
  }
  let into = new Array<T>(from.length);
  for (let width = RUN; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const isLeft = left < middle && (right >= end || compare(from[left]!, from[right]!) <= 0);
        into[at] = isLeft ? from[left++]! : from[right++]!;
        if (at % STEPS !== 0) continue;
        const pause = slice.pause();
        if (pause !== undefined) await pause;
      }
    }
    [from, into] = [into, from];
  }
  return from;
}
