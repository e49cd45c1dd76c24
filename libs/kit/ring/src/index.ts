export type { Instance, InstanceState } from './instance.ts';
export type { ReplicaSet, RingOperation, RingReader, RingView } from './ring-view.ts';
