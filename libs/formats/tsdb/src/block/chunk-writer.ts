import { ByteWriter } from '@telamon/bytes';
import type { ChunkView } from '../chunk/merge-chunks.ts';
import type { ByteSink } from '../index/index-writer.ts';
import type { ChunkMeta } from '../index/series-entry.ts';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, SEGMENT_SIZE_BYTES, segmentName, writeStoredChunk } from './chunk-segment.ts';

/** A file that is being written. */
export interface FileSink {
  /** Takes the next bytes, which it may keep. */
  readonly write: ByteSink;
  /** Called once behind the last byte. */
  readonly close: () => void;
}

const FLUSH_BYTES: number = 1024 * 1024;
/** Longest size field, encoding byte and checksum. */
const MAX_FRAME_BYTES = 10;

/**
 * Writes chunks into segment files, a new one where the next chunk might pass the limit (see `ChunkSegment` for the
 * format). Prometheus counts the longest possible frame of a chunk, so this does too.
 */
export class ChunkWriter {
  readonly #openFile: (name: string) => FileSink;
  readonly #limitBytes: number;
  readonly #buffer = new ByteWriter(FLUSH_BYTES + 64 * 1024);
  readonly #segmentBytes: number[] = [];
  #file: FileSink | undefined;

  /** `openFile` is asked for `chunks/000001` and on. */
  constructor(openFile: (name: string) => FileSink, limitBytes: number = SEGMENT_SIZE_BYTES) {
    this.#openFile = openFile;
    this.#limitBytes = limitBytes;
  }

  /** Sizes of the segments so far, the open one included. */
  get segmentSizesBytes(): readonly number[] {
    return this.#segmentBytes;
  }

  /** Appends the chunks of a series and tells where they stand; data are copied. */
  write(chunks: readonly ChunkView[]): ChunkMeta[] {
    let estimate = this.#segmentBytes[this.#segmentBytes.length - 1] ?? 0;
    return chunks.map((chunk) => {
      const chunkBytes = MAX_FRAME_BYTES + chunk.data.length;
      // A segment that holds nothing yet takes a chunk of any size.
      if (this.#file === undefined || (estimate > SEGMENT_HEADER_BYTES && estimate + chunkBytes > this.#limitBytes)) {
        this.#cut();
        estimate = SEGMENT_HEADER_BYTES;
      }
      estimate += chunkBytes;
      return this.#append(chunk);
    });
  }

  /** Closes the last segment. */
  finish(): void {
    this.#closeFile();
  }

  #append(chunk: ChunkView): ChunkMeta {
    const segment = this.#segmentBytes.length - 1;
    const offset = this.#segmentBytes[segment]!;
    const before = this.#buffer.length;
    writeStoredChunk(this.#buffer, chunk);
    this.#segmentBytes[segment] = offset + this.#buffer.length - before;
    if (this.#buffer.length > FLUSH_BYTES) this.#flush();
    return { minTimeMs: chunk.minTimeMs, maxTimeMs: chunk.maxTimeMs, segment, offset };
  }

  #cut(): void {
    this.#closeFile();
    this.#file = this.#openFile(segmentName(this.#segmentBytes.length));
    this.#buffer.bytes(encodeSegmentHeader());
    this.#segmentBytes.push(SEGMENT_HEADER_BYTES);
  }

  #closeFile(): void {
    if (this.#file === undefined) return;
    this.#flush();
    this.#file.close();
    this.#file = undefined;
  }

  #flush(): void {
    if (this.#buffer.length === 0) return;
    this.#file!.write(this.#buffer.finish());
    this.#buffer.clear();
  }
}
