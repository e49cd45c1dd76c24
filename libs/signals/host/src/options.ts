import { type OptionGroup, options } from '@telamon/config';

const PROCESS_ENTRIES = {
  target: {
    type: 'string',
    default: 'all',
    description:
      'Roles to run in this process, separated by commas, or all; an unknown name is answered with the known ones. Without a ring store that other processes share, roles that these need run as well.',
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

const TENANT_FEDERATION_ENTRIES = {
  enabled: {
    type: 'boolean',
    default: false,
    description:
      'Queries may name several tenants in X-Scope-OrgID, separated by |. Their series are told apart by the label __tenant_id__. Off: | is a character that no tenant may have.',
  },
  maxTenants: {
    type: 'int',
    default: 0,
    min: 0,
    unit: 'tenants',
    description: 'Most tenants that one query may name; 0 = any number.',
  },
} as const;

/** Options of queries over several tenants. */
export const TENANT_FEDERATION: OptionGroup<typeof TENANT_FEDERATION_ENTRIES> = options(
  'tenant-federation',
  TENANT_FEDERATION_ENTRIES,
  { title: 'Tenant federation' },
);

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
  readHeaderTimeoutMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 1,
    description: 'Time from the first byte of a request to the end of its headers; then the connection is closed.',
    category: 'advanced',
  },
  readTimeoutMs: {
    type: 'durationMs',
    default: '2m',
    minMs: 1,
    description: 'Time from the first byte of a request to the end of its body. Must not be shorter than read-header-timeout.',
    category: 'advanced',
  },
  socketIdleTimeoutMs: {
    type: 'durationMs',
    default: '5m',
    minMs: 1,
    description:
      'A connection that moves no byte for so long is closed, be it that the client takes nothing of an answer. Longer than any query may take.',
    category: 'advanced',
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
export const HTTP: OptionGroup<typeof HTTP_ENTRIES> = options('http', HTTP_ENTRIES, {
  title: 'Listeners',
  validate: ({ readHeaderTimeoutMs, readTimeoutMs }) =>
    readTimeoutMs < readHeaderTimeoutMs ? ['http.read-timeout: must not be shorter than http.read-header-timeout'] : [],
});

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

/** Every option of a process, whatever runs in it, in the order of help and reference. */
export const HOST_OPTIONS: readonly OptionGroup[] = [
  PROCESS,
  TENANT_FEDERATION,
  HTTP,
  OTLP,
  ADMIN,
  LOG,
] as unknown as readonly OptionGroup[];
