import { ByteWriter, crc32c } from '@telamon/bytes';
import type { ChunkView } from '@telamon/tsdb';
import { ProtoWriter } from '@telamon/wire';

/** Frames are handed out in pieces of about this size. */
const PIECE_BYTES = 1 << 20;

/**
 * Writes the stream of `STREAMED_XOR_CHUNKS`: frames, each with a `prometheus.ChunkedReadResponse` (prompb/remote.proto: series 1 with
 * labels 1 and chunks 2, query index 2; chunk: min time 1, max time 2, encoding 3, data 4) of one series, or of a part of one.
 * ```
 * ┌──────────────┬──────────────────────────────┬─────────┐
 * │ size uvarint │ CRC-32C of the message, u32be│ message │
 * └──────────────┴──────────────────────────────┴─────────┘
 * ```
 */
export class ChunkedFrames {
  readonly #queryIndex: number;
  readonly #maxFrameBytes: number;
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #out = new ByteWriter(64 << 10);

  /** A frame ends with the chunk by which it passes `maxFrameBytes`. */
  constructor(queryIndex: number, maxFrameBytes: number) {
    this.#queryIndex = queryIndex;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Adds a series, `name, value, ...`; one without chunks leaves no trace. Returns the bytes that it took. */
  addSeries(labels: readonly string[], chunks: readonly ChunkView[]): number {
    const before = this.#out.length;
    let labelBytes = 0;
    for (const text of labels) labelBytes += text.length;
    let written = 0;
    for (let from = 0; from < chunks.length; ) {
      let left = this.#maxFrameBytes - labelBytes;
      let to = from;
      do left -= chunks[to++]!.data.length + 20;
      while (to < chunks.length && left > 0);
      this.#frame(labels, chunks.slice(from, to));
      from = to;
    }
    written += this.#out.length - before;
    if (this.#out.length >= PIECE_BYTES) this.#cut();
    return written;
  }

  /** All frames, in pieces that belong to the caller; the writer must not be used again. */
  finish(): Uint8Array<ArrayBuffer>[] {
    if (this.#out.length > 0) this.#cut();
    return this.#pieces;
  }

  #frame(labels: readonly string[], chunks: readonly ChunkView[]): void {
    const message = new ProtoWriter();
    message.message(1, (series) => {
      for (let i = 0; i < labels.length; i += 2) {
        series.message(1, (label) => label.string(1, labels[i]!).string(2, labels[i + 1]!));
      }
      for (const { minTimeMs, maxTimeMs, encoding, data } of chunks) {
        series.message(2, (chunk) => chunk.int64(1, minTimeMs).int64(2, maxTimeMs).uvarint(3, encoding).bytes(4, data));
      }
    });
    message.uvarint(2, this.#queryIndex);
    const bytes = message.out.view();
    this.#out.uvarint(bytes.length).u32be(crc32c(bytes)).bytes(bytes);
  }

  #cut(): void {
    this.#pieces.push(this.#out.finish() as Uint8Array<ArrayBuffer>);
    this.#out = new ByteWriter(64 << 10);
  }
}
