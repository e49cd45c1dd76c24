import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../harness/child-server.ts';

/** What goes wrong on the way. Nothing set: bytes pass as they come. */
export interface Fault {
  /** Every piece of data arrives this much later, either way, ms. */
  readonly latencyMs?: number;
  /** Connections stay open and nothing passes: what is sent is swallowed. */
  readonly isBlackhole?: boolean;
  /** Connections are refused, and those that there are cut off. */
  readonly isRefused?: boolean;
  /** Chance that a piece of data cuts its connection off, 0 to 1. */
  readonly resetChance?: number;
  /** Bytes a second that pass, each way of each connection. */
  readonly bytesPerSecond?: number;
}

/** What a proxy stands between. */
export interface FaultProxyOptions {
  /** Where it listens; a free port when not given. */
  readonly port?: number;
  /** Ports that connections go to, in turn; with none a connection is refused. */
  readonly targetPorts: () => readonly number[];
  /** Name of whoever opened the connection with this port, for faults between two; '' when unknown. */
  readonly sourceOf?: ((port: number) => string) | undefined;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

interface Link {
  readonly source: string;
  readonly client: Socket;
  readonly upstream: Socket;
}

interface Dial {
  readonly source: string;
  readonly client: Socket;
  readonly ports: readonly number[];
  readonly turn: number;
  readonly isLast: boolean;
  /** Whether what the client sends goes nowhere. */
  readonly isSwallowed: boolean;
}

const NO_FAULT: Fault = {};

/** A TCP proxy on 127.0.0.1 that can do harm: to everyone, or to what comes from one source. */
export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #faults = new Map<string, Fault>();
  #general: Fault = NO_FAULT;
  #turn = 0;
  #port = 0;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.#server.listen(options.port ?? (await freePort()), '127.0.0.1');
    await once(proxy.#server, 'listening');
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    proxy.#port = address.port;
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Whether it takes new connections; those that are there go on. */
  setListening(isListening: boolean): void {
    if (isListening === this.#server.listening) return;
    if (isListening) this.#server.listen(this.#port, '127.0.0.1');
    else this.#server.close();
  }

  /** Sets what goes wrong from now on, for one source or ('') for all. A fault of a source stands before the general one. */
  fail(fault: Fault, source = ''): void {
    if (source === '') this.#general = fault;
    else this.#faults.set(source, fault);
    for (const link of [...this.#links]) if (this.#faultOf(link.source).isRefused === true) cut(link);
  }

  /** Nothing goes wrong any more; connections that swallowed data are cut off, as a healed network would make them fail. */
  heal(): void {
    const harmed = [...this.#links].filter(({ source }) => this.#faultOf(source).isBlackhole === true);
    this.#general = NO_FAULT;
    this.#faults.clear();
    for (const link of harmed) cut(link);
  }

  async close(): Promise<void> {
    for (const link of [...this.#links]) cut(link);
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #faultOf(source: string): Fault {
    return this.#faults.get(source) ?? this.#general;
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    const source = this.#options.sourceOf?.(client.remotePort ?? 0) ?? '';
    if (this.#faultOf(source).isRefused === true) {
      client.resetAndDestroy();
      return;
    }
    const ports = this.#options.targetPorts();
    if (ports.length === 0) client.resetAndDestroy();
    else {
      const isSwallowed = this.#faultOf(source).isBlackhole === true;
      this.#dial({ source, client, ports, turn: this.#turn++, isLast: ports.length === 1, isSwallowed });
    }
  }

  /** Connects to the target whose turn it is, or to the one after it when that refuses: nothing was sent yet. */
  #dial(dial: Dial): void {
    const { source, client, ports, turn, isLast, isSwallowed } = dial;
    const upstream = connect({ port: ports[turn % ports.length]!, host: '127.0.0.1', allowHalfOpen: true });
    const retry = (): void => {
      upstream.destroy();
      if (isLast || client.destroyed) client.resetAndDestroy();
      else this.#dial({ ...dial, turn: turn + 1, isLast: true });
    };
    upstream.once('error', retry);
    upstream.once('connect', () => {
      upstream.off('error', retry);
      // What was swallowed meanwhile does not come back.
      const isCut = isSwallowed && this.#faultOf(source).isBlackhole !== true;
      if (client.destroyed || isCut) cut({ source, client, upstream });
      else this.#join({ source, client, upstream });
    });
  }

  #join(link: Link): void {
    const { client, upstream } = link;
    this.#links.add(link);
    upstream.on('error', () => cut(link));
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.#links.delete(link);
        cut(link);
      });
    }
    this.#pass(link, client, upstream);
    this.#pass(link, upstream, client);
  }

  /** Carries one way. Pieces keep their order whatever the delay; a slow receiver pauses the sender. */
  #pass(link: Link, from: Socket, to: Socket): void {
    let tail: Promise<void> = Promise.resolve();
    from.on('data', (piece: Buffer) => {
      const fault = this.#faultOf(link.source);
      if (fault.isBlackhole === true) return;
      if (fault.resetChance !== undefined && this.#options.random() < fault.resetChance) {
        cut(link);
        return;
      }
      const delayMs =
        (fault.latencyMs ?? 0) + (fault.bytesPerSecond === undefined ? 0 : (piece.length * 1000) / fault.bytesPerSecond);
      if (delayMs === 0 && from.readableFlowing !== false) {
        tail = tail.then(() => write(to, piece, from));
        return;
      }
      const due = new Promise<void>((resolve) => setTimeout(resolve, delayMs));
      if (fault.bytesPerSecond !== undefined) from.pause();
      tail = tail.then(() => due).then(() => write(to, piece, from));
    });
    from.once('end', () => {
      tail = tail.then(() => void to.end());
    });
  }
}

function cut({ client, upstream }: Link): void {
  if (!client.destroyed) client.resetAndDestroy();
  if (!upstream.destroyed) upstream.resetAndDestroy();
}

function write(to: Socket, piece: Buffer, from: Socket): void {
  if (to.destroyed) return;
  if (to.write(piece)) {
    from.resume();
    return;
  }
  from.pause();
  to.once('drain', () => from.resume());
}
