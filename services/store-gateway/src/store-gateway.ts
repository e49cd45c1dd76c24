import type { BlocksFacet, Owns } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { RingReader } from '@telamon/ring';
import { type Logger, SYSTEM_CLOCK, sleep } from '@telamon/telemetry';
import { ownedBy, ownershipKey } from './block-ownership.ts';

/** Without a ring there is no one else to own a block. */
const OWNS_ALL: Owns = () => true;
/** Time between two looks at whether the ring changed, ms: instances mostly come and go together. */
const RING_LOOK_MS = 1000;
/** Longest wait for the ring to show this process, ms. */
const IN_RING_TIMEOUT_MS = 30_000;

/** This store-gateway among the others. */
export interface GatewayMembership {
  /** Ring of the store-gateways. This one must be in it, joining, before the service starts. */
  readonly ring: RingReader;
  readonly instanceId: string;
  /** Lets others ask this one; called when everything that it owns was looked over. */
  readonly activate: () => Promise<void>;
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
      if (membership !== undefined) await untilInRing(membership, signal, logger);
      for (const look of looks) await look.sync(signal);
      await membership?.activate();
      for (const look of looks) {
        scope.every(syncIntervalMs, (stop) => look.sync(stop));
        if (membership !== undefined) scope.every(ringLookMs, (stop) => look.syncIfRingChanged(stop));
      }
    },
    stop: async () => {
      for (const facet of blocks.values()) await facet.close();
    },
    onTaskError: (error) => logger.error('looking over the bucket failed, the last list of blocks stays in use', { error }),
  });
}

/** Waits until the ring shows this process; without it, it would seem to own nothing. Goes on after some time: blocks are found when asked for. */
async function untilInRing({ ring, instanceId }: GatewayMembership, signal: AbortSignal, logger: Logger): Promise<void> {
  const isThere = (): boolean => ring.view().instances.some(({ id, tokens }) => id === instanceId && tokens.length > 0);
  if (isThere()) return;
  let stopListening = (): unknown => undefined;
  const seen = new Promise<void>((resolve) => {
    stopListening = ring.onChange(() => {
      if (isThere()) resolve();
    });
  });
  const done = new AbortController();
  try {
    await Promise.race([seen, sleep(SYSTEM_CLOCK, IN_RING_TIMEOUT_MS, AbortSignal.any([signal, done.signal]))]);
    if (!isThere()) logger.warn('the ring does not show this store-gateway yet, it starts all the same');
  } finally {
    stopListening();
    done.abort();
  }
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
    await this.#facet.sync(signal, ownedBy(view, this.#membership.instanceId));
    this.#ringKey = ownershipKey(view);
  }
}
