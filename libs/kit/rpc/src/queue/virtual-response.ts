import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { TelamonError } from '@telamon/model';
import type { PeerHttpResponse } from './peer-http.ts';

/** Headers that speak of a connection, or of a length that the receiver works out by itself. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);

/** A response without a connection, in the shape that handlers write: keeps what is written, up to a bound. */
export class VirtualResponse extends Writable {
  statusCode = 200;
  headersSent = false;
  readonly #headers = new Map<string, string>();
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #sizeBytes = 0;

  /** A body of more than `maxBytes` destroys the response with a 500 TelamonError. */
  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  /** In the shape of node's own. */
  get asServerResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name.toLowerCase(), typeof value === 'object' ? value.join(', ') : String(value));
    return this;
  }

  appendHeader(name: string, value: string | readonly string[]): this {
    const known = this.getHeader(name);
    const added = typeof value === 'string' ? value : value.join(', ');
    return this.setHeader(name, known === undefined ? added : `${known}, ${added}`);
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }

  writeHead(status: number): this {
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes > this.#maxBytes) {
      done(new TelamonError(`the response is larger than ${this.#maxBytes} bytes`, { status: 500, isRetryable: false }));
      return;
    }
    this.#chunks.push(chunk);
    done();
  }

  /** What was written, once the response is finished. A body of one piece is not copied. */
  take(): PeerHttpResponse {
    const headers: Record<string, string> = {};
    for (const [name, value] of this.#headers) if (!CONNECTION_HEADERS.has(name)) headers[name] = value;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    return { status: this.statusCode, headers, body };
  }
}
