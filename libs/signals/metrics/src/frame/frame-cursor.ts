import { checkSize, endOfLabels, endOfRecord, type RecordPlace } from './series-records.ts';

const NO_BYTES = Buffer.alloc(0);

/**
 * Walks the series of a stream of frames (see `series-frame.ts`), without an object for each: its own fields are the place of the
 * present one. The source makes its next frame while the last one is walked. TelamonError 500 when a frame is cut short.
 */
export class FrameCursor implements RecordPlace {
  frame: Buffer = NO_BYTES;
  view: DataView = new DataView(NO_BYTES.buffer, 0, 0);
  labelsAt = 0;
  labelsEnd = 0;
  end = 0;
  chunkCount = 0;
  /** Whether it stands at a series: not before the first, and not behind the last one. */
  hasSeries = false;
  readonly #frames: AsyncIterator<Uint8Array>;
  /** Series behind the present one in the frame. */
  #left = 0;
  #coming: Promise<IteratorResult<Uint8Array>>;

  constructor(frames: AsyncIterable<Uint8Array>) {
    this.#frames = frames[Symbol.asyncIterator]();
    this.#coming = this.#ask();
  }

  /** Goes to the next series of the frame; false when there is none. */
  next(): boolean {
    this.hasSeries = this.#left > 0;
    if (!this.hasSeries) return false;
    this.#left--;
    this.#aim(this.end + 4);
    return true;
  }

  /** Goes to the first series of the next frame that has one. */
  async load(): Promise<void> {
    do {
      const { done, value } = await this.#coming;
      if (done === true) return;
      this.#coming = this.#ask();
      this.frame = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.view = new DataView(value.buffer, value.byteOffset, value.byteLength);
      checkSize(this.frame, 0, 4);
      this.#left = this.view.getUint32(0, true);
      this.end = 4;
    } while (!this.next());
  }

  /** Ends the source when what it works on is done. Never fails. */
  async close(): Promise<void> {
    try {
      await this.#frames.return?.();
    } catch {
      // Nobody waits for its answer any more.
    }
  }

  #ask(): Promise<IteratorResult<Uint8Array>> {
    const coming = this.#frames.next();
    // It is looked at later, or never.
    coming.catch(() => undefined);
    return coming;
  }

  #aim(labelsAt: number): void {
    const { frame, view } = this;
    this.labelsAt = labelsAt;
    this.labelsEnd = endOfLabels(frame, view, labelsAt);
    this.end = endOfRecord(frame, view, this.labelsEnd);
    this.chunkCount = view.getUint32(this.labelsEnd, true);
  }
}
