import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { CallScope } from './call-scope.ts';
import { checkMessageSize } from './peer-errors.ts';

/** Bytes of a reply stream that may be under way before the handler is asked for more. */
const SEND_AHEAD_BYTES = 1 << 20;
/** What a message costs beside its bytes. */
const MESSAGE_OVERHEAD_BYTES = 1 << 10;

/** Sends replies; waits when more than {@link SEND_AHEAD_BYTES} are not yet taken by the connection. */
export class MessageSender {
  readonly #call: ServerInterceptingCallInterface;
  readonly #scope: CallScope;
  readonly #maxBytes: number;
  #pendingBytes = 0;
  #onSent: (() => void) | undefined;

  constructor(call: ServerInterceptingCallInterface, scope: CallScope, maxBytes: number) {
    this.#call = call;
    this.#scope = scope;
    this.#maxBytes = maxBytes;
  }

  /** Resolves when the next message may come. Rejects when the call ends early, with 413 over the bound. */
  async send(message: Uint8Array): Promise<void> {
    checkMessageSize(message, this.#maxBytes);
    this.#scope.throwIfAborted();
    const costBytes = message.length + MESSAGE_OVERHEAD_BYTES;
    this.#pendingBytes += costBytes;
    this.#call.sendMessage(asBuffer(message), () => {
      this.#pendingBytes -= costBytes;
      this.#onSent?.();
    });
    if (this.#pendingBytes > SEND_AHEAD_BYTES) await this.#untilPending(SEND_AHEAD_BYTES);
  }

  /** Resolves when everything was taken. */
  async flush(): Promise<void> {
    if (this.#pendingBytes > 0) await this.#untilPending(0);
  }

  async #untilPending(maxBytes: number): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      this.#onSent = () => {
        if (this.#pendingBytes <= maxBytes) resolve();
      };
    });
    await this.#scope.until(sent);
    this.#onSent = undefined;
  }
}

function asBuffer(message: Uint8Array): Buffer {
  return Buffer.isBuffer(message) ? message : Buffer.from(message.buffer, message.byteOffset, message.length);
}
