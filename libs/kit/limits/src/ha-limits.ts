import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const HA = {
  acceptHaSamples: {
    type: 'boolean',
    default: false,
    scope: 'tenant',
    flag: 'distributor.ha-tracker.enable-for-all-users',
    yaml: 'accept_ha_samples',
    description:
      'Deduplicates highly available pairs of Prometheus servers: takes what one replica of a pair sends and drops what the others send.',
  },
  haClusterLabel: {
    type: 'string',
    default: 'cluster',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.cluster',
    yaml: 'ha_cluster_label',
    description: 'Label that tells which pair of Prometheus servers a series comes from.',
  },
  haReplicaLabel: {
    type: 'string',
    default: '__replica__',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.replica',
    yaml: 'ha_replica_label',
    description: 'Label that tells which replica of the pair a series comes from; it is removed from what is stored.',
  },
  haMaxClusters: {
    type: 'int',
    default: 100,
    min: 0,
    unit: 'clusters',
    scope: 'tenant',
    flag: 'distributor.ha-tracker.max-clusters',
    yaml: 'ha_max_clusters',
    description: 'Most pairs of Prometheus servers that a tenant may have. 0 is off.',
  },
} as const;

/** Deduplication of pairs of Prometheus servers. */
export type HaLimits = ConfigOf<typeof HA>;

/** Declaration of {@link HaLimits}. */
export const HA_LIMITS: OptionGroup<typeof HA> = options('limits.ha', HA, { yamlSection: 'limits' });
