import { TelamonError } from '@telamon/model';
import type { Instance } from './instance.ts';
import { isDoneByAnyone } from './operation-rules.ts';
import type { ReplicaSet, RingOperation } from './ring-view.ts';

/** Members of a replica set before the sick ones are left out. */
export interface QuorumRequest {
  readonly operation: RingOperation;
  readonly replicationFactor: number;
  readonly isZoneAware: boolean;
  readonly members: readonly Instance[];
  readonly isHealthy: (instance: Instance) => boolean;
}

/** Replicas that a write needs: a majority. */
export function writeQuorum(replicationFactor: number): number {
  return Math.floor(replicationFactor / 2) + 1;
}

/**
 * The replica set of some members; TelamonError 503 `ring-too-few-instances` without a quorum.
 *
 * A write needs a majority of the replication factor, each from another zone where zones are used. A read may miss as many as a
 * write may not have reached, less one: it meets every write in at least one instance. Where zones are used, a zone with one sick
 * instance is as good as none, as the parts of a write are spread over the instances of each zone.
 */
export function quorumOf(request: QuorumRequest): ReplicaSet {
  const { operation, isZoneAware, members } = request;
  const healthy = members.filter(request.isHealthy);
  if (isDoneByAnyone(operation)) return finish(request, healthy, healthy.length - 1);
  if (operation === 'write') return finish(request, healthy, healthy.length - writeQuorum(request.replicationFactor));
  const tolerated = Math.floor(request.replicationFactor / 2);
  if (!isZoneAware) return finish(request, healthy, Math.min(tolerated, members.length - 1) - (members.length - healthy.length));
  const zones = new Set(members.map(({ zone }) => zone));
  const sick = new Set(members.filter((instance) => !request.isHealthy(instance)).map(({ zone }) => zone));
  const rest = healthy.filter(({ zone }) => !sick.has(zone));
  return finish(request, rest, Math.min(tolerated, zones.size - 1) - sick.size);
}

/** `spare`: how many of them may fail; below 0 there is no quorum. */
function finish(request: QuorumRequest, instances: readonly Instance[], spare: number): ReplicaSet {
  if (spare < 0 || instances.length === 0) throw tooFew(request, instances.length, instances.length - spare);
  const { isZoneAware } = request;
  const countsZones = isZoneAware && request.operation === 'read';
  return {
    instances,
    maxErrors: countsZones ? 0 : spare,
    maxUnavailableZones: isZoneAware ? spare : 0,
    isZoneAware,
  };
}

function tooFew(request: QuorumRequest, found: number, needed: number): TelamonError {
  const sick = request.members.filter((instance) => !request.isHealthy(instance)).map(({ id }) => id);
  const where = request.isZoneAware ? ' across different availability zones' : '';
  const names =
    sick.length === 0 ? '' : ` - unhealthy instances: ${sick.slice(0, 10).join(', ')}${sick.length > 10 ? ', ...' : ''}`;
  const text =
    request.members.length === 0
      ? `no instance of the ring takes the ${request.operation} operation`
      : countText(request, found, Math.max(1, needed), where);
  return new TelamonError(text + names, { id: 'ring-too-few-instances', status: 503, isRetryable: true });
}

function countText(request: QuorumRequest, found: number, needed: number, where: string): string {
  if (request.operation !== 'read') return `at least ${needed} live replicas required${where}, could only find ${found}`;
  return request.isZoneAware ? 'too many unhealthy zones for a read quorum' : 'too many unhealthy instances for a read quorum';
}
