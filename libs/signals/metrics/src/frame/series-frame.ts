import { TelamonError } from '@telamon/model';

/** Size at which a frame is handed on to queries, bytes. */
export const FRAME_BYTES: number = 512 << 10;

/**
 * A batch of series with their compressed chunks: what ingesters and store-gateways answer to a select, between threads
 * and between processes. Little-endian, no alignment, no padding.
 *
 * ```
 * ┌──────────────────┬───────────────────────────────────────────────┐
 * │ series count u32 │ series 1 │ series 2 │ ...                     │
 * └──────────────────┴───────────────────────────────────────────────┘
 * series:
 * ┌─────────────────┬──────────────────┬────────────────┬─────────┬─────
 * │ labels size u32 │ canonical labels │ chunk count u32│ chunk 1 │ ...
 * └─────────────────┴──────────────────┴────────────────┴─────────┴─────
 * chunk:
 * ┌─────────────┬──────────┬──────────┬──────────┬──────────────────────┐
 * │ encoding u8 │ mint f64 │ maxt f64 │ size u32 │ chunk data (as in a block, without encoding byte and checksum) │
 * └─────────────┴──────────┴──────────┴──────────┴──────────────────────┘
 * ```
 * Chunks of a series ascend by mint; they may overlap (out-of-order data), and the reader merges them.
 */
export class SeriesFrameWriter {
  #buffer: Uint8Array;
  #view: DataView;
  #length = 4;
  #seriesCount = 0;
  #chunkCountAt = -1;
  #chunkCount = 0;

  constructor(capacityBytes: number = 64 * 1024) {
    this.#buffer = new Uint8Array(Math.max(capacityBytes, 64));
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Bytes written so far. */
  get sizeBytes(): number {
    return this.#length;
  }

  /** Series begun so far. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Begins a series; `labels` are canonical label bytes and are copied. */
  beginSeries(labels: Uint8Array): void {
    this.#endSeries();
    this.#reserve(8 + labels.length);
    this.#view.setUint32(this.#length, labels.length, true);
    this.#buffer.set(labels, this.#length + 4);
    this.#length += 4 + labels.length;
    this.#chunkCountAt = this.#length;
    this.#chunkCount = 0;
    this.#length += 4;
    this.#seriesCount++;
  }

  /** Adds a whole series as it stands in another frame, `frame[start, end)`, its sizes included. */
  copySeries(frame: Uint8Array, start: number, end: number): void {
    this.#endSeries();
    this.#reserve(end - start);
    this.#buffer.set(new Uint8Array(frame.buffer, frame.byteOffset + start, end - start), this.#length);
    this.#length += end - start;
    this.#chunkCountAt = -1;
    this.#seriesCount++;
  }

  /** Adds a chunk to the series begun last; `data` is copied from `start` (incl) to `end` (excl). */
  addChunk(
    encoding: number,
    minTimeMs: number,
    maxTimeMs: number,
    data: Uint8Array,
    start: number = 0,
    end: number = data.length,
  ): void {
    const size = end - start;
    this.#reserve(21 + size);
    let at = this.#length;
    this.#buffer[at] = encoding;
    this.#view.setFloat64(at + 1, minTimeMs, true);
    this.#view.setFloat64(at + 9, maxTimeMs, true);
    this.#view.setUint32(at + 17, size, true);
    at += 21;
    if (size < 64) for (let i = 0; i < size; i++) this.#buffer[at + i] = data[start + i]!;
    // A Buffer's own subarray is several times slower than this.
    else this.#buffer.set(new Uint8Array(data.buffer, data.byteOffset + start, size), at);
    this.#length = at + size;
    this.#chunkCount++;
  }

  /** The finished frame, owning its memory (fit for transfer). The writer is empty afterwards. */
  finish(): Uint8Array<ArrayBuffer> {
    this.#endSeries();
    this.#view.setUint32(0, this.#seriesCount, true);
    const frame = this.#buffer.slice(0, this.#length) as Uint8Array<ArrayBuffer>;
    this.#length = 4;
    this.#seriesCount = 0;
    this.#chunkCountAt = -1;
    return frame;
  }

  #endSeries(): void {
    if (this.#chunkCountAt >= 0) this.#view.setUint32(this.#chunkCountAt, this.#chunkCount, true);
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + extra));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** A chunk inside a frame: a view, valid as long as the frame is. */
export interface FrameChunk {
  readonly encoding: number;
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly data: Uint8Array;
}

/** A series inside a frame: views, valid as long as the frame is. */
export interface FrameSeries {
  readonly labels: Uint8Array;
  readonly chunks: readonly FrameChunk[];
}

/** Reads a frame; throws TelamonError 500 when it is cut short. Cost: linear, no copies of data. */
export function* readSeriesFrame(frame: Uint8Array): IterableIterator<FrameSeries> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const need = (at: number, size: number): void => {
    if (at + size > frame.length) throw new TelamonError('series frame is cut short', { status: 500 });
  };
  need(0, 4);
  const count = view.getUint32(0, true);
  let at = 4;
  for (let i = 0; i < count; i++) {
    need(at, 4);
    const labelsSize = view.getUint32(at, true);
    need(at + 4, labelsSize + 4);
    const labels = frame.subarray(at + 4, at + 4 + labelsSize);
    at += 4 + labelsSize;
    const chunkCount = view.getUint32(at, true);
    at += 4;
    const chunks: FrameChunk[] = [];
    for (let c = 0; c < chunkCount; c++) {
      need(at, 21);
      const size = view.getUint32(at + 17, true);
      need(at + 21, size);
      chunks.push({
        encoding: frame[at]!,
        minTimeMs: view.getFloat64(at + 1, true),
        maxTimeMs: view.getFloat64(at + 9, true),
        data: frame.subarray(at + 21, at + 21 + size),
      });
      at += 21 + size;
    }
    yield { labels, chunks };
  }
}
