import { gunzip, gunzipSync, inflate, inflateSync } from 'node:zlib';
import { DecodeError, TooLargeError, UnsupportedEncodingError } from './errors.ts';
import { lz4Uncompress } from './lz4-frame.ts';
import { snappyUncompress } from './snappy.ts';
import { zstdUncompress } from './zstd.ts';

/** Content encodings that {@link decompress} knows; `snappy` is the block format, `lz4` the frame format. */
export type ContentEncoding = 'identity' | 'gzip' | 'deflate' | 'zstd' | 'lz4' | 'snappy';

/** Bodies up to this size expand to at most some megabytes: quicker here than by way of the thread pool. */
const MAX_SYNC_BYTES = 4096;

/**
 * Undoes a content encoding; at no time more than about `maxBytes` of output exist.
 * Errors: {@link TooLargeError} above `maxBytes`, {@link DecodeError} for bytes that are not what the encoding says,
 * {@link UnsupportedEncodingError} for an unknown one. `identity` and '' answer with the body itself, otherwise the
 * result is the caller's.
 */
export async function decompress(encoding: string, body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      if (body.length > maxBytes) throw tooLarge('identity', maxBytes);
      return body;
    case 'gzip':
    case 'x-gzip':
      return await viaZlib('gzip', body, maxBytes);
    case 'deflate':
      return await viaZlib('deflate', body, maxBytes);
    case 'zstd':
      return await zstdUncompress(body, maxBytes);
    case 'lz4':
      return lz4Uncompress(body, maxBytes);
    case 'snappy':
      return snappyUncompress(body, maxBytes);
    default:
      throw new UnsupportedEncodingError(encoding);
  }
}

async function viaZlib(format: 'gzip' | 'deflate', body: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.max(1, maxBytes) };
  try {
    if (body.length <= MAX_SYNC_BYTES) return format === 'gzip' ? gunzipSync(body, options) : inflateSync(body, options);
    const run = format === 'gzip' ? gunzip : inflate;
    return await new Promise<Uint8Array>((resolve, reject) => {
      run(body, options, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(format, maxBytes);
    throw new DecodeError(`${format}: ${(cause as Error).message}`, { cause });
  }
}

function tooLarge(format: string, maxBytes: number): TooLargeError {
  return new TooLargeError(`${format}: decompressed size is over ${maxBytes} bytes`, maxBytes);
}
