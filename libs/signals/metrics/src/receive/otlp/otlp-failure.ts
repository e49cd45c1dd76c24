import { TelamonError } from '@telamon/model';
import { type GrpcCode, GrpcError, GrpcStatus, toGrpcError } from '@telamon/rpc';
import { ProtoWriter } from '@telamon/wire';

const MIN_RETRY_SECONDS = 6;
const MAX_RETRY_SECONDS = 96;

/** How a refused request is answered over HTTP and gRPC. */
export interface OtlpFailure {
  /** Clients retry 429, 502, 503 and 504 and nothing else. */
  readonly status: number;
  readonly code: GrpcCode;
  readonly message: string;
  readonly isRetryable: boolean;
}

/**
 * What a thrown value means to an OTLP client. Whatever is worth a retry is 503, since a client throws the data of a 500 away;
 * that goes for programmer errors too, whose text is not told.
 */
export function otlpFailure(error: unknown): OtlpFailure {
  if (!(error instanceof TelamonError)) {
    return { status: 503, code: GrpcStatus.UNAVAILABLE, message: 'internal error', isRetryable: true };
  }
  const { message } = error;
  const isKept = error.status < 500 || (error.status >= 502 && error.status <= 504);
  const status = isKept ? error.status : 503;
  const isRetryable = status === 429 || status >= 502;
  return { status, code: isKept ? toGrpcError(error).code : GrpcStatus.UNAVAILABLE, message, isRetryable };
}

/**
 * Seconds after which a refused client should try again: 6, doubled with each attempt that it tells, at most 96, give or take
 * half. `random` is in [0, 1).
 */
export function retryAfterSeconds(attempt: string | undefined, random: number): number {
  const tried = attempt !== undefined && /^[1-9][0-9]{0,3}$/.test(attempt) ? Number(attempt) : 1;
  const base = Math.min(MAX_RETRY_SECONDS, MIN_RETRY_SECONDS * 2 ** (tried - 1));
  return Math.max(1, Math.round(base * (0.5 + random)));
}

/**
 * The failure as a gRPC status; retryable ones carry `google.rpc.RetryInfo`, without which clients take RESOURCE_EXHAUSTED for
 * final.
 */
export function grpcFailure(failure: OtlpFailure, retrySeconds: number): GrpcError {
  const { code, message, isRetryable } = failure;
  if (!isRetryable) return new GrpcError(code, message);
  const info = new ProtoWriter().message(1, (delay) => delay.uvarint(1, retrySeconds)).finish();
  const status = new ProtoWriter().int64(1, code).string(2, message.slice(0, 1024));
  status.message(3, (any) => any.string(1, 'type.googleapis.com/google.rpc.RetryInfo').bytes(2, info));
  return new GrpcError(code, message, status.finish());
}
