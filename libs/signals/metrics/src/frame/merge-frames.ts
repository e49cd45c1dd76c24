import { FrameCursor } from './frame-cursor.ts';
import { mergeChunkLists } from './merge-chunk-lists.ts';
import { FRAME_BYTES, type FrameChunk, SeriesFrameWriter } from './series-frame.ts';
import { areSameRecords, chunksOfRecord, compareRecords, haveSameLabels, labelsOfRecord } from './series-records.ts';

/** Series between two looks at the clock. */
const SERIES_PER_PAUSE = 64;

/**
 * Frames of several sources, each of which ascends by labels, as one stream that does: a series comes once, with the chunks of all
 * sources ascending by their first sample, and what is the same byte for byte once. Replicas mostly cut alike, so most of what they
 * have goes no further than here. A source's next frame is made while its last one is taken. The frames of a single source are its own.
 * `pause` is awaited every few series. The first failure ends all; so does leaving the loop. Memory: two frames of each source.
 */
export async function* mergeFrames(
  sources: readonly AsyncIterable<Uint8Array>[],
  pause: () => Promise<void> | undefined,
): AsyncIterable<Uint8Array> {
  if (sources.length === 1) {
    yield* sources[0]!;
    return;
  }
  const all = sources.map((source) => new FrameCursor(source));
  try {
    await Promise.all(all.map((cursor) => cursor.load()));
    yield* mergeCursors(
      all.filter(({ hasSeries }) => hasSeries),
      pause,
    );
  } finally {
    await Promise.all(all.map((cursor) => cursor.close()));
  }
}

async function* mergeCursors(cursors: FrameCursor[], pause: () => Promise<void> | undefined): AsyncIterable<Uint8Array> {
  const writer = new SeriesFrameWriter(FRAME_BYTES);
  const equal: FrameCursor[] = [];
  for (let count = 1; cursors.length > 0; count++) {
    const isWhole = findLeast(cursors, equal);
    const first = equal[0]!;
    if (isWhole) writer.copySeries(first.frame, first.labelsAt - 4, first.end);
    else writeJoined(writer, equal);
    if (writer.sizeBytes >= FRAME_BYTES) yield writer.finish();
    for (const cursor of equal) {
      if (!cursor.next()) await cursor.load();
      if (!cursor.hasSeries) cursors.splice(cursors.indexOf(cursor), 1);
    }
    if (count % SERIES_PER_PAUSE === 0) await pause();
  }
  if (writer.seriesCount > 0) yield writer.finish();
}

/** Puts the cursors of the series that comes next into `equal`; true when all have the same of it. */
function findLeast(cursors: readonly FrameCursor[], equal: FrameCursor[]): boolean {
  let least = cursors[0]!;
  let isWhole = true;
  equal.length = 0;
  for (const cursor of cursors) {
    if (cursor === least || areSameRecords(cursor, least)) equal.push(cursor);
    else if (haveSameLabels(cursor, least)) {
      equal.push(cursor);
      isWhole = false;
    } else if (compareRecords(cursor, least) < 0) {
      least = cursor;
      isWhole = true;
      equal.length = 0;
      equal.push(cursor);
    }
  }
  return isWhole;
}

function writeJoined(writer: SeriesFrameWriter, cursors: readonly FrameCursor[]): void {
  let chunks: readonly FrameChunk[] = chunksOfRecord(cursors[0]!);
  for (let i = 1; i < cursors.length; i++) chunks = mergeChunkLists(chunks, chunksOfRecord(cursors[i]!));
  writer.beginSeries(labelsOfRecord(cursors[0]!));
  for (const { encoding, minTimeMs, maxTimeMs, data } of chunks) writer.addChunk(encoding, minTimeMs, maxTimeMs, data);
}
