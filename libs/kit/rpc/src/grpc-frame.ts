import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GrpcError, GrpcStatus } from './grpc-status.ts';

/*
 * A gRPC message on the wire (grpc/doc/PROTOCOL-HTTP2.md):
 *
 *   +------------------+----------------------+------------------+
 *   | compressed? (1B) | length (4B, big-end) | message (length) |
 *   +------------------+----------------------+------------------+
 */

/** Bytes before a message. */
export const FRAME_HEADER_BYTES = 5;

const FIRST_BUFFER_BYTES = 1 << 20;

/** Bytes that the unpacker asks for at a time, at the least and the most: many small pieces of a large message would leave the C heap in holes. */
const UNPACK_BYTES_MIN = 16 << 10;
const UNPACK_BYTES_MAX = 1 << 20;
const EXPECTED_RATIO = 8;

const gunzipAsync: (
  bytes: Uint8Array,
  options: { maxOutputLength: number; chunkSize: number },
) => Promise<Buffer<ArrayBufferLike>> = promisify(gunzip);

/** One message as framed. */
export interface GrpcFrame {
  readonly isCompressed: boolean;
  /** Belongs to the receiver. */
  readonly body: Uint8Array;
}

/** Puts the chunks of a unary request together: exactly one message. */
export class UnaryFrameReader {
  readonly #maxBytes: number;
  readonly #header: Buffer = Buffer.alloc(FRAME_HEADER_BYTES);
  #headerUsed = 0;
  #body: Buffer<ArrayBuffer> | undefined;
  #bodyBytes = 0;
  #used = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes the next chunk. @throws GrpcError RESOURCE_EXHAUSTED over the limit (before allocating), INTERNAL for a malformed frame or a second message. */
  add(chunk: Uint8Array): void {
    let at = 0;
    if (this.#headerUsed < FRAME_HEADER_BYTES) {
      at = Math.min(FRAME_HEADER_BYTES - this.#headerUsed, chunk.length);
      this.#header.set(chunk.subarray(0, at), this.#headerUsed);
      this.#headerUsed += at;
      if (this.#headerUsed === FRAME_HEADER_BYTES) this.#begin();
    }
    if (at < chunk.length) this.#append(chunk.subarray(at));
  }

  /** The message, once the client has ended. @throws GrpcError INTERNAL when it is not complete. */
  take(): GrpcFrame {
    const isComplete = this.#headerUsed === FRAME_HEADER_BYTES && this.#used === this.#bodyBytes;
    if (!isComplete || !this.#body) throw new GrpcError(GrpcStatus.INTERNAL, 'request ended inside a message');
    return { isCompressed: this.#header[0] === 1, body: this.#body };
  }

  #begin(): void {
    if (this.#header[0]! > 1) throw new GrpcError(GrpcStatus.INTERNAL, 'malformed message frame');
    this.#bodyBytes = this.#header.readUInt32BE(1);
    if (this.#bodyBytes > this.#maxBytes) throw tooLarge(this.#bodyBytes, this.#maxBytes);
    this.#body = Buffer.allocUnsafeSlow(Math.min(this.#bodyBytes, FIRST_BUFFER_BYTES));
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#used + bytes.length;
    if (needed > this.#bodyBytes) throw new GrpcError(GrpcStatus.INTERNAL, 'more than one message in a unary request');
    if (needed > this.#body!.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(this.#bodyBytes, Math.max(needed, this.#body!.length * 2)));
      larger.set(this.#body!.subarray(0, this.#used));
      this.#body = larger;
    }
    this.#body!.set(bytes, this.#used);
    this.#used = needed;
  }
}

/**
 * Undoes the compression of a frame on a thread of the pool, with a cap on the result.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED over the cap, UNIMPLEMENTED for an encoding other than gzip, INTERNAL for bytes that are not gzip
 * or a compressed message without an encoding.
 */
export async function decodeFrame(frame: GrpcFrame, encoding: string | undefined, maxBytes: number): Promise<Uint8Array> {
  if (!frame.isCompressed) return frame.body;
  if (encoding === undefined || encoding === 'identity') {
    throw new GrpcError(GrpcStatus.INTERNAL, 'compressed message without grpc-encoding');
  }
  if (encoding !== 'gzip') {
    throw new GrpcError(GrpcStatus.UNIMPLEMENTED, 'unsupported grpc-encoding; accepted are identity and gzip');
  }
  try {
    const chunkSize = Math.min(UNPACK_BYTES_MAX, Math.max(UNPACK_BYTES_MIN, frame.body.length * EXPECTED_RATIO));
    return await gunzipAsync(frame.body, { maxOutputLength: Math.max(1, maxBytes), chunkSize });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(undefined, maxBytes);
    throw new GrpcError(GrpcStatus.INTERNAL, 'message is not valid gzip');
  }
}

/** Frames an uncompressed message; one copy. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, FRAME_HEADER_BYTES);
  return frame;
}

function tooLarge(sizeBytes: number | undefined, maxBytes: number): GrpcError {
  const size = sizeBytes === undefined ? 'decompressed message' : `message of ${sizeBytes} bytes`;
  return new GrpcError(GrpcStatus.RESOURCE_EXHAUSTED, `${size} is larger than the limit of ${maxBytes} bytes`);
}
