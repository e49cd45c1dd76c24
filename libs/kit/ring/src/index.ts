export { createRingView, type RingViewOptions } from './create-ring-view.ts';
export { gatherFromReplicas, type ReplicaGather } from './gather-from-replicas.ts';
export type { Instance, InstanceState } from './instance.ts';
export type { InstanceEntry } from './instance-codec.ts';
export { decodeInstance, encodeInstance, isInstanceId, isZone, rewriteInstance, ringKey } from './instance-codec.ts';
export type { ReplicaRead } from './replica-race.ts';
export type { ReplicaSet, RingOperation, RingReader, RingView } from './ring-view.ts';
export { type ReplicaStream, streamFromReplicas } from './stream-from-replicas.ts';
export { type ReplicaWrite, writeToReplicas } from './write-to-replicas.ts';
