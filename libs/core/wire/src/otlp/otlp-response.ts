import { jsonStringHtml } from '@telamon/model';
import { ProtoWriter } from '../proto-writer.ts';

/** What a receiver could not take of an otherwise accepted request. */
export interface OtlpPartialSuccess {
  /** 0 with a message is a warning. */
  readonly rejectedDataPoints: number;
  readonly errorMessage: string;
}

/** Encodings of OTLP/HTTP; a response has that of its request. */
export type OtlpEncoding = 'protobuf' | 'json';

const encoder = new TextEncoder();

/** Body of an `ExportMetricsServiceResponse`: empty (`{}` in JSON) when everything was taken. */
export function encodeOtlpMetricsResponse(encoding: OtlpEncoding, partial?: OtlpPartialSuccess): Uint8Array {
  if (encoding === 'protobuf') {
    const out = new ProtoWriter();
    if (partial !== undefined) {
      out.message(1, (message) => message.int64(1, partial.rejectedDataPoints).string(2, partial.errorMessage));
    }
    return out.finish();
  }
  if (partial === undefined) return encoder.encode('{}');
  const parts: string[] = [];
  if (partial.rejectedDataPoints !== 0) parts.push(`"rejectedDataPoints":"${partial.rejectedDataPoints}"`);
  if (partial.errorMessage !== '') parts.push(`"errorMessage":${jsonStringHtml(partial.errorMessage)}`);
  return encoder.encode(`{"partialSuccess":{${parts.join(',')}}}`);
}

/** Body of an error: `google.rpc.Status` with a gRPC code (3 invalid argument, 8 resource exhausted, 14 unavailable ...). */
export function encodeRpcStatus(encoding: OtlpEncoding, code: number, message: string): Uint8Array {
  if (encoding === 'protobuf') return new ProtoWriter().int64(1, code).string(2, message).finish();
  return encoder.encode(`{"code":${code},"message":${jsonStringHtml(message)}}`);
}
