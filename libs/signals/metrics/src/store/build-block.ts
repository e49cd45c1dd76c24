import { join } from 'node:path';
import { type BlockMeta, BlockWriter, HINT_FROM_OUT_OF_ORDER, visitLabelBytes } from '@telamon/tsdb';
import { readSeriesFrame } from '../frame/series-frame.ts';
import { createBlockFiles } from './block-files.ts';
import { FrameSpool } from './frame-spool.ts';
import type { Pause } from './select-blocks.ts';

/** Series between two looks at the clock. */
const SERIES_PER_PAUSE = 64;

/** A block to write. Plain data: it crosses threads. Times in ms, [minTimeMs, maxTimeMs). */
export interface BuildBlockRequest {
  /** Folder to make for it. */
  readonly folder: string;
  readonly ulid: string;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  /** Whether the samples came late, so that the block overlaps others by design. */
  readonly isOutOfOrder: boolean;
}

/**
 * Writes a fresh block from frames whose series ascend by labels and whose chunks neither overlap nor leave the range: index,
 * chunks, an empty `tombstones`, and `meta.json` last, all synced. Returns the meta; undefined when there was no sample, then
 * the folder is to be removed, as after a failure. Memory: symbols and postings (see `BlockWriter`).
 */
export async function buildBlock(
  request: BuildBlockRequest,
  frames: AsyncIterable<Uint8Array>,
  pause: Pause,
): Promise<BlockMeta | undefined> {
  const files = createBlockFiles(request.folder);
  const spool = new FrameSpool(join(request.folder, 'frames.tmp'));
  try {
    const symbols = new SymbolSet();
    for await (const frame of frames) {
      spool.add(frame);
      let count = 0;
      for (const { labels } of readSeriesFrame(frame)) {
        symbols.add(labels);
        if (++count % SERIES_PER_PAUSE === 0) await pause();
      }
    }
    const writer = new BlockWriter(files.create, {
      meta: metaOf(request),
      thanos: { labels: {}, source: 'receive' },
      hasTombstones: true,
    });
    writer.writeSymbols(symbols.sorted());
    await writeSeries(writer, spool, pause);
    const meta = writer.finish();
    spool.remove();
    files.sync();
    return (meta.stats.numSamples ?? 0) === 0 ? undefined : meta;
  } catch (error) {
    files.abandon();
    spool.remove();
    throw error;
  }
}

async function writeSeries(writer: BlockWriter, spool: FrameSpool, pause: Pause): Promise<void> {
  let count = 0;
  for (const frame of spool.frames()) {
    for (const { labels, chunks } of readSeriesFrame(frame)) {
      writer.addLabels(labels, chunks);
      if (++count % SERIES_PER_PAUSE === 0) await pause();
    }
  }
}

function metaOf({ ulid, minTimeMs, maxTimeMs, isOutOfOrder }: BuildBlockRequest): BlockMeta {
  const hints = isOutOfOrder ? { hints: [HINT_FROM_OUT_OF_ORDER] } : {};
  return {
    ulid,
    minTime: minTimeMs,
    maxTime: maxTimeMs,
    stats: {},
    compaction: { level: 1, sources: [ulid], ...hints },
    version: 1,
  };
}

/** Distinct strings of label bytes; '' always is one of them, as in Prometheus' blocks. */
class SymbolSet {
  /** One code unit a byte, so that the order of texts is that of bytes. */
  readonly #symbols = new Set<string>(['']);

  add(labels: Uint8Array): void {
    const bytes = Buffer.from(labels.buffer, labels.byteOffset, labels.length);
    visitLabelBytes(labels, (start, end) => this.#symbols.add(bytes.toString('latin1', start, end)));
  }

  *sorted(): IterableIterator<Uint8Array> {
    for (const symbol of [...this.#symbols].sort()) yield Buffer.from(symbol, 'latin1');
  }
}
