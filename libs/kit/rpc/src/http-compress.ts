import { promisify } from 'node:util';
import { createGzip, type Gzip, gzip } from 'node:zlib';

/** Bodies up to this size are sent as they are: the header and the call cost more than they save. */
export const MIN_GZIP_BYTES = 1024;

/** Level 1: on JSON three times as fast as the default for 10-15 % more bytes. */
const GZIP_OPTIONS = { level: 1, chunkSize: 128 * 1024 } as const;

const gzipAsync: (bytes: Uint8Array, options: typeof GZIP_OPTIONS) => Promise<Buffer<ArrayBufferLike>> = promisify(gzip);

/** Whether the client takes gzip (RFC 9110 12.5.3: a quality of 0 means no; `*` covers gzip when gzip is not named). */
export function isGzipAccepted(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || acceptEncoding.length > 512) return false;
  let wildcard = false;
  for (const part of acceptEncoding.split(',')) {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const isRefused = parameters.some((p) => /^q=0(\.0{0,3})?$/.test(p));
    if (coding === 'gzip' || coding === 'x-gzip') return !isRefused;
    if (coding === '*') wildcard = !isRefused;
  }
  return wildcard;
}

/** Whether bytes of this media type usually shrink. */
export function isCompressible(contentType: string): boolean {
  return /^(text\/|application\/(json|x-ndjson|yaml|openmetrics-text|javascript))/.test(contentType);
}

/** Compresses on a thread of the pool: the event loop is not held. */
export async function gzipBytes(bytes: Uint8Array): Promise<Uint8Array> {
  return await gzipAsync(bytes, GZIP_OPTIONS);
}

/** A transform for streamed replies. */
export function gzipStream(): Gzip {
  return createGzip(GZIP_OPTIONS);
}
