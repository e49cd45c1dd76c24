import { TelamonError } from '@telamon/model';

/** Version of remote write that a request speaks. */
export type WriteProtocol = 'v1' | 'v2';

const PROTOBUF = 'application/x-protobuf';
const MESSAGES: ReadonlyMap<string, WriteProtocol> = new Map([
  ['prometheus.WriteRequest', 'v1'],
  ['io.prometheus.write.v2.Request', 'v2'],
]);

/**
 * Version of a request by its Content-Type: none at all is version 1, the `proto` parameter names the message. Throws 415 for
 * another media type or message. Letters and quotes count, as in Prometheus and Cortex, though HTTP is laxer.
 */
export function writeProtocolOf(contentType: string | undefined): WriteProtocol {
  if (contentType === undefined || contentType === '') return 'v1';
  const [media, ...parameters] = contentType.split(';').map((part) => part.trim());
  if (media !== PROTOBUF) throw unsupported(`expected ${PROTOBUF} as the first (media) part, got ${contentType} content-type`);
  for (const parameter of parameters) {
    const [name, message = ''] = splitOnce(parameter);
    if (name !== 'proto') continue;
    const protocol = MESSAGES.get(message);
    if (protocol === undefined) throw unsupported(`got ${message} content type; unknown remote write protobuf message`);
    return protocol;
  }
  return 'v1';
}

function splitOnce(parameter: string): [string, string?] {
  const at = parameter.indexOf('=');
  return at < 0 ? [parameter] : [parameter.slice(0, at), parameter.slice(at + 1)];
}

/** Throws 415 unless the body is compressed as a snappy block, which is also what no header at all means. */
export function checkSnappyEncoding(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding === '' || contentEncoding === 'snappy') return;
  throw unsupported(`${contentEncoding} encoding (compression) is not accepted by this server; only snappy is acceptable`);
}

function unsupported(message: string): TelamonError {
  return new TelamonError(message, { status: 415, isRetryable: false });
}
