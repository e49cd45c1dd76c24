export { createRingView, type RingViewOptions } from './create-ring-view.ts';
export type { Instance, InstanceState } from './instance.ts';
export type { InstanceEntry } from './instance-codec.ts';
export { decodeInstance, encodeInstance, isInstanceId, isZone, rewriteInstance, ringKey } from './instance-codec.ts';
export type { ReplicaSet, RingOperation, RingReader, RingView } from './ring-view.ts';
