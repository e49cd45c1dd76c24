import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const ENTRIES = {
  maxInflightPushRequests: {
    type: 'int',
    default: 2000,
    min: 0,
    description: 'Write requests that are worked on at one time; further ones are refused with 503. 0 is off.',
    category: 'advanced',
    flag: 'distributor.instance-limits.max-inflight-push-requests',
    yaml: 'instance_limits.max_inflight_push_requests',
  },
} as const;

/** Options of the distributor's shell. */
export const DISTRIBUTOR: OptionGroup<typeof ENTRIES> = options('distributor', ENTRIES, { title: 'Distributor' });

/** Parsed values of {@link DISTRIBUTOR}. */
export type DistributorConfig = ConfigOf<typeof ENTRIES>;
