import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const SCHEDULER_ENTRIES = {
  maxOutstandingPerTenant: {
    type: 'int',
    default: 100,
    min: 1,
    unit: 'requests',
    description: 'Requests of one tenant that may wait for a querier at one frontend; further ones are refused with 429.',
    flag: 'query-scheduler.max-outstanding-requests-per-tenant',
    yaml: 'max_outstanding_requests_per_tenant',
  },
} as const;

/** Options of the queue between frontend and queriers. */
export const QUERY_SCHEDULER: OptionGroup<typeof SCHEDULER_ENTRIES> = options('query-scheduler', SCHEDULER_ENTRIES, {
  yamlSection: 'query_scheduler',
  title: 'Queue of queries',
});

const FRONTEND_ENTRIES = {
  requestTimeoutMs: {
    type: 'durationMs',
    default: '2m30s',
    minMs: 1,
    description:
      'Longest time that a query may take, its wait for a querier and further tries included; then it is answered with 504.',
  },
  maxRetriesPerRequest: {
    type: 'int',
    default: 5,
    min: 0,
    description:
      'How often a request is given to another querier after one failed or was lost. What is wrong with the request itself is never tried again.',
    category: 'advanced',
  },
  maxQueriersPerTenant: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'queriers',
    description: 'Queriers that work for one tenant, picked by a hash of its name. 0 is all.',
    category: 'advanced',
  },
  maxQueryParallelism: {
    type: 'int',
    default: 14,
    min: 1,
    unit: 'requests',
    description: 'Pieces of one query that are queued or worked on at one time.',
    flag: 'querier.max-query-parallelism',
    yaml: 'max_query_parallelism',
    category: 'advanced',
  },
  maxBodySize: {
    type: 'bytes',
    default: '10MiB',
    description: 'Largest body of a request; larger ones are refused with 413.',
    category: 'advanced',
  },
  maxResponseSize: {
    type: 'bytes',
    default: '512MiB',
    description: 'Largest body of one response of a querier; larger ones fail the query with 500.',
    category: 'advanced',
  },
  logQueriesLongerThanMs: {
    type: 'durationMs',
    default: '0s',
    description: 'Requests that take longer are logged with tenant, query and sizes. 0 is off.',
  },
  cacheResults: {
    type: 'boolean',
    default: false,
    description: 'Keep answers for times that no longer change, and ask queriers only for the rest.',
  },
} as const;

/** Options of the query-frontend. */
export const QUERY_FRONTEND: OptionGroup<typeof FRONTEND_ENTRIES> = options('query-frontend', FRONTEND_ENTRIES, {
  yamlSection: 'frontend',
  title: 'Query-frontend',
});

const CACHE_ENTRIES = {
  backend: {
    type: 'choice',
    choices: ['inmemory', 'redis'],
    default: 'inmemory',
    description: 'Where answers are kept: in the memory of each frontend, or in a server that speaks the protocol of Redis.',
  },
  maxItemSize: {
    type: 'bytes',
    default: '5MiB',
    description: 'Larger values are not kept. They are compressed.',
    category: 'advanced',
  },
  inmemoryMaxSize: {
    type: 'bytes',
    default: '256MiB',
    description: 'Most memory that kept answers take in one frontend; what was not used for longest goes first.',
    flag: 'query-frontend.results-cache.inmemory.max-size',
    yaml: 'inmemory.max_size',
  },
  redisEndpoint: {
    type: 'string',
    default: '',
    description: 'Address of the server, host:port.',
    flag: 'query-frontend.results-cache.redis.endpoint',
    yaml: 'redis.endpoint',
  },
  redisUsername: {
    type: 'string',
    default: '',
    description: 'User name at the server; empty for none.',
    flag: 'query-frontend.results-cache.redis.username',
    yaml: 'redis.username',
  },
  redisPassword: {
    type: 'secret',
    default: '',
    description: 'Password at the server; empty for none.',
    flag: 'query-frontend.results-cache.redis.password',
    yaml: 'redis.password',
  },
  redisDatabase: {
    type: 'int',
    default: 0,
    min: 0,
    description: 'Number of the database at the server.',
    flag: 'query-frontend.results-cache.redis.db',
    yaml: 'redis.db',
    category: 'advanced',
  },
  redisTlsEnabled: {
    type: 'boolean',
    default: false,
    description: 'Connect with TLS.',
    flag: 'query-frontend.results-cache.redis.tls-enabled',
    yaml: 'redis.tls_enabled',
  },
  redisDialTimeoutMs: {
    type: 'durationMs',
    default: '5s',
    minMs: 1,
    description: 'Longest wait for a connection.',
    flag: 'query-frontend.results-cache.redis.dial-timeout',
    yaml: 'redis.dial_timeout',
    category: 'advanced',
  },
  redisTimeoutMs: {
    type: 'durationMs',
    default: '500ms',
    minMs: 1,
    description: 'Longest wait for the answer to one command; afterwards the query goes on without it.',
    flag: 'query-frontend.results-cache.redis.read-timeout',
    yaml: 'redis.read_timeout',
    category: 'advanced',
  },
} as const;

const ENDPOINT = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+):(\d{1,5})$/;

/** Options of the results cache. */
export const RESULTS_CACHE: OptionGroup<typeof CACHE_ENTRIES> = options('query-frontend.results-cache', CACHE_ENTRIES, {
  yamlSection: 'frontend.results_cache',
  title: 'Results cache',
  validate: ({ backend, redisEndpoint }) =>
    backend === 'redis' && !ENDPOINT.test(redisEndpoint)
      ? ['--query-frontend.results-cache.redis.endpoint: must be host:port']
      : [],
});

/** Parsed values of {@link QUERY_SCHEDULER}. */
export type QuerySchedulerConfig = ConfigOf<typeof SCHEDULER_ENTRIES>;
/** Parsed values of {@link QUERY_FRONTEND}. */
export type QueryFrontendConfig = ConfigOf<typeof FRONTEND_ENTRIES>;
/** Parsed values of {@link RESULTS_CACHE}. */
export type ResultsCacheConfig = ConfigOf<typeof CACHE_ENTRIES>;

/** Host and port of an endpoint that the options have checked. */
export function splitEndpoint(endpoint: string): { readonly host: string; readonly port: number } {
  const found = ENDPOINT.exec(endpoint);
  if (found === null) throw new Error(`not host:port: ${endpoint}`);
  return { host: found[1]!.replace(/^\[|\]$/g, ''), port: Number(found[2]) };
}
