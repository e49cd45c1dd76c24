import { TelamonError } from '@telamon/model';

/** Reads a message of another process with its generated codec. TelamonError 500, not retryable, when the bytes are malformed. */
export function decodeMessage<T>(codec: { readonly decode: (bytes: Uint8Array) => T }, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new TelamonError('a message between processes is malformed', { status: 500, isRetryable: false, cause });
  }
}
