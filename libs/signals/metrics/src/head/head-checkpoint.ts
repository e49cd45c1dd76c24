import type { TimeSlice } from '@telamon/telemetry';
import type { CheckpointRecord } from '@telamon/wal';
import { CHUNK_LATE, CHUNK_OPEN, HeadBatch, RECORD_BATCH } from './head-batch.ts';
import type { HeadState } from './head-state.ts';
import { type HeadChunk, loadChunks } from './series-chunks.ts';
import { F_LAST_TIME, W_CLOSED_FIRST, W_SLOT } from './series-rows.ts';

/** Size of a record, which a replay takes in one go: some milliseconds. */
const MAX_BATCH_BYTES = 64 << 10;
const SERIES_A_READ = 512;

interface Waiting {
  readonly ref: number;
  readonly flags: number;
  readonly chunk: HeadChunk;
}

/**
 * Everything that a state holds, as records for a checkpoint: chunks as they are, not sample by sample. Runs beside
 * appends: what comes meanwhile may or may not be in it, and is in the log's later segments anyway.
 * Open histogram chunks are ended, because only whole chunks can be taken over.
 */
export async function* checkpointRecords(state: HeadState, slice: TimeSlice): AsyncIterable<CheckpointRecord> {
  const batch = new HeadBatch();
  function* emit(): IterableIterator<CheckpointRecord> {
    if (batch.sizeBytes === 0) return;
    yield { type: RECORD_BATCH, parts: batch.parts() };
    batch.clear();
  }
  batch.state(state.newestMs, state.truncatedMs);
  for (let from = 1; from < state.rows.end; from += SERIES_A_READ) {
    const waiting: Waiting[] = [];
    const refs: number[] = [];
    for (let ref = from; ref < Math.min(from + SERIES_A_READ, state.rows.end); ref++) {
      if (!state.rows.isLive(ref)) continue;
      refs.push(ref);
      batch.series(ref, state.labelBytes(ref));
      state.endHistograms(ref);
      collect(state, ref, waiting);
      if (batch.sizeBytes > MAX_BATCH_BYTES) yield* emit();
    }
    await loadChunks(
      state,
      waiting.map((item) => item.chunk),
    );
    for (const { ref, flags, chunk } of waiting) {
      const { encoding, minTimeMs, maxTimeMs } = chunk;
      batch.chunk({ ref, flags, encoding, minTimeMs, maxTimeMs, bytes: chunk.bytes! });
      if (batch.sizeBytes > MAX_BATCH_BYTES) yield* emit();
    }
    for (const ref of refs) addLoose(state, ref, batch);
    if (batch.sizeBytes > MAX_BATCH_BYTES) yield* emit();
    const pause = slice.pause();
    if (pause !== undefined) await pause;
  }
  for (const exemplar of state.exemplars.all()) {
    // Those of series that are gone have nothing to be written with; Prometheus drops them in checkpoints, too.
    if (exemplar.ref === 0) continue;
    batch.exemplar(exemplar.ref, exemplar.timeMs, [exemplar.low, exemplar.high], exemplar.labels);
  }
  yield* emit();
  for (const [metric, entries] of state.metadata.entries()) for (const metadata of entries) batch.metadata(metric, metadata);
  yield* emit();
}

/** Chunks of a series in the order of their list; all bytes outlast the turn of the event loop. */
function collect(state: HeadState, ref: number, into: Waiting[]): void {
  const { closed } = state;
  const add = (id: number, flags: number): void => {
    const place = closed.get(id);
    const { encoding, minTimeMs, maxTimeMs } = place;
    into.push({ ref, flags, chunk: { encoding, minTimeMs, maxTimeMs, bytes: undefined, place } });
  };
  for (let id = state.rows.word(ref, W_CLOSED_FIRST); id !== 0; id = closed.next(id)) add(id, 0);
  if (state.rows.word(ref, W_SLOT) !== 0) {
    const open = state.openFloats(ref);
    into.push({ ref, flags: CHUNK_OPEN, chunk: { ...open, bytes: open.bytes.slice(), place: undefined } });
  }
  for (const id of state.late.get(ref)?.chunks ?? []) add(id, CHUNK_LATE);
}

/** What is not in chunks: buffered late samples and the newest histogram. */
function addLoose(state: HeadState, ref: number, batch: HeadBatch): void {
  if (!state.rows.isLive(ref)) return;
  for (const sample of state.late.get(ref)?.samples() ?? []) {
    if (sample.histogram === undefined) batch.lateSample(ref, sample.timeMs, sample.low, sample.high);
    else batch.lateHistogram(ref, sample.timeMs, sample.histogram);
  }
  const last = state.isHistogram(ref) ? state.histograms.get(ref)?.last : undefined;
  if (last !== undefined) batch.histogram(ref, state.rows.float(ref, F_LAST_TIME), last);
}
