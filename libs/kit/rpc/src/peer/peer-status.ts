import { Metadata, status as Status, type StatusObject } from '@grpc/grpc-js';
import { TelamonError } from '@telamon/model';
import { v1 } from '@telamon/proto';
import { toGrpcError } from '../grpc-status.ts';
import { asPeerFailure, peerMessageTooLarge, peerTimeout, peerUnavailable, unknownPeerMethod } from './peer-errors.ts';

/** Trailer with a `telamon.v1.ErrorDetail`. */
export const ERROR_TRAILER = 'telamon-error-bin';

/** Trailers count against the caller's header limit (64 KiB); base64 adds a third. */
const MAX_MESSAGE_CHARACTERS = 8192;
/** For those who look with other tools; ours read the detail. */
const MAX_GRPC_MESSAGE_CHARACTERS = 256;

/** Codes that say more than the HTTP status does. */
const CODE_BY_ID: ReadonlyMap<string, Status> = new Map([
  ['peer-wrong-cluster', Status.FAILED_PRECONDITION],
  ['peer-overloaded', Status.RESOURCE_EXHAUSTED],
]);

/** How a failed call ends on the wire: its code, a short text, and the whole error in a trailer. */
export interface FailedStatus {
  readonly code: Status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The status of a failed call. What is not an operational error becomes INTERNAL without its text. */
export function encodeFailure(error: unknown): FailedStatus {
  const { id, status, isRetryable, message } = asPeerFailure(error);
  const metadata = new Metadata();
  const detail = v1.ErrorDetail.encode({ id, status, isRetryable, message: cut(message, MAX_MESSAGE_CHARACTERS) }).finish();
  metadata.set(ERROR_TRAILER, Buffer.from(detail.buffer, detail.byteOffset, detail.length));
  const code = CODE_BY_ID.get(id) ?? toGrpcError(error).code;
  return { code, details: cut(message, MAX_GRPC_MESSAGE_CHARACTERS), metadata };
}

/** The beginning of a text, without half a surrogate pair: neither codec takes one. */
function cut(text: string, maxCharacters: number): string {
  return Buffer.from(text.slice(0, maxCharacters)).toString();
}

/** The error of a call that ended with anything but OK: as the other side threw it, or what its end means. */
export function decodeFailure(ended: StatusObject, address: string, path: string): TelamonError {
  const detail = readDetail(ended.metadata);
  if (detail) return detail;
  switch (ended.code) {
    case Status.DEADLINE_EXCEEDED:
      return peerTimeout(address, path);
    case Status.UNIMPLEMENTED:
      return unknownPeerMethod(path);
    case Status.RESOURCE_EXHAUSTED:
      // The library's own words for messages over the bound; otherwise the connection was told to calm down.
      if (ended.details.includes('larger than')) return peerMessageTooLarge(ended.details);
      return peerUnavailable(address, ended.details);
    default:
      return peerUnavailable(address, ended.details);
  }
}

function readDetail(metadata: Metadata): TelamonError | undefined {
  const [bytes] = metadata.get(ERROR_TRAILER);
  if (!(bytes instanceof Uint8Array)) return undefined;
  try {
    const { message, id, status, isRetryable } = v1.ErrorDetail.decode(bytes);
    // A status outside of HTTP's would make the reply to the user fail.
    return new TelamonError(message, { id, status: status >= 400 && status <= 599 ? status : 500, isRetryable });
  } catch {
    return undefined;
  }
}
