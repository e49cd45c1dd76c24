import { isValidKvKey, MAX_KV_VALUE_BYTES } from './kv-key.ts';

/**
 * A message of a JetStream key-value bucket, as every NATS client writes them:
 *
 * ```
 * subject  $KV.<bucket>.<key>
 * headers  KV-Operation: DEL | PURGE          the key was deleted; absent: a value
 *          Nats-Marker-Reason: MaxAge | ...   the server deleted it (2.11 and newer)
 *          Nats-Msg-Id: <id of the write>     ours: tells whether a write without an answer was stored
 * body     the value
 * ```
 */
export interface BucketMessage {
  readonly key: string;
  readonly sequence: number;
  /** Undefined: deleted, or ignored because it is too large. */
  readonly value: Uint8Array | undefined;
  readonly writeId: string | undefined;
  /** A well-formed key and a value of a size that we would write. Others are not ours and are ignored. */
  readonly isAcceptable: boolean;
}

/** Name of the header that marks a deletion. */
export const OPERATION_HEADER = 'KV-Operation';
/** Name of the header with the id of a write. */
export const WRITE_ID_HEADER = 'Nats-Msg-Id';

/** Reads a message of the bucket whose subjects begin with `prefix`. `header` gives '' or undefined for what is not there. */
export function readBucketMessage(
  message: { readonly subject: string; readonly sequence: number; readonly data: Uint8Array },
  prefix: string,
  header: (name: string) => string | undefined,
): BucketMessage {
  const { sequence, data } = message;
  const key = message.subject.slice(prefix.length);
  const operation = header(OPERATION_HEADER) ?? '';
  const isDeleted = operation === 'DEL' || operation === 'PURGE' || (header('Nats-Marker-Reason') ?? '') !== '';
  const isAcceptable = isValidKvKey(key) && (isDeleted || data.length <= MAX_KV_VALUE_BYTES);
  const value = isDeleted || !isAcceptable ? undefined : data;
  return { key, sequence, value, writeId: header(WRITE_ID_HEADER) || undefined, isAcceptable };
}
