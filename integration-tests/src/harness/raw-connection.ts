import { once } from 'node:events';
import { connect } from 'node:net';

/** What a raw exchange ended with. */
export interface RawAnswer {
  /** Everything that the server sent. */
  readonly bytes: Buffer;
  /** Status of the first HTTP/1.1 answer, or 0 when there was none. */
  readonly status: number;
  /** Whether the server ended the connection, rather than we after the time. */
  readonly isClosedByServer: boolean;
}

/**
 * Writes bytes to a listener as they are and collects what comes back until the server closes or the time is over.
 * `parts` may be endless: writing stops as soon as the connection is gone.
 */
export async function rawExchange(
  base: string,
  parts: Iterable<Uint8Array | string>,
  timeoutMs: number = 3000,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  const received: Buffer[] = [];
  let isClosed = false;
  const ended = new Promise<void>((resolve) => {
    const finish = (): void => {
      isClosed = true;
      resolve();
    };
    socket.on('end', finish);
    socket.on('close', finish);
    socket.on('error', finish);
  });
  socket.on('data', (chunk) => received.push(chunk));
  await once(socket, 'connect');
  const timer = new AbortController();
  const timeout = new Promise<void>((resolve) => {
    const handle = setTimeout(resolve, timeoutMs);
    timer.signal.addEventListener('abort', () => clearTimeout(handle));
  });
  for (const part of parts) {
    if (isClosed) break;
    if (!socket.write(part)) await Promise.race([once(socket, 'drain').catch(() => undefined), ended, timeout]);
  }
  await Promise.race([ended, timeout]);
  const isClosedByServer = isClosed;
  timer.abort();
  socket.destroy();
  const bytes = Buffer.concat(received);
  return { bytes, status: Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 0), isClosedByServer };
}
