import type { Instance } from './instance.ts';
import { ReplicaRace, type ReplicaRead } from './replica-race.ts';

/** A read with one reply of each instance. */
export interface ReplicaGather<T> extends ReplicaRead {
  /** Must fail soon after the signal aborts. */
  readonly call: (instance: Instance, signal: AbortSignal) => Promise<T>;
}

/**
 * Replies of so many instances that together they hold everything acknowledged; with zones, only those of zones that answered
 * whole. Throws when too many fail: what they threw if a quorum of them blames the request (a TelamonError below 500), else a
 * retryable TelamonError 503 `replicas-no-quorum`; the signal's reason when that aborts. Calls that lost are aborted.
 */
export async function gatherFromReplicas<T>(gather: ReplicaGather<T>): Promise<readonly T[]> {
  const replies = new Map<Instance, T>();
  const race = new ReplicaRace(gather, async (instance, signal) => {
    const reply = await gather.call(instance, signal);
    replies.set(instance, reply);
    race.expectNews();
  });
  race.expectNews();
  await race.run();
  return [...replies].filter(([instance]) => race.hasAnswered(instance)).map(([, reply]) => reply);
}
