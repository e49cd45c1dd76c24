import { type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  ingesterHedgeAfterMs: {
    type: 'durationMs',
    default: '1s',
    description:
      'When the ingesters that are read from send nothing for so long, those of another zone are asked, too. 0 asks all at once.',
    category: 'advanced',
  },
  storeGatewayHedgeAfterMs: {
    type: 'durationMs',
    default: '3s',
    description: 'When a store-gateway sent nothing for so long, another one is asked for the same blocks. 0 never does.',
    category: 'advanced',
  },
  shuffleShardingIngestersLookbackPeriodMs: {
    type: 'durationMs',
    default: '0s',
    description:
      "Of a tenant whose data is spread over some ingesters (distributor.ingestion-tenant-shard-size), only those are asked that were among them within this time. 0 asks all ingesters, which is right whatever the size was before. Must be at least as long as ingesters keep what they hold (querier.query-ingesters-within); while a tenant's size changes, and for this time after, it must be 0, or answers miss what was written to the others.",
    category: 'advanced',
  },
  requestsPerFrontend: {
    type: 'int',
    default: 10,
    min: 1,
    unit: 'requests',
    description: 'Requests of one query-frontend that this querier works on at one time.',
    category: 'advanced',
  },
  peerTimeoutMs: {
    type: 'durationMs',
    default: '2m',
    minMs: 1,
    description: 'Longest time of one call to an ingester or a store-gateway.',
    category: 'advanced',
  },
  disabledFeatures: {
    type: 'list',
    default: [],
    description:
      'Features (query-shard) that this querier does not tell query-frontends of: they treat it as a version from before them, while it is replaced or when a feature makes trouble.',
    category: 'advanced',
  },
} as const;

/** Options of the querier's shell. */
export const QUERIER: OptionGroup<typeof ENTRIES> = options('querier', ENTRIES, { title: 'Querier' });
