export { blockCalls } from './block-calls.ts';
export { gatewayLimitsOf } from './gateway-limits.ts';
export { ingesterReadCalls } from './ingester-calls.ts';
export { IngesterSource } from './ingester-source.ts';
export { leftToStore, type ShippedBlock } from './left-to-store.ts';
export { METRICS_BUCKET_INDEX, METRICS_SOURCES } from './options.ts';
export { PoolBlocks } from './pool-blocks.ts';
export { type PeersSource, queryPeersSource } from './query-peers-source.ts';
export { untilListed } from './until-listed.ts';
