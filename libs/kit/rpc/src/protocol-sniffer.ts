import type { Socket } from 'node:net';

/** First bytes of an HTTP/2 connection with prior knowledge (RFC 9113 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Where a connection goes, once its protocol is known. */
export interface SniffTargets {
  readonly http1: (socket: Socket) => void;
  readonly http2: (socket: Socket) => void;
  /** A connection that has sent nothing to tell by within this time is destroyed. */
  readonly timeoutMs: number;
}

/**
 * Reads the first bytes of a plain connection, puts them back, and hands the socket to the server for its protocol. Three bytes tell
 * (`PRI` is no method of HTTP/1.1), but a preface that comes in pieces is waited for.
 */
export function sniffProtocol(socket: Socket, targets: SniffTargets): void {
  let seen: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), targets.timeoutMs);
  timer.unref();
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('data', onData).off('close', stop).off('error', stop).off('end', onEnd);
  };
  const onEnd = (): void => {
    stop();
    socket.destroy();
  };
  const onData = (chunk: Buffer): void => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const compared = Math.min(seen.length, PREFACE.length);
    const isPreface = seen.subarray(0, compared).equals(PREFACE.subarray(0, compared));
    if (isPreface && compared < PREFACE.length) return;
    stop();
    socket.pause();
    socket.unshift(seen);
    if (isPreface) targets.http2(socket);
    else {
      targets.http1(socket);
      socket.resume();
    }
  };
  socket.on('data', onData).on('close', stop).on('error', stop).on('end', onEnd);
}
