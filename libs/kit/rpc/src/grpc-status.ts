import { TelamonError } from '@telamon/model';

/** gRPC status codes (grpc/doc/statuscodes.md). */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** One of {@link GrpcStatus}. */
export type GrpcCode = (typeof GrpcStatus)[keyof typeof GrpcStatus];

/** A failed call, with the code and, if any, the serialised `google.rpc.Status` for `grpc-status-details-bin`. */
export class GrpcError extends Error {
  readonly code: GrpcCode;
  readonly details: Uint8Array | undefined;

  constructor(code: GrpcCode, message: string, details?: Uint8Array) {
    super(message);
    this.name = 'GrpcError';
    this.code = code;
    this.details = details;
  }
}

const CODE_BY_HTTP: ReadonlyMap<number, GrpcCode> = new Map<number, GrpcCode>([
  [400, GrpcStatus.INVALID_ARGUMENT],
  [401, GrpcStatus.UNAUTHENTICATED],
  [403, GrpcStatus.PERMISSION_DENIED],
  [404, GrpcStatus.NOT_FOUND],
  [405, GrpcStatus.UNIMPLEMENTED],
  [408, GrpcStatus.DEADLINE_EXCEEDED],
  [409, GrpcStatus.ABORTED],
  [413, GrpcStatus.RESOURCE_EXHAUSTED],
  [415, GrpcStatus.INVALID_ARGUMENT],
  [422, GrpcStatus.INVALID_ARGUMENT],
  [429, GrpcStatus.RESOURCE_EXHAUSTED],
  [499, GrpcStatus.CANCELLED],
  [501, GrpcStatus.UNIMPLEMENTED],
  [503, GrpcStatus.UNAVAILABLE],
  [504, GrpcStatus.DEADLINE_EXCEEDED],
]);

/** What a thrown value means to a gRPC client. Anything that is not an operational error is INTERNAL without its text. */
export function toGrpcError(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  if (!(error instanceof TelamonError)) return new GrpcError(GrpcStatus.INTERNAL, 'internal error');
  const fallback = error.isRetryable ? GrpcStatus.UNAVAILABLE : GrpcStatus.INTERNAL;
  return new GrpcError(CODE_BY_HTTP.get(error.status) ?? fallback, error.message);
}

/** Message text of at most this many characters goes into trailers, which count against the client's header limit. */
const MAX_MESSAGE_LENGTH = 1024;

/** Percent-encodes a `grpc-message`: everything but printable ASCII, and `%` itself. */
export function encodeGrpcMessage(message: string): string {
  const bytes = Buffer.from(message.slice(0, MAX_MESSAGE_LENGTH), 'utf8');
  let encoded = '';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

const TIMEOUT_UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1000],
  ['m', 1],
  ['u', 1e-3],
  ['n', 1e-6],
]);

/** `grpc-timeout` in milliseconds; undefined when absent. @throws GrpcError INVALID_ARGUMENT when malformed. */
export function parseGrpcTimeoutMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const parts = /^([0-9]{1,8})([HMSmun])$/.exec(header);
  if (!parts) throw new GrpcError(GrpcStatus.INVALID_ARGUMENT, 'malformed grpc-timeout');
  return Number(parts[1]) * TIMEOUT_UNIT_MS.get(parts[2]!)!;
}
