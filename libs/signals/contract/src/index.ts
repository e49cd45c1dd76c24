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
