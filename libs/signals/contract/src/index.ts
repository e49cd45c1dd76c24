export type { BlockReader, BlockRequest, ReplicaBatch, ReplicaReader, ReplicaWriter, SignalCalls } from './replicas.ts';
export type {
  BlocksFacet,
  CompactionFacet,
  PushFacet,
  QueryFacet,
  RouteTenancy,
  Signal,
  SignalGrpcMethod,
  SignalRoute,
  StoreFacet,
} from './signal.ts';
