export type {
  FrontendFacet,
  FrontendPart,
  FrontendPlan,
  FrontendRoute,
  FrontendShards,
  RangeCaching,
  StepRange,
} from './frontend.ts';
export type { BlockReader, BlockRequest, ReplicaBatch, ReplicaReader, ReplicaWriter, SignalCalls } from './replicas.ts';
export type {
  BlocksFacet,
  CompactionFacet,
  Owns,
  PushFacet,
  PushPeers,
  QueryFacet,
  QueryPeers,
  RoleShare,
  RouteTenancy,
  Signal,
  SignalDeps,
  SignalGrpcMethod,
  SignalPlugin,
  SignalRoute,
  StoreFacet,
  StorePeers,
  TenantOverview,
} from './signal.ts';
