import type { BlockReader } from '@telamon/contract';
import { SYSTEM_CLOCK } from '@telamon/telemetry';
import { BlockFetch, type BlockFetchOptions } from './block-fetch.ts';

/** See {@link BlockFetchOptions}; the clock is the machine's by default. */
export type BlockReaderOptions = Omit<BlockFetchOptions, 'clock'> & Partial<Pick<BlockFetchOptions, 'clock'>>;

/**
 * Reads blocks from the store-gateways that own them, this zone's first. Every block is told as read in the end, by the third gateway
 * at the latest, or the reading fails: with the gateways' error when they all failed, else with 500
 * `store-consistency-check-failed`. Data of a block may come twice.
 */
export function createBlockReader(options: BlockReaderOptions): BlockReader {
  const settings = { clock: SYSTEM_CLOCK, ...options };
  return {
    stream: (tenant, request, signal) => new BlockFetch(settings, tenant, request, signal).run(),
  };
}
