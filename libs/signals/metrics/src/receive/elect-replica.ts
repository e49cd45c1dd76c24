import type { TenantLimits } from '@telamon/limits';
import type { TelamonError } from '@telamon/model';
import type { HaTracker } from './ha-tracker.ts';

/**
 * Asks for the sender of a request by the labels of its first series: all series of a request come from one sender. `labelOf` gives
 * '' for a label that is not there. Resolves to the 202 of a replica that is not elected, undefined when the samples are to be kept;
 * rejects with the 400 of a tenant with too many clusters, and a retryable 503 when the elections can't be asked and must be.
 */
export async function electReplica(
  ha: HaTracker,
  tenant: string,
  limits: TenantLimits,
  labelOf: (name: string) => string,
): Promise<TelamonError | undefined> {
  const cluster = labelOf(limits.haClusterLabel);
  const replica = labelOf(limits.haReplicaLabel);
  if (cluster === '' || replica === '') return undefined;
  const refused = await ha.check(tenant, cluster, replica, { maxClusters: limits.haMaxClusters });
  if (refused !== undefined && refused.status !== 202) throw refused;
  return refused;
}
