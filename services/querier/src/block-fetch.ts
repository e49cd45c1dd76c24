import type { BlockRequest } from '@telamon/contract';
import { storeConsistencyCheckFailed } from '@telamon/limits';
import { TelamonError } from '@telamon/model';
import { type Instance, MessageInbox, type RingReader } from '@telamon/ring';
import type { PeerTransport } from '@telamon/rpc';
import type { Clock } from '@telamon/telemetry';
import { nextOwner } from './block-owners.ts';
import { type CallGuard, watchedStream } from './watched-stream.ts';

/** How store-gateways are asked. */
export interface BlockFetchOptions {
  /** Ring of the store-gateways. */
  readonly ring: RingReader;
  readonly transport: PeerTransport;
  /** `telamon.v1.StoreGateway`. */
  readonly service: string;
  /** Zone of this process, whose gateways are preferred; '' for none. */
  readonly zone: string;
  /** Gateways that are asked for a block until it was read. */
  readonly maxAttempts: number;
  /** Time until the first message of a gateway after which another one is asked for the same blocks, ms. */
  readonly hedgeAfterMs: number;
  /** Longest time of one call, ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly guard?: CallGuard;
  /** Told of every block that another gateway is asked for. */
  readonly onRetry?: (count: number, why: 'failed' | 'not-read' | 'slow') => void;
}

/** A block that is still to be read. */
interface WantedBlock {
  /** Ids of gateways. */
  readonly asked: Set<string>;
  /** Calls under way that may bring it. */
  running: number;
  /** What the last call ended with that did not bring it; undefined when it ended well and just did not say so. */
  failure: { readonly error: unknown } | undefined;
}

/** A call to one gateway. */
interface Call {
  readonly instance: Instance;
  readonly blocks: readonly string[];
  readonly controller: AbortController;
}

/**
 * One reading of some blocks of a tenant. Each block is asked for at one gateway; those that did not say that they read it (or failed, or
 * keep silent) are followed by another one, until every block was told as read.
 */
export class BlockFetch {
  readonly #options: BlockFetchOptions;
  readonly #tenant: string;
  readonly #request: BlockRequest;
  readonly #signal: AbortSignal;
  readonly #wanted: Map<string, WantedBlock>;
  readonly #calls = new Set<Call>();
  readonly #inbox = new MessageInbox<Uint8Array>();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: BlockFetchOptions, tenant: string, request: BlockRequest, signal: AbortSignal) {
    this.#options = options;
    this.#tenant = tenant;
    this.#request = request;
    this.#signal = signal;
    this.#wanted = new Map(request.blocks.map((ulid) => [ulid, { asked: new Set(), running: 0, failure: undefined }]));
  }

  /** Messages as they come; at most one of each call waits. Call it once. */
  async *run(): AsyncGenerator<Uint8Array> {
    const onAbort = (): void => this.#end({ error: this.#signal.reason });
    if (this.#signal.aborted) onAbort();
    this.#signal.addEventListener('abort', onAbort, { once: true });
    try {
      this.#ask([...this.#wanted.keys()]);
      if (this.#calls.size === 0 && this.#wanted.size > 0) throw noStoreGateways();
      this.#finishIfDone();
      for (;;) {
        const message = await this.#inbox.take();
        if (this.#failure !== undefined) throw this.#failure.error;
        if (message === undefined) return;
        yield message.value;
      }
    } finally {
      this.#signal.removeEventListener('abort', onAbort);
      this.#end(undefined);
    }
  }

  /** Asks for blocks at the gateway that is next for each; those that have none left wait for the calls that run. */
  #ask(ulids: readonly string[]): number {
    const { ring, zone, maxAttempts } = this.#options;
    const view = ring.view();
    const groups = new Map<Instance, string[]>();
    let count = 0;
    for (const ulid of ulids) {
      const block = this.#wanted.get(ulid);
      if (block === undefined || block.asked.size >= maxAttempts) continue;
      const instance = nextOwner({ view, zone }, ulid, block.asked);
      if (instance === undefined) continue;
      block.asked.add(instance.id);
      block.running++;
      count++;
      const group = groups.get(instance);
      if (group === undefined) groups.set(instance, [ulid]);
      else group.push(ulid);
    }
    for (const [instance, blocks] of groups) void this.#call({ instance, blocks, controller: new AbortController() });
    return count;
  }

  async #call(call: Call): Promise<void> {
    const { clock, hedgeAfterMs } = this.#options;
    this.#calls.add(call);
    const cancelHedge = hedgeAfterMs === 0 ? () => {} : clock.setTimer(() => this.#askAgain(call, 'slow'), hedgeAfterMs);
    let failure: { readonly error: unknown } | undefined;
    try {
      for await (const message of this.#open(call)) {
        cancelHedge();
        this.#markRead(this.#request.blocksOf(message), call);
        await this.#inbox.put(message);
        call.controller.signal.throwIfAborted();
      }
    } catch (error) {
      failure = { error };
    }
    cancelHedge();
    this.#calls.delete(call);
    this.#onEnded(call, failure);
  }

  #open({ instance, blocks, controller }: Call): AsyncGenerator<Uint8Array> {
    const { transport, service, timeoutMs, guard } = this.#options;
    const { signal } = controller;
    const options = { tenant: this.#tenant, signal, timeoutMs };
    return watchedStream(guard, instance.id, signal, () =>
      transport.client(instance.address).stream(`/${service}/${this.#request.method}`, this.#request.encode(blocks), options),
    );
  }

  /** Ends the other calls that are not needed any more. */
  #markRead(ulids: readonly string[], by: Call): void {
    for (const ulid of ulids) this.#wanted.delete(ulid);
    if (ulids.length === 0) return;
    for (const call of this.#calls) {
      if (call !== by && !call.blocks.some((ulid) => this.#wanted.has(ulid))) {
        call.controller.abort(new Error('other store-gateways have read the blocks'));
      }
    }
  }

  #onEnded(call: Call, failure: { readonly error: unknown } | undefined): void {
    for (const ulid of call.blocks) {
      const block = this.#wanted.get(ulid);
      if (block === undefined) continue;
      block.running--;
      block.failure = failure;
    }
    if (this.#failure !== undefined) return;
    if (failure !== undefined && isMistake(failure.error) && call.blocks.some((ulid) => this.#wanted.has(ulid)))
      this.#end(failure);
    else {
      this.#askAgain(call, failure === undefined ? 'not-read' : 'failed');
      this.#finishIfDone();
    }
  }

  #askAgain({ blocks }: Call, why: 'failed' | 'not-read' | 'slow'): void {
    if (this.#failure !== undefined) return;
    const due = blocks.filter((ulid) => why === 'slow' || this.#wanted.get(ulid)?.running === 0);
    const count = this.#ask(due.filter((ulid) => this.#wanted.has(ulid)));
    if (count > 0) this.#options.onRetry?.(count, why);
  }

  #finishIfDone(): void {
    if (this.#calls.size > 0) return;
    if (this.#wanted.size === 0) this.#inbox.close();
    else this.#end({ error: this.#shortage() });
  }

  /** The gateways' error when every missing block failed; else which blocks nobody has. */
  #shortage(): unknown {
    const blocks = [...this.#wanted.values()];
    const failures = blocks.flatMap(({ failure }) => (failure === undefined ? [] : [failure.error]));
    if (blocks.length === failures.length) return failures[0];
    return storeConsistencyCheckFailed([...this.#wanted.keys()].sort());
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    this.#failure ??= failure ?? { error: new Error('the blocks are wanted no more') };
    for (const { controller } of this.#calls) controller.abort(new Error('the blocks are wanted no more'));
    this.#inbox.drop();
  }
}

function noStoreGateways(): TelamonError {
  const text = 'no store-gateway is there to read blocks of the bucket; see /store-gateway/ring';
  return new TelamonError(text, { id: 'store-gateways-missing', status: 503, isRetryable: true });
}

/** The asker's own fault, which no other gateway would see differently. */
function isMistake(error: unknown): boolean {
  return error instanceof TelamonError && error.status < 500 && error.status !== 429 && !error.isRetryable;
}
