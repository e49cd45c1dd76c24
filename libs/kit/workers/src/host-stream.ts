/** What {@link pumpStream} sends with. */
export interface StreamSink {
  chunk(bytes: Uint8Array<ArrayBuffer>): void;
  end(error?: unknown): void;
}

/**
 * Main-thread end of a stream to a worker: takes chunks from the source only while the worker has room for them. The worker grants bytes
 * beforehand and more as it consumes; a chunk larger than what is left is sent once and then waited for.
 */
export class StreamPump {
  readonly #sink: StreamSink;
  #creditBytes: number;
  #wake: (() => void) | undefined;
  readonly #abort = new AbortController();

  constructor(sink: StreamSink, creditBytes: number) {
    this.#sink = sink;
    this.#creditBytes = creditBytes;
  }

  /** The worker consumed so much. */
  grant(bytes: number): void {
    this.#creditBytes += bytes;
    this.#wake?.();
  }

  /** Aborted by {@link close}; for a source that waits. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The worker wants no more: the source is returned. */
  close(): void {
    this.#abort.abort(new Error('stream closed by its reader'));
    this.#wake?.();
  }

  get #isClosed(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Runs to the end of the source, its error, or {@link close}. Never throws. */
  async run(source: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of source) {
        await this.#room();
        if (this.#isClosed) return;
        this.#creditBytes -= chunk.length;
        this.#sink.chunk(ownedCopy(chunk));
      }
      if (!this.#isClosed) this.#sink.end();
    } catch (error) {
      if (!this.#isClosed) this.#sink.end(error);
    }
  }

  async #room(): Promise<void> {
    while (this.#creditBytes <= 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = undefined;
  }
}

/** What a message may have around the bytes that it carries. */
const ENVELOPE_BYTES_MAX = 64;
/** Buffers of this size are nobody's pool, bytes: node's has 8 KiB. */
const UNPOOLED_BYTES_MIN = 64 << 10;

/**
 * An array that may be transferred. Cloning a view clones all of the buffer under it, and transferring would take the buffer from others who look at
 * it, so anything but a whole buffer, or all of a message but its envelope, is copied.
 */
export function ownedCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  if (!(buffer instanceof ArrayBuffer)) return new Uint8Array(bytes);
  const isWhole = byteLength === buffer.byteLength && !(bytes instanceof Buffer);
  if (isWhole) return bytes as Uint8Array<ArrayBuffer>;
  const isMessage = byteLength >= UNPOOLED_BYTES_MIN && buffer.byteLength - byteLength <= ENVELOPE_BYTES_MAX;
  return isMessage ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}
