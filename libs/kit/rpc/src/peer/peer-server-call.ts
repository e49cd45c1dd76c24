import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';
import { type Metadata, status as Status } from '@grpc/grpc-js';
import { TelamonError, validateTenantId } from '@telamon/model';
import { CallScope, closeIterator } from './call-scope.ts';
import { IncomingMessages } from './incoming-messages.ts';
import { MessageSender } from './message-sender.ts';
import { Pacer } from './pacer.ts';
import type { PeerCall } from './peer-contract.ts';
import { callCancelled } from './peer-errors.ts';
import type { PeerMethod } from './peer-methods.ts';
import { encodeFailure } from './peer-status.ts';

/** What a call needs of its server. */
export interface PeerServerCallParts {
  readonly method: PeerMethod;
  readonly maxSendBytes: number;
  /** Longest time until the request message of a unary or stream call is whole. */
  readonly receiveTimeoutMs: number;
  /** Throws a TelamonError when the call must not run: checked before any of its message is read. */
  readonly admit: (metadata: Metadata) => void;
  /** Once per admitted call, when its handler is done and nothing more will be sent. */
  readonly onDone: (code: Status, durationMs: number) => void;
  readonly onUnexpected: (error: unknown, path: string) => void;
}

/**
 * One call at the server: admitted by its metadata, then its handler runs while bytes flow no faster than both sides read. Sits right on the
 * library's call, without its streams.
 */
export class PeerServerCall {
  readonly #call: ServerInterceptingCallInterface;
  readonly #parts: PeerServerCallParts;
  readonly #scope: CallScope;
  readonly #startedMs: number = performance.now();
  readonly #incoming: IncomingMessages;
  #sender: MessageSender;
  #receiveTimer: NodeJS.Timeout | undefined;
  #tenant = '';
  #isRunning = false;
  #code: Status = Status.OK;

  constructor(call: ServerInterceptingCallInterface, parts: PeerServerCallParts) {
    this.#call = call;
    this.#parts = parts;
    // The library ends the call at the deadline that the caller sent, and tells us as a cancellation.
    this.#scope = new CallScope({});
    this.#incoming = new IncomingMessages(this.#scope, () => call.startRead());
    this.#sender = new MessageSender(call, this.#scope, parts.maxSendBytes);
  }

  /** Begins; everything further happens by events. */
  start(): void {
    this.#call.start({
      onReceiveMetadata: (metadata) => this.#onMetadata(metadata),
      onReceiveMessage: (message: Uint8Array) => this.#incoming.add(message),
      onReceiveHalfClose: () => this.#incoming.end(),
      onCancel: () => this.#onGone(),
    });
  }

  /** Ends the call with this error, at the handler too. */
  abort(reason: TelamonError): void {
    this.#fail(reason);
    this.#scope.abort(reason);
  }

  #onMetadata(metadata: Metadata): void {
    try {
      this.#parts.admit(metadata);
    } catch (error) {
      this.#call.sendStatus(encodeFailure(error));
      return;
    }
    void this.#run(metadata);
  }

  async #run(metadata: Metadata): Promise<void> {
    this.#isRunning = true;
    try {
      this.#tenant = tenantOf(metadata);
      await this.#serve();
      this.#scope.end();
      this.#call.sendStatus({ code: Status.OK, details: 'OK', metadata: null });
    } catch (error) {
      this.#explain(error);
      this.#scope.abort(error);
    } finally {
      clearTimeout(this.#receiveTimer);
      this.#isRunning = false;
      this.#parts.onDone(this.#code, performance.now() - this.#startedMs);
    }
  }

  async #serve(): Promise<void> {
    const { method } = this.#parts;
    if (method.kind === 'duplex') {
      await this.#pump(method.handler(this.#incoming, this.#peerCall()));
      return;
    }
    const message = await this.#receiveOne();
    // A handler that ignores its signal keeps its place among the calls in progress until it is done.
    if (method.kind === 'unary') await this.#sender.send(await method.handler(message, this.#peerCall()));
    else await this.#pump(method.handler(message, this.#peerCall()));
  }

  async #receiveOne(): Promise<Uint8Array> {
    const { receiveTimeoutMs } = this.#parts;
    this.#receiveTimer = setTimeout(() => this.abort(lateError('the request message did not arrive in time')), receiveTimeoutMs);
    const first = await this.#incoming.next();
    if (first.done) throw new TelamonError('the call has no message', { status: 400 });
    if (!(await this.#incoming.next()).done) throw new TelamonError('the call has more than one message', { status: 400 });
    clearTimeout(this.#receiveTimer);
    return first.value;
  }

  async #pump(messages: AsyncIterable<Uint8Array>): Promise<void> {
    const iterator = messages[Symbol.asyncIterator]();
    const pacer = new Pacer();
    let isDone = false;
    try {
      while (true) {
        const next = await this.#scope.until(iterator.next());
        if (next.done) break;
        await this.#sender.send(next.value);
        await pacer.pause();
      }
      isDone = true;
      await this.#sender.flush();
    } finally {
      if (!isDone) closeIterator(iterator);
    }
  }

  #peerCall(): PeerCall {
    const scope = this.#scope;
    return {
      path: this.#parts.method.path,
      tenant: this.#tenant,
      peer: this.#call.getPeer(),
      get signal() {
        return scope.signal;
      },
    };
  }

  /** The caller is gone, the deadline is over, or the status was sent: nothing more can be said. */
  #onGone(): void {
    clearTimeout(this.#receiveTimer);
    if (!this.#isRunning) return;
    // Timers may be a little early.
    const isLate = Number(this.#call.getDeadline()) <= Date.now() + 5;
    this.#scope.abort(isLate ? lateError('the deadline of the call is over') : callCancelled());
  }

  #explain(error: unknown): void {
    if (this.#scope.isAborted) {
      const reason = encodeFailure(this.#scope.reason);
      if (this.#code === Status.OK) this.#code = reason.code;
      return;
    }
    if (!(error instanceof TelamonError)) this.#parts.onUnexpected(error, this.#parts.method.path);
    this.#fail(error);
  }

  #fail(error: unknown): void {
    const failure = encodeFailure(error);
    if (this.#code === Status.OK) this.#code = failure.code;
    this.#call.sendStatus(failure);
  }
}

function lateError(text: string): TelamonError {
  return new TelamonError(text, { id: 'peer-timeout', status: 504 });
}

function tenantOf(metadata: Metadata): string {
  const values = metadata.get('x-scope-orgid');
  if (values.length === 0) return '';
  if (values.length > 1) throw new TelamonError('multiple org IDs present', { status: 400 });
  // A header arrives as one character per byte.
  const tenant = Buffer.from(String(values[0]), 'latin1').toString('utf8');
  validateTenantId(tenant);
  return tenant;
}
