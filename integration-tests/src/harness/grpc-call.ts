import { once } from 'node:events';
import { type ClientHttp2Session, connect, constants } from 'node:http2';

/** How one unary gRPC call ended. */
export interface GrpcOutcome {
  readonly httpStatus: number;
  /** `grpc-status`, or -1 when the stream broke without one. */
  readonly grpcStatus: number;
  readonly message: string;
}

/** Bytes of one gRPC message: flag, length, content. `declaredLength` lies about the length. */
export function grpcFrame(content: Uint8Array, isCompressed: boolean = false, declaredLength: number = content.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = isCompressed ? 1 : 0;
  head.writeUInt32BE(declaredLength, 1);
  return Buffer.concat([head, content]);
}

/** Opens an HTTP/2 session without TLS; errors of it are left to the calls. */
export function openSession(base: string): ClientHttp2Session {
  const session = connect(base);
  session.on('error', () => undefined);
  return session;
}

/** Makes one call with a body as it is. */
export async function grpcCall(
  base: string,
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<GrpcOutcome> {
  const session = openSession(base);
  try {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const outcome = { httpStatus: 0, grpcStatus: -1, message: '' };
    const read = (fields: Readonly<Record<string, unknown>>): void => {
      if (fields[':status'] !== undefined) outcome.httpStatus = Number(fields[':status']);
      if (fields['grpc-status'] !== undefined) outcome.grpcStatus = Number(fields['grpc-status']);
      if (fields['grpc-message'] !== undefined) outcome.message = decodeURIComponent(String(fields['grpc-message']));
    };
    stream.on('response', read);
    stream.on('trailers', read);
    stream.on('error', () => undefined);
    stream.setTimeout(10_000, () => stream.close(constants.NGHTTP2_CANCEL));
    stream.resume();
    stream.end(body);
    await once(stream, 'close');
    return outcome;
  } finally {
    session.destroy();
  }
}
