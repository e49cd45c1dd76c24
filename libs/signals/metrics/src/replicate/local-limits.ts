import type { RoleShare } from '@telamon/contract';
import type { AppendLimits, HeadRefusal } from '../head/index.ts';

/**
 * An ingester's part of a tenant's limits: series are spread evenly, so of a limit that counts over all ingesters each takes what
 * the replication factor over the number of ingesters leaves it, rounded down, at least 1. What belongs to one metric as a whole,
 * its metadata, lies together and is not divided.
 */
export function localLimits(limits: AppendLimits, { instanceCount, replicationFactor }: RoleShare): AppendLimits {
  const holders = Math.min(replicationFactor, instanceCount);
  const part = (limit: number): number => (limit === 0 ? 0 : Math.max(1, Math.floor((limit * holders) / instanceCount)));
  return {
    ...limits,
    maxSeriesPerUser: part(limits.maxSeriesPerUser),
    maxSeriesPerMetric: part(limits.maxSeriesPerMetric),
    maxMetadataPerUser: part(limits.maxMetadataPerUser),
    maxExemplars: part(limits.maxExemplars),
  };
}

const LIMITED: Readonly<Record<string, keyof AppendLimits>> = {
  'max-series-per-user': 'maxSeriesPerUser',
  'max-series-per-metric': 'maxSeriesPerMetric',
  'max-metadata-per-user': 'maxMetadataPerUser',
};

/** A refusal that names the tenant's limit and not the part that this ingester kept. */
export function withGlobalLimit(refusal: HeadRefusal, local: AppendLimits, global: AppendLimits): HeadRefusal {
  const limit = LIMITED[refusal.reason];
  if (limit === undefined || local[limit] === global[limit]) return refusal;
  const message = refusal.message.replace(`limit of ${local[limit]} exceeded`, `limit of ${global[limit]} exceeded`);
  return { ...refusal, message };
}
