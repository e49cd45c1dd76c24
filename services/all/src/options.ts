import { type OptionGroup, options } from '@telamon/config';

const PROCESS_ENTRIES = {
  target: {
    type: 'string',
    default: 'all',
    description:
      'Roles to run in this process, separated by commas: all, distributor, ingester, querier, store-gateway, compactor. Roles that these need run as well.',
  },
  dataDir: {
    type: 'string',
    default: './data',
    description: 'Directory for the write-ahead log, heads, index headers and, with the filesystem backend, the bucket.',
  },
  multitenancyEnabled: {
    type: 'boolean',
    default: false,
    description:
      'Take the tenant from the X-Scope-OrgID header. Off: the header is ignored and everything belongs to `anonymous`.',
  },
  shutdownTimeoutMs: {
    type: 'durationMs',
    default: '30s',
    minMs: 1,
    description: 'Time that everything has to drain after SIGTERM; then the process exits with status 2.',
    category: 'advanced',
    flag: 'shutdown-timeout',
  },
} as const;

/** Options of the process as a whole. */
export const PROCESS: OptionGroup<typeof PROCESS_ENTRIES> = options('', PROCESS_ENTRIES, { title: 'Process' });

const HTTP_ENTRIES = {
  listenAddress: {
    type: 'string',
    default: '127.0.0.1',
    description: 'Address that the metrics and OTLP listeners bind.',
  },
  metricsListenPort: {
    type: 'int',
    default: 9009,
    min: 0,
    max: 65_535,
    description: 'Port of the metrics listener (remote write, query API, status pages); 0 takes a free one.',
  },
  webConfigFile: {
    type: 'string',
    default: '',
    description: "File in Prometheus' web-config format with TLS, basic authentication and headers for every listener.",
  },
  maxConnections: {
    type: 'int',
    default: 10_000,
    min: 1,
    description: 'Most connections that one listener holds open; further ones are closed at once.',
    category: 'advanced',
  },
  corsOrigin: {
    type: 'string',
    default: '.*',
    description: 'Regular expression (anchored, RE2) of the origins whose pages may read answers of the query API.',
    category: 'advanced',
  },
} as const;

/** Options of the listeners. */
export const HTTP: OptionGroup<typeof HTTP_ENTRIES> = options('http', HTTP_ENTRIES, { title: 'Listeners' });

const OTLP_ENTRIES = {
  grpcListenPort: {
    type: 'int',
    default: 4317,
    min: 0,
    max: 65_535,
    description: 'Port for OTLP, gRPC and HTTP alike; 0 takes a free one.',
  },
  httpListenPort: {
    type: 'int',
    default: 4318,
    min: 0,
    max: 65_535,
    description: 'Second port for OTLP, HTTP and gRPC alike; 0 takes a free one.',
  },
} as const;

/** Options of the OTLP listeners. */
export const OTLP: OptionGroup<typeof OTLP_ENTRIES> = options('otlp', OTLP_ENTRIES, { title: 'OTLP listeners' });

const ADMIN_ENTRIES = {
  listenAddress: { type: 'string', default: '127.0.0.1', description: 'Address that the admin listener binds.' },
  listenPort: {
    type: 'int',
    default: 9096,
    min: 0,
    max: 65_535,
    description: 'Port of the admin listener (flush, shutdown, profiles); 0 takes a free one.',
  },
} as const;

/** Options of the admin listener. */
export const ADMIN: OptionGroup<typeof ADMIN_ENTRIES> = options('admin', ADMIN_ENTRIES, { title: 'Admin listener' });

const LOG_ENTRIES = {
  level: {
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    description: 'Events below this level are not logged.',
  },
  format: { type: 'choice', choices: ['logfmt', 'json', 'pretty'], default: 'logfmt', description: 'Form of a log line.' },
} as const;

/** Options of the log. */
export const LOG: OptionGroup<typeof LOG_ENTRIES> = options('log', LOG_ENTRIES, { title: 'Logging' });

const ROLE_ENTRIES = {
  maxInflightPushRequests: {
    type: 'int',
    default: 2000,
    min: 0,
    description: 'Write requests that are worked on at one time; further ones are refused with 503. 0 is off.',
    category: 'advanced',
    flag: 'distributor.instance-limits.max-inflight-push-requests',
    yaml: 'distributor.instance_limits.max_inflight_push_requests',
  },
  maintainIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two looks at which blocks are due to be cut, shipped or dropped locally.',
    category: 'advanced',
    flag: 'ingester.maintain-interval',
    yaml: 'ingester.maintain_interval',
  },
  bucketSyncIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two looks at the blocks in the bucket.',
    category: 'advanced',
    flag: 'store-gateway.sync-interval',
    yaml: 'store_gateway.sync_interval',
  },
  cleanIntervalMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 10,
    description: 'Time between two rounds of retention, deletion and the bucket index.',
    category: 'advanced',
    flag: 'compactor.cleanup-interval',
    yaml: 'compactor.cleanup_interval',
  },
  compactIntervalMs: {
    type: 'durationMs',
    default: '1h',
    minMs: 10,
    description: 'Time between two rounds of merging blocks.',
    category: 'advanced',
    flag: 'compactor.compaction-interval',
    yaml: 'compactor.compaction_interval',
  },
} as const;

/** Options of the role shells. */
export const ROLES: OptionGroup<typeof ROLE_ENTRIES> = options('roles', ROLE_ENTRIES, { yamlSection: '', title: 'Roles' });
