import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { PeerHttpRequest } from './peer-http.ts';

/** A request that came without a connection, in the shape that handlers read. Its body is whole from the start. */
class VirtualRequest extends Readable {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawHeaders: readonly string[];
  /** Nothing of HTTP/1.1's connections (expectations, lingering closes) applies. */
  readonly httpVersionMajor = 2;
  readonly httpVersionMinor = 0;
  readonly complete = true;
  #body: Uint8Array | undefined;

  constructor({ method, path, query, headers, body }: PeerHttpRequest) {
    super();
    this.method = method;
    this.url = query === '' ? path : `${path}?${query}`;
    this.headers = { ...headers, 'content-length': String(body.length) };
    this.rawHeaders = Object.entries(this.headers).flat();
    this.#body = body;
  }

  override _read(): void {
    const body = this.#body;
    this.#body = undefined;
    if (body !== undefined && body.length > 0) this.push(body);
    else this.push(null);
  }
}

/** A request as node's listeners hand it over, of one that came from another process. */
export function virtualRequest(request: PeerHttpRequest): IncomingMessage {
  return new VirtualRequest(request) as unknown as IncomingMessage;
}
