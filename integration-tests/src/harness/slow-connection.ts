import { once, setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How a connection that was written to slowly ended. */
export interface SlowAnswer {
  /** Status of the first HTTP/1.1 answer, or 0 when there was none. */
  readonly status: number;
  /** Whether the server ended the connection, rather than we after the time. */
  readonly isClosedByServer: boolean;
  readonly tookMs: number;
}

/** Writes `head`, then one byte of nothing every `everyMs` until the server closes, `timeoutMs` is over or the signal aborts. */
export async function drip(
  base: string,
  head: string,
  { everyMs, timeoutMs, signal }: { readonly everyMs: number; readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<SlowAnswer> {
  const startedMs = performance.now();
  // One signal ends hundreds of connections.
  if (signal !== undefined) setMaxListeners(0, signal);
  const socket = await connected(base);
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = Promise.race([once(socket, 'end'), once(socket, 'close')]).then(
    () => true,
    () => true,
  );
  socket.write(head);
  const dripping = setInterval(() => void (socket.writable && socket.write('x')), everyMs);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
    signal?.addEventListener('abort', () => resolve(false));
  });
  const isClosedByServer = await Promise.race([closed, timeout]);
  clearTimeout(timer);
  clearInterval(dripping);
  socket.destroy();
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  return { status, isClosedByServer, tookMs: performance.now() - startedMs };
}

/** A client that asks for something large, takes the first bytes and then nothing until it is told to go on. */
export class StalledReader {
  readonly #socket: Socket;
  readonly #first: Buffer;

  private constructor(socket: Socket, first: Buffer) {
    this.#socket = socket;
    this.#first = first;
    socket.on('error', () => {});
  }

  /** Sends the request and resolves when the first bytes of the answer came; nothing is read from then on. */
  static async open(base: string, request: string): Promise<StalledReader> {
    const socket = await connected(base);
    socket.write(request);
    await once(socket, 'readable');
    const first = (socket.read() as Buffer | null) ?? Buffer.alloc(0);
    return new StalledReader(socket, first);
  }

  /** Bytes that the answer's head announces, or NaN. */
  get announcedBytes(): number {
    return Number(/content-length: (\d+)/i.exec(this.#first.toString('latin1'))?.[1]);
  }

  /** Reads until the announced end, or the server's, and gives the length of the body and its last bytes. */
  async finish(timeoutMs: number): Promise<{ readonly bodyBytes: number; readonly tail: string }> {
    const headBytes = this.#first.indexOf('\r\n\r\n') + 4;
    const wanted = this.announcedBytes + headBytes;
    let bytes = this.#first.length;
    let tail = this.#first.subarray(-16);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${bytes} of ${wanted} bytes after ${timeoutMs} ms`)), timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#socket.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        tail = Buffer.concat([tail, chunk.subarray(-16)]).subarray(-16);
        if (bytes >= wanted) done();
      });
      this.#socket.on('close', done);
      this.#socket.resume();
    });
    this.destroy();
    return { bodyBytes: bytes - headBytes, tail: tail.toString('latin1') };
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

async function connected(base: string): Promise<Socket> {
  const { hostname, port } = new URL(base);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  return socket;
}
