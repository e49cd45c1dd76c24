import { hostname } from 'node:os';
import { type ConfigOf, type OptionGroup, options } from '@telamon/config';
import { advertisedAddress } from './advertised-address.ts';
import { isInstanceId, isZone } from './instance-codec.ts';

const RING_ENTRIES = {
  store: {
    type: 'choice',
    choices: ['inprocess', 'nats'],
    default: 'inprocess',
    description: 'Where the rings are kept: in this process, for one process that is everything, or in NATS JetStream KV.',
  },
  cluster: {
    type: 'string',
    default: 'telamon',
    description:
      'Name of the cluster: letters, digits, - and _. Processes of different clusters do not take each other for peers.',
  },
  instanceId: {
    type: 'string',
    default: '',
    description:
      'Name of this process in its rings, unique in the cluster and the same after a restart: letters, digits, - and _. Default: the host name, dots as -.',
  },
  zone: {
    type: 'string',
    default: '',
    description: 'Availability zone of this process; with zone awareness the replicas of a series are in different zones.',
    flagAliases: ['ring.instance-availability-zone'],
    yamlAliases: ['instance_availability_zone'],
  },
  address: {
    type: 'string',
    default: '',
    description:
      'Where other processes reach this one: host:port, or a host or address alone, which gets the port of the internal listener. Default: the host name.',
  },
  replicationFactor: {
    type: 'int',
    default: 3,
    min: 1,
    max: 9,
    description: 'Ingesters that hold each series. A write needs a majority of them, a read may miss the others.',
  },
  zoneAwarenessEnabled: {
    type: 'boolean',
    default: false,
    description: 'Put the replicas of a series into different zones; ingesters and store-gateways need a zone then.',
  },
  heartbeatPeriodMs: {
    type: 'durationMs',
    default: '5s',
    minMs: 10,
    description: 'Time between two signs of life of this process.',
    category: 'advanced',
  },
  heartbeatTimeoutMs: {
    type: 'durationMs',
    default: '1m',
    minMs: 50,
    description: 'Silence after which a process is taken for dead. Silence while the store is away does not count.',
    category: 'advanced',
  },
  syncIntervalMs: {
    type: 'durationMs',
    default: '10s',
    minMs: 10,
    description: 'Time between two full reads of a ring, besides following its changes.',
    category: 'advanced',
  },
  tokens: {
    type: 'int',
    default: 512,
    min: 1,
    max: 16_384,
    description: 'Parts of the ring that this process takes; more spread the load more evenly. The same for all of a role.',
    category: 'advanced',
    yamlAliases: ['num_tokens'],
    flagAliases: ['ring.num-tokens'],
  },
  unregisterOnShutdown: {
    type: 'boolean',
    default: false,
    description: 'Leave the rings for good when the process stops. Off: it stays as leaving, and comes back with its tokens.',
    category: 'advanced',
  },
  minReadyDurationMs: {
    type: 'durationMs',
    default: '15s',
    minMs: 0,
    description:
      'Time that an ingester or a store-gateway must be active before it says that it is ready, so that whoever asks it knows it when the next one is stopped.',
    category: 'advanced',
  },
  autoForgetTimeouts: {
    type: 'int',
    default: 10,
    min: 0,
    description:
      'Heartbeat time-outs of silence after which a process without data (compactor, store-gateway, query-frontend) is removed from its ring; 0 never does. Ingesters are only removed by hand.',
    category: 'advanced',
  },
} as const;

/** Options of the rings; of every role, as each finds the others by them. */
export const RING: OptionGroup<typeof RING_ENTRIES> = options('ring', RING_ENTRIES, {
  title: 'Rings',
  validate: (config) => ringProblems(config),
});

/** Values of {@link RING}. */
export type RingConfig = ConfigOf<typeof RING_ENTRIES>;

/** The id of this process: as configured, else the host name without dots. */
export function instanceIdOf(config: Pick<RingConfig, 'instanceId'>): string {
  if (config.instanceId !== '') return config.instanceId;
  const name = hostname()
    .replaceAll(/[^a-zA-Z0-9_-]/g, '-')
    .slice(0, 128);
  return name === '' ? 'localhost' : name;
}

function ringProblems(config: RingConfig): string[] {
  const problems: string[] = [];
  if (config.address !== '' && advertisedAddress(config.address, 1) === undefined)
    problems.push('address: host:port, or a host or address alone; brackets belong to IPv6 addresses that have a port');
  if (config.instanceId !== '' && !isInstanceId(config.instanceId))
    problems.push('instance-id: letters, digits, - and _, at most 128');
  if (!isInstanceId(config.cluster)) problems.push('cluster: letters, digits, - and _, at most 128');
  if (!isZone(config.zone)) problems.push('zone: letters, digits, -, _, . and /, at most 128');
  if (config.heartbeatTimeoutMs < config.heartbeatPeriodMs * 2)
    problems.push('heartbeat-timeout must be at least twice heartbeat-period');
  return problems;
}
