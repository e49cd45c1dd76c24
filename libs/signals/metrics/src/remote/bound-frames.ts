import { isPacked, packFrame } from '../frame/packed-frame.ts';
import { readSeriesFrame, SeriesFrameWriter } from '../frame/series-frame.ts';

/** Frames above this size are split before they are sent. */
const FRAME_MAX_BYTES = 1 << 20;

/** A frame as messages carry it: bounded and packed; one that was packed before is that already. */
export function* frameMessages(frame: Uint8Array): IterableIterator<Uint8Array> {
  if (isPacked(frame)) yield frame;
  else for (const bounded of boundFrames(frame)) yield packFrame(bounded);
}

/**
 * The frame itself when a message can take it, else several with the same series: one with many chunks then comes in several
 * frames, each time with its labels. Frames are about 1 MiB at most, plus one chunk.
 */
export function* boundFrames(frame: Uint8Array, maxBytes: number = FRAME_MAX_BYTES): IterableIterator<Uint8Array> {
  if (frame.length <= maxBytes) {
    yield frame;
    return;
  }
  const writer = new SeriesFrameWriter(maxBytes);
  for (const { labels, chunks } of readSeriesFrame(frame)) {
    writer.beginSeries(labels);
    for (const [i, chunk] of chunks.entries()) {
      writer.addChunk(chunk.encoding, chunk.minTimeMs, chunk.maxTimeMs, chunk.data);
      if (writer.sizeBytes < maxBytes || i === chunks.length - 1) continue;
      yield writer.finish();
      writer.beginSeries(labels);
    }
    if (writer.sizeBytes >= maxBytes) yield writer.finish();
  }
  if (writer.seriesCount > 0) yield writer.finish();
}
