import type { BlocksFacet, Owns } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Lifecycler, RingReader } from '@telamon/ring';
import type { Logger } from '@telamon/telemetry';
import { ownedBy, ownershipKey } from './block-ownership.ts';

/** Without a ring there is no one else to own a block. */
const OWNS_ALL: Owns = () => true;
/** Time between two looks at whether the ring changed, ms: instances mostly come and go together. */
const RING_LOOK_MS = 1000;

/** This store-gateway among the others. */
export interface GatewayMembership {
  /** Ring of the store-gateways. */
  readonly ring: RingReader;
  /** Its place in the ring, which it takes when it starts and leaves when it stops. */
  readonly lifecycler: Pick<Lifecycler, 'service' | 'activate' | 'instance'>;
}

/** What the store-gateway needs to know. */
export interface StoreGatewayOptions {
  /** Blocks of the signals by name. */
  readonly blocks: ReadonlyMap<string, BlocksFacet>;
  /** Time between two looks at the bucket, ms. */
  readonly syncIntervalMs: number;
  readonly logger: Logger;
  /** Absent: all blocks are this process'. */
  readonly membership?: GatewayMembership;
  /** Time between two looks at whether the ring changed, ms. Default 1,000. */
  readonly ringLookMs?: number;
}

/**
 * Keeps the list of blocks in the bucket fresh. Starting looks once, and only then others may ask; a bucket that does not answer
 * then fails the start, because queries would silently be short. Later failures keep the last list and are tried again.
 */
export function createStoreGateway(options: StoreGatewayOptions): Service {
  const { blocks, logger, syncIntervalMs, membership, ringLookMs = RING_LOOK_MS } = options;
  const looks = [...blocks.values()].map((facet) => new BlockLook(facet, membership));
  return createService({
    name: 'store-gateway',
    start: async (signal, scope) => {
      membership?.lifecycler.service.start();
      await membership?.lifecycler.service.untilRunning(signal);
      for (const look of looks) await look.sync(signal);
      await membership?.lifecycler.activate(signal);
      for (const look of looks) {
        scope.every(syncIntervalMs, (stop) => look.sync(stop));
        if (membership !== undefined) scope.every(ringLookMs, (stop) => look.syncIfRingChanged(stop));
      }
    },
    stop: async () => {
      membership?.lifecycler.service.stop();
      await membership?.lifecycler.service.untilTerminated();
      for (const facet of blocks.values()) await facet.close();
    },
    onTaskError: (error) => logger.error('looking over the bucket failed, the last list of blocks stays in use', { error }),
  });
}

/** Looks the bucket over for one signal, one look after another. */
class BlockLook {
  readonly #facet: BlocksFacet;
  readonly #membership: GatewayMembership | undefined;
  #last: Promise<void> = Promise.resolve();
  /** The ring at the last look that went well. */
  #ringKey = '';

  constructor(facet: BlocksFacet, membership: GatewayMembership | undefined) {
    this.#facet = facet;
    this.#membership = membership;
  }

  /** Looks; waits for a look under way first. */
  sync(signal: AbortSignal): Promise<void> {
    const look = this.#last.catch(() => undefined).then(() => this.#look(signal));
    this.#last = look;
    return look;
  }

  async syncIfRingChanged(signal: AbortSignal): Promise<void> {
    if (this.#membership === undefined || ownershipKey(this.#membership.ring.view()) === this.#ringKey) return;
    await this.sync(signal);
  }

  async #look(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#membership === undefined) {
      await this.#facet.sync(signal, OWNS_ALL);
      return;
    }
    const view = this.#membership.ring.view();
    await this.#facet.sync(signal, ownedBy(view, this.#membership.lifecycler.instance.id));
    this.#ringKey = ownershipKey(view);
  }
}
