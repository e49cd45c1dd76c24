import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const HA = {
  acceptHaSamples: {
    type: 'boolean',
    default: false,
    scope: 'tenant',
    flag: 'distributor.ha-tracker.enable-for-all-users',
    yaml: 'accept_ha_samples',
    description: 'Takes samples of one replica of each pair of Prometheus servers and drops those of the others.',
  },
  haClusterLabel: {
    type: 'string',
    default: 'cluster',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.cluster',
    yaml: 'ha_cluster_label',
    description: 'Label that names the pair.',
  },
  haReplicaLabel: {
    type: 'string',
    default: '__replica__',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.replica',
    yaml: 'ha_replica_label',
    description: 'Label that names the replica; it is removed.',
  },
  haMaxClusters: {
    type: 'int',
    default: 100,
    min: 0,
    unit: 'clusters',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.max-clusters',
    yaml: 'ha_max_clusters',
    description: 'Most pairs of a tenant. 0 is off.',
  },
  haTrackerUpdateTimeoutMs: {
    type: 'durationMs',
    default: '15s',
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.update-timeout',
    yaml: 'ha_tracker_update_timeout',
    description: 'How often the time of the elected replica is written down.',
  },
  haTrackerUpdateTimeoutJitterMaxMs: {
    type: 'durationMs',
    default: '5s',
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.update-timeout-jitter-max',
    yaml: 'ha_tracker_update_timeout_jitter_max',
    description: 'Random addition to the update timeout.',
  },
  haTrackerFailoverTimeoutMs: {
    type: 'durationMs',
    default: '30s',
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.failover-timeout',
    yaml: 'ha_tracker_failover_timeout',
    description: 'After this long without samples of the elected replica another one is elected.',
  },
} as const;

/** Deduplication of pairs of Prometheus servers. */
export type HaLimits = ConfigOf<typeof HA>;

/** Declaration of {@link HaLimits}. */
export const HA_LIMITS: OptionGroup<typeof HA> = options('limits.ha', HA, { yamlSection: 'limits' });
