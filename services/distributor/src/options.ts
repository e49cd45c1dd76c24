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
  maxInflightPushBytes: {
    type: 'bytes',
    default: '512MiB',
    description: 'Bytes on their way to ingesters at one time; beyond them write requests are refused with 503. 0 is off.',
    category: 'advanced',
    flag: 'distributor.instance-limits.max-inflight-push-requests-bytes',
    yaml: 'instance_limits.max_inflight_push_requests_bytes',
  },
  remoteTimeoutMs: {
    type: 'durationMs',
    default: '2s',
    minMs: 1,
    description: 'Longest time of a call to an ingester. Also how long a slow one is waited for when the others have decided.',
    category: 'advanced',
    flag: 'distributor.remote-timeout',
    yaml: 'remote_timeout',
  },
  breakerFailurePercent: {
    type: 'int',
    default: 10,
    min: 1,
    max: 100,
    unit: 'percent',
    description: 'Share of failed calls to an ingester from which on it is not called for a while.',
    category: 'advanced',
    flag: 'ingester.client.circuit-breaker.failure-threshold',
    yaml: 'circuit_breaker.failure_threshold',
  },
  breakerMinCalls: {
    type: 'int',
    default: 100,
    min: 1,
    unit: 'calls',
    description: 'Calls to an ingester within the period below which their failures say nothing.',
    category: 'advanced',
    flag: 'ingester.client.circuit-breaker.failure-execution-threshold',
    yaml: 'circuit_breaker.failure_execution_threshold',
  },
  breakerWindowMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Period over which failures of calls to an ingester are counted.',
    category: 'advanced',
    flag: 'ingester.client.circuit-breaker.thresholding-period',
    yaml: 'circuit_breaker.thresholding_period',
  },
  breakerCooldownMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 1,
    description: 'How long an ingester that failed too often is not called.',
    category: 'advanced',
    flag: 'ingester.client.circuit-breaker.cooldown-period',
    yaml: 'circuit_breaker.cooldown_period',
  },
  retryAfterEnabled: {
    type: 'boolean',
    default: true,
    description: 'Whether failures that are worth a retry tell senders when to come again, by the header Retry-After.',
    category: 'advanced',
    flag: 'distributor.retry-after-header.enabled',
    yaml: 'retry_after_header.enabled',
  },
  retryAfterMinBackoffMs: {
    type: 'durationMs',
    default: '6s',
    minMs: 1000,
    description: 'Wait before the first retry, give or take half; it doubles with each attempt.',
    category: 'advanced',
    flag: 'distributor.retry-after-header.min-backoff',
    yaml: 'retry_after_header.min_backoff',
  },
  retryAfterMaxBackoffMs: {
    type: 'durationMs',
    default: '96s',
    minMs: 1000,
    description: 'Longest wait before a retry, give or take half.',
    category: 'advanced',
    flag: 'distributor.retry-after-header.max-backoff',
    yaml: 'retry_after_header.max_backoff',
  },
} as const;

/** Options of the distributor's shell. */
export const DISTRIBUTOR: OptionGroup<typeof ENTRIES> = options('distributor', ENTRIES, { title: 'Distributor' });

/** Parsed values of {@link DISTRIBUTOR}. */
export type DistributorConfig = ConfigOf<typeof ENTRIES>;
