import type { PeerService } from '@telamon/rpc';

/**
 * Items on their way to ingesters (series, streams, traces), opaque to the shell. Every item has a token that says which
 * ingesters hold it; the shell groups items by ingester, the signal makes the message of each group.
 */
export interface ReplicaBatch {
  /** Token of each item. */
  readonly tokens: Uint32Array;
  /** The message with these items (positions in `tokens`, ascending). Called once for each ingester of the batch. */
  encode(items: readonly number[]): Uint8Array;
  /**
   * Reads an ingester's reply to `encode(items)`: the items (positions in `tokens`) that it refused for good, as the sender's
   * mistake. The batch keeps what the signal wants to tell of them.
   */
  readReply(reply: Uint8Array, items: readonly number[]): readonly number[];
}

/** Writes to the replicas of each item; made by the distributor's shell. */
export interface ReplicaWriter {
  /**
   * Resolves when every item was either stored or refused by a quorum of its replicas: the items refused. Rejects with a retryable
   * TelamonError 503 when some item has no quorum of either; nothing is promised then. Replicas that are slower get their share
   * all the same, within the writer's own deadline.
   */
  write(tenant: string, method: string, batch: ReplicaBatch): Promise<ReadonlySet<number>>;
}

/** Reads from the ingesters that may hold a tenant's data; made by the querier's shell. */
export interface ReplicaReader {
  /**
   * Messages of the replies of so many ingesters that together they hold everything acknowledged, in no promised order, duplicates
   * included. Throws a TelamonError (503, or what a quorum of ingesters threw) when too many fail.
   */
  stream(tenant: string, method: string, message: Uint8Array, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The same for methods that answer with one message. */
  gather(tenant: string, method: string, message: Uint8Array, signal: AbortSignal): Promise<readonly Uint8Array[]>;
}

/** A request to store-gateways about some blocks of a tenant. */
export interface BlockRequest {
  /** Method with one reply or many, by how it is called. */
  readonly method: string;
  /** ULIDs. */
  readonly blocks: readonly string[];
  /** The message that asks for these of the blocks. */
  readonly encode: (blocks: readonly string[]) => Uint8Array;
  /** Of a reply's message: the blocks that it says were read; [] for messages that carry only data. */
  readonly blocksOf: (reply: Uint8Array) => readonly string[];
}

/** Reads blocks through the store-gateways that own them; made by the querier's shell. */
export interface BlockReader {
  /**
   * Messages of the replies. Every block asked for was read in the end, tried at other owners if need be; else a TelamonError 500
   * `store-consistency-check-failed`: never a short answer.
   */
  stream(tenant: string, request: BlockRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Calls that a role of the signal serves to other processes, method names beginning with the signal's: `MetricsPush`. */
export type SignalCalls = Omit<PeerService, 'name'>;
