import { TelamonError } from '@telamon/model';

/** Most bytes of one message each way when nothing else is set. */
export const DEFAULT_PEER_MESSAGE_BYTES: number = 100 << 20;

/** The peer can't be reached, went away during the call, or takes none any more. 503, retryable. */
export function peerUnavailable(address: string, why: string): TelamonError {
  return new TelamonError(`peer ${address} is not available: ${why}`, { id: 'peer-unavailable', status: 503 });
}

/** The call did not end within its time. 504, retryable. */
export function peerTimeout(address: string, path: string): TelamonError {
  return new TelamonError(`peer ${address} did not answer ${path} in time`, { id: 'peer-timeout', status: 504 });
}

/** The peer has no such method: another version, or not that role. 501, not retryable. */
export function unknownPeerMethod(path: string): TelamonError {
  return new TelamonError(`the peer has no method ${path}`, { id: 'peer-unknown-method', status: 501, isRetryable: false });
}

/** A message is over the bound of its sender or receiver. 413, not retryable. */
export function peerMessageTooLarge(detail: string): TelamonError {
  return new TelamonError(`message too large: ${detail}`, { id: 'peer-message-too-large', status: 413, isRetryable: false });
}

/** Refuses a message that is over the bound, before any of it is sent. @throws TelamonError 413. */
export function checkMessageSize(message: Uint8Array, maxBytes: number): void {
  if (message.length > maxBytes) throw peerMessageTooLarge(`${message.length} bytes; the limit is ${maxBytes}`);
}

/** The caller belongs to another cluster, or does not say to which. 503, retryable (with another peer, or when the ring is right). */
export function wrongCluster(theirs: string, ours: string): TelamonError {
  const whose = theirs === '' ? 'no cluster' : `cluster ${JSON.stringify(theirs.slice(0, 64))}`;
  return new TelamonError(`call from ${whose} refused; this is ${JSON.stringify(ours)}`, {
    id: 'peer-wrong-cluster',
    status: 503,
  });
}

/** The process works on as many calls as it may. 503, retryable. */
export function peerOverloaded(maxCalls: number): TelamonError {
  return new TelamonError(`too many calls in progress; the limit is ${maxCalls}`, { id: 'peer-overloaded', status: 503 });
}

/** The process is about to end. 503, retryable. */
export function peerStopping(): TelamonError {
  return new TelamonError('the peer is shutting down', { id: 'peer-stopping', status: 503 });
}

/** The caller gave up; what a handler finds as the reason of its signal. */
export function callCancelled(): TelamonError {
  return new TelamonError('the caller cancelled the call', { id: 'peer-call-cancelled', status: 499, isRetryable: false });
}

/** What a caller may know of a failure: an operational error without its cause, anything else as 500 without its text. */
export function asPeerFailure(error: unknown): TelamonError {
  if (!(error instanceof TelamonError)) return new TelamonError('internal error', { id: 'peer-internal', status: 500 });
  const { id, status, isRetryable, message } = error;
  return new TelamonError(message, { id, status, isRetryable });
}
