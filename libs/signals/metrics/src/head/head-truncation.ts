import type { TimeSlice } from '@telamon/telemetry';
import type { HeadState } from './head-state.ts';
import { F_CHUNK_MIN_TIME, W_CLOSED_FIRST, W_SLOT } from './series-rows.ts';

/**
 * Drops what ends before a time: chunks, then series that hold nothing any more, then all that pointed at them. Runs in
 * slices beside appends and queries. Returns the refs of the series that went; they may be given out again once no query
 * that began before can know them.
 */
export async function truncateState(state: HeadState, beforeMs: number, slice: TimeSlice): Promise<number[]> {
  state.truncatedMs = Math.max(state.truncatedMs, beforeMs);
  const gone: number[] = [];
  // What comes while this runs lowers these again.
  state.oldestMs = Number.POSITIVE_INFINITY;
  state.lateOldestMs = Number.POSITIVE_INFINITY;
  for (let ref = 1; ref < state.rows.end; ref++) {
    if ((ref & 63) === 0) {
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
    if (!state.rows.isLive(ref)) continue;
    if (state.dropChunksBefore(ref, beforeMs)) {
      state.compactLabels(ref);
      noteOldest(state, ref);
      continue;
    }
    state.kill(ref);
    gone.push(ref);
  }
  if (gone.length > 0) await forget(state, slice);
  return gone;
}

function noteOldest(state: HeadState, ref: number): void {
  const first = state.rows.word(ref, W_CLOSED_FIRST);
  if (first !== 0) state.oldestMs = Math.min(state.oldestMs, state.closed.minTimeMs(first));
  else if (state.rows.word(ref, W_SLOT) !== 0) state.oldestMs = Math.min(state.oldestMs, state.rows.float(ref, F_CHUNK_MIN_TIME));
  else {
    const open = state.histograms.get(ref)?.view();
    if (open !== undefined) state.oldestMs = Math.min(state.oldestMs, open.minTimeMs);
  }
  const late = state.late.get(ref);
  if (late === undefined) return;
  for (const id of late.chunks) state.lateOldestMs = Math.min(state.lateOldestMs, state.closed.minTimeMs(id));
  if (late.bufferedCount > 0) state.lateOldestMs = Math.min(state.lateOldestMs, late.bufferedRange[0]);
}

/** Goes through all lists: sets of what the gone series had would have to grow, which takes longer at a time. */
async function forget(state: HeadState, slice: TimeSlice): Promise<void> {
  const isLive = (ref: number): boolean => state.rows.isLive(ref);
  state.postings.pruneAll(isLive);
  for (const name of [...state.postings.names()]) {
    for (const value of state.postings.values(name)) {
      state.postings.prune(name, value, isLive);
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
  }
  for (let part = 0; part < state.spellingParts; part++) {
    state.sweepSpellings(part);
    const pause = slice.pause();
    if (pause !== undefined) await pause;
  }
}
