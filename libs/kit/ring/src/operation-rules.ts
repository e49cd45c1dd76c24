import type { InstanceState } from './instance.ts';
import type { RingOperation } from './ring-view.ts';

/** What an instance is to an operation. */
export interface InstancePart {
  /** It belongs to the replica set: taken when healthy, a failure when not. */
  readonly isMember: boolean;
  /** It is one of the replicas; otherwise the next instance is looked at in its place. */
  readonly isReplica: boolean;
}

const REPLICA: InstancePart = { isMember: true, isReplica: true };
const MEMBER_BESIDES: InstancePart = { isMember: true, isReplica: false };
const NOTHING: InstancePart = { isMember: false, isReplica: false };

const ALL_NOTHING: Readonly<Record<InstanceState, InstancePart>> = {
  pending: NOTHING,
  joining: NOTHING,
  active: NOTHING,
  readonly: NOTHING,
  leaving: NOTHING,
};

const PARTS: Readonly<Record<RingOperation, Readonly<Record<InstanceState, InstancePart>>>> = {
  write: { ...ALL_NOTHING, active: REPLICA },
  // Writes went past those that take none, so reads look at both: what was written before and since.
  read: { ...ALL_NOTHING, active: REPLICA, readonly: MEMBER_BESIDES, leaving: MEMBER_BESIDES },
  own: { ...ALL_NOTHING, active: REPLICA },
  prepare: { ...ALL_NOTHING, active: REPLICA, joining: REPLICA },
};

/** Whether an operation is done by whoever is there, instead of by a quorum of those who were chosen. */
export function isDoneByAnyone(operation: RingOperation): boolean {
  return operation === 'own' || operation === 'prepare';
}

/** What an instance of this state and health is to an operation. */
export function partOf(state: InstanceState, isHealthy: boolean, operation: RingOperation): InstancePart {
  if (!isHealthy && isDoneByAnyone(operation)) return NOTHING;
  return PARTS[operation][state];
}

/** Whether an instance of this state, when healthy, takes the operation. */
export function takes(state: InstanceState, operation: RingOperation): boolean {
  return PARTS[operation][state].isMember;
}
