import type { IncomingMessage, ServerResponse } from 'node:http';
import { TelamonError } from '@telamon/model';

/** How to read a request body. */
export interface ReadBodyOptions {
  /** Most bytes as sent (still compressed). */
  readonly maxBytes: number;
  /** Makes the refusal in the caller's words; must carry status 413. `sizeBytes` is the declared size, or what came before giving up. */
  readonly tooLarge?: (limitBytes: number, sizeBytes: number) => TelamonError;
}

/** First allocation for a body whose declared length has not arrived yet: a client that only declares must not cost memory. */
const FIRST_BUFFER_BYTES = 1 << 20;

/**
 * Reads a whole request body into one array, which belongs to the caller. A declared length is checked before the first byte is
 * asked for (and before `100 Continue` is sent); a chunked body is counted as it comes.
 *
 * @throws TelamonError 413 over the limit, 499 when the client goes away, 400 when the transfer breaks off.
 */
export async function readRequestBody(
  req: IncomingMessage,
  res: ServerResponse,
  options: ReadBodyOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const declaredBytes = declaredLength(req);
  if (declaredBytes !== undefined && declaredBytes > options.maxBytes) throw tooLarge(options, declaredBytes);
  if (declaredBytes === 0) return new Uint8Array(0);
  if (isExpectingContinue(req)) res.writeContinue();
  const sink = new BodySink(options, declaredBytes);
  await new Promise<void>((resolve, reject) => {
    const finish = (error?: Error): void => {
      req.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      if (error) reject(error);
      else resolve();
    };
    const onData = (chunk: Buffer): void => {
      if (sink.add(chunk)) return;
      req.pause();
      finish(tooLarge(options, sink.sizeBytes + chunk.length));
    };
    const onEnd = (): void => finish();
    const onBroken = (): void => finish(new TelamonError('client closed the connection while sending the body', { status: 499 }));
    req.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
    if (req.destroyed && !req.readableEnded) onBroken();
  });
  return sink.take();
}

/** The declared length of the body, or undefined when it is sent in chunks. Node's parser has already refused anything that is not a number. */
export function declaredLength(req: IncomingMessage): number | undefined {
  const text = req.headers['content-length'];
  if (text !== undefined) return Number(text);
  if (req.headers['transfer-encoding'] !== undefined || req.httpVersionMajor >= 2) return undefined;
  return 0;
}

/** Whether the client waits for `100 Continue` before it sends the body. */
export function isExpectingContinue(req: IncomingMessage): boolean {
  return req.httpVersionMajor < 2 && req.headers.expect?.toLowerCase() === '100-continue';
}

function tooLarge(options: ReadBodyOptions, sizeBytes: number): TelamonError {
  const error = options.tooLarge?.(options.maxBytes, sizeBytes);
  return error ?? new TelamonError(`request body too large: the limit is ${options.maxBytes} bytes`, { status: 413 });
}

/** Collects chunks in one growing buffer, so that a body of known length is copied once. */
class BodySink {
  readonly #maxBytes: number;
  readonly #declaredBytes: number | undefined;
  #buffer: Buffer<ArrayBuffer>;
  #used = 0;

  constructor(options: ReadBodyOptions, declaredBytes: number | undefined) {
    this.#maxBytes = options.maxBytes;
    this.#declaredBytes = declaredBytes;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(declaredBytes ?? 16_384, FIRST_BUFFER_BYTES));
  }

  get sizeBytes(): number {
    return this.#used;
  }

  /** Returns false, having taken nothing, when the chunk would exceed the limit. */
  add(chunk: Buffer): boolean {
    const needed = this.#used + chunk.length;
    if (needed > this.#maxBytes) return false;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#buffer.set(chunk, this.#used);
    this.#used = needed;
    return true;
  }

  take(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.buffer, 0, this.#used);
  }

  #grow(neededBytes: number): void {
    const doubled = Math.max(neededBytes, this.#buffer.length * 2);
    const larger = Buffer.allocUnsafeSlow(Math.min(doubled, Math.max(neededBytes, this.#declaredBytes ?? this.#maxBytes)));
    larger.set(this.#buffer.subarray(0, this.#used));
    this.#buffer = larger;
  }
}
