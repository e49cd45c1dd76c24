import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

interface Stored {
  readonly value: Buffer;
  readonly expiresAtMs: number;
}

/**
 * The few commands of Redis' protocol that a cache needs, for machines without a real server: HELLO, CLIENT, SELECT, PING, GET and
 * SET with PX. What it is told is kept in memory.
 */
export class RedisProtocolServer {
  readonly #server: Server;
  readonly #stored = new Map<string, Stored>();
  readonly #sockets = new Set<Socket>();
  /** While set, commands are taken and not answered. */
  isDeaf = false;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<RedisProtocolServer> {
    const server = new RedisProtocolServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let rest: Buffer = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let command = readCommand(rest); command !== undefined; command = readCommand(rest)) {
        rest = rest.subarray(command.sizeBytes);
        if (!this.isDeaf) socket.write(this.#answer(command.parts));
      }
    });
  }

  #answer(parts: readonly Buffer[]): Buffer {
    const name = parts[0]!.toString().toUpperCase();
    if (name === 'GET') return this.#get(parts[1]!);
    if (name === 'SET') this.#set(parts);
    if (name === 'HELLO') return Buffer.from('%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n');
    return Buffer.from(name === 'PING' ? '+PONG\r\n' : '+OK\r\n');
  }

  #get(key: Buffer): Buffer {
    const stored = this.#stored.get(key.toString('latin1'));
    if (stored === undefined || stored.expiresAtMs <= Date.now()) return Buffer.from('$-1\r\n');
    return Buffer.concat([Buffer.from(`$${stored.value.length}\r\n`), stored.value, Buffer.from('\r\n')]);
  }

  #set([, key, value, px, ttl]: readonly Buffer[]): void {
    if (px?.toString().toUpperCase() !== 'PX') throw new Error('a cache must say how long');
    const expiresAtMs = Date.now() + Number(ttl!.toString());
    this.#stored.set(key!.toString('latin1'), { value: Buffer.from(value!), expiresAtMs });
  }
}

/** Reads `*n` and n bulk strings; undefined while they are not complete. */
function readCommand(bytes: Buffer): { readonly parts: Buffer[]; readonly sizeBytes: number } | undefined {
  let at = 0;
  const line = (): string | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const text = bytes.toString('latin1', at, end);
    at = end + 2;
    return text;
  };
  const head = line();
  if (head === undefined) return undefined;
  const parts: Buffer[] = [];
  for (let i = 0; i < Number(head.slice(1)); i++) {
    const size = line();
    if (size === undefined || bytes.length < at + Number(size.slice(1)) + 2) return undefined;
    parts.push(bytes.subarray(at, at + Number(size.slice(1))));
    at += Number(size.slice(1)) + 2;
  }
  return { parts, sizeBytes: at };
}
