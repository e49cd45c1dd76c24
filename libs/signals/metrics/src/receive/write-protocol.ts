import { TelamonError } from '@telamon/model';
import { parseMediaType } from '@telamon/rpc';

/** Version of remote write that a request speaks. */
export type WriteProtocol = 'v1' | 'v2';

const PROTOBUF = 'application/x-protobuf';
const MESSAGES: ReadonlyMap<string, WriteProtocol> = new Map([
  ['prometheus.WriteRequest', 'v1'],
  ['io.prometheus.write.v2.Request', 'v2'],
]);

/**
 * Version of a request by its Content-Type: none at all is version 1, the `proto` parameter names the message. Throws 415 for
 * another media type or message.
 */
export function writeProtocolOf(contentType: string | undefined): WriteProtocol {
  if (contentType === undefined || contentType === '') return 'v1';
  const media = parseMediaType(contentType);
  if (media === undefined || media.essence !== PROTOBUF) {
    throw unsupported(`expected ${PROTOBUF} as the first (media) part, got ${contentType} content-type`);
  }
  const message = media.parameters.get('proto');
  if (message === undefined) return 'v1';
  const protocol = MESSAGES.get(message);
  if (protocol === undefined) throw unsupported(`got ${message} content type; unknown remote write protobuf message`);
  return protocol;
}

/** Throws 415 unless the body is compressed as a snappy block, which is also what no header at all means. */
export function checkSnappyEncoding(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding === '' || contentEncoding.toLowerCase() === 'snappy') return;
  throw unsupported(`${contentEncoding} encoding (compression) is not accepted by this server; only snappy is acceptable`);
}

function unsupported(message: string): TelamonError {
  return new TelamonError(message, { status: 415, isRetryable: false });
}
