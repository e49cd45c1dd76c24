import {
  type ChannelInterface,
  type InterceptingListener,
  type Metadata,
  status as Status,
  type StatusObject,
} from '@grpc/grpc-js';

/** The library's call as its channel makes it; the package does not export the name. */
type ChannelCall = ReturnType<ChannelInterface['createCall']>;

/** What a {@link GrpcCall} is given. */
export interface GrpcCallOptions {
  readonly channel: ChannelInterface;
  readonly path: string;
  readonly metadata: Metadata;
  /** When the call ends as DEADLINE_EXCEEDED, ms since 1970; Infinity: never. */
  readonly deadlineMs: number;
  /** Makes the error of a call that ended with anything but OK. */
  readonly explain: (status: StatusObject) => Error;
  /** Once, when nothing more will happen. */
  readonly onEnd: (code: Status) => void;
}

/**
 * One call of the client, right on the library's channel: no stream objects between, one message read ahead at most, none when nobody reads.
 */
export class GrpcCall {
  // Let go of at the end: the library's streams outlive their calls until the next whole collection of garbage, and hold these objects.
  #call: ChannelCall | undefined;
  #options: GrpcCallOptions | undefined;
  readonly #waitingSends = new Set<() => void>();
  #ahead: Uint8Array | undefined;
  #isReading = false;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #waiter: { resolve(message: Uint8Array | undefined): void; reject(error: unknown): void } | undefined;

  /** Begins the call. Throws when the address can't be parsed. */
  constructor(options: GrpcCallOptions) {
    this.#options = options;
    const call = options.channel.createCall(options.path, options.deadlineMs, null, null, null);
    this.#call = call;
    const listener: InterceptingListener = {
      onReceiveMetadata: () => {},
      onReceiveMessage: (message: Uint8Array) => this.#onMessage(message),
      onReceiveStatus: (status) => this.#onStatus(status),
    };
    call.start(options.metadata, listener);
  }

  /** Whether the call ended early; further sends are of no use. */
  get isEnded(): boolean {
    return this.#isEnded || this.#failure !== undefined;
  }

  /** Resolves when the connection has taken the message, or the call is over. */
  send(message: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.isEnded) return resolve();
      const done = (): void => {
        this.#waitingSends.delete(done);
        resolve();
      };
      this.#waitingSends.add(done);
      const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message.buffer, message.byteOffset, message.length);
      this.#call?.sendMessageWithContext({ callback: done }, bytes);
    });
  }

  /** No more messages will be sent. */
  halfClose(): void {
    if (!this.isEnded) this.#call?.halfClose();
  }

  /** The next message, undefined when the other side has ended well. Rejects when the call failed. One at a time. */
  next(): Promise<Uint8Array | undefined> {
    if (this.#failure) return Promise.reject(this.#failure.error as Error);
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead === undefined && this.#isEnded) return Promise.resolve(undefined);
    this.#read();
    if (ahead !== undefined) return Promise.resolve(ahead);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** Ends the call, at the other side too; who waits gets the reason. Without effect when it is over. */
  cancel(reason: unknown): void {
    if (this.isEnded) return;
    this.#fail(reason);
    this.#call?.cancelWithStatus(Status.CANCELLED, 'cancelled');
  }

  #read(): void {
    if (this.#isReading || this.#isEnded) return;
    this.#isReading = true;
    this.#call?.startRead();
  }

  #onMessage(message: Uint8Array): void {
    this.#isReading = false;
    if (this.#failure) return;
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (!waiter) {
      this.#ahead = message;
      return;
    }
    waiter.resolve(message);
    this.#read();
  }

  #onStatus(status: StatusObject): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const options = this.#options;
    this.#call = undefined;
    this.#options = undefined;
    if (options !== undefined && status.code !== Status.OK && !this.#failure) this.#fail(options.explain(status));
    this.#waiter?.resolve(undefined);
    this.#waiter = undefined;
    this.#releaseSends();
    options?.onEnd(status.code);
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#ahead = undefined;
    this.#waiter?.reject(error);
    this.#waiter = undefined;
    this.#releaseSends();
  }

  #releaseSends(): void {
    for (const done of [...this.#waitingSends]) done();
  }
}
