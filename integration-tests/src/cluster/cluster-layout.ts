/** A process of a cluster before it is started. */
export interface MemberPlan {
  /** Unique: `ingester-a-0`. */
  readonly name: string;
  /** What `--target` says. */
  readonly role: string;
  /** '' for roles without data. */
  readonly zone: string;
}

/** How many of each role a cluster has. */
export interface ClusterLayout {
  readonly distributors: number;
  readonly ingestersPerZone: number;
  readonly zones: readonly string[];
  readonly queriers: number;
  readonly queryFrontends: number;
  readonly storeGateways: number;
  readonly compactors: number;
  readonly natsServers: 1 | 3;
}

/** What `npm run cluster` brings up: every role twice, ingesters in three zones, three NATS servers. */
export const FULL_LAYOUT: ClusterLayout = {
  distributors: 2,
  ingestersPerZone: 2,
  zones: ['a', 'b', 'c'],
  queriers: 2,
  queryFrontends: 2,
  storeGateways: 2,
  compactors: 2,
  natsServers: 3,
};

/** One of each role, with an ingester in each of three zones. */
export const SMALL_LAYOUT: ClusterLayout = {
  distributors: 1,
  ingestersPerZone: 1,
  zones: ['a', 'b', 'c'],
  queriers: 1,
  queryFrontends: 1,
  storeGateways: 1,
  compactors: 1,
  natsServers: 1,
};

/** Every process of a layout, those first that others look for. */
export function membersOf(layout: ClusterLayout): MemberPlan[] {
  const many = (role: string, count: number, zone = ''): MemberPlan[] =>
    Array.from({ length: count }, (_x, i) => ({ name: `${role}${zone === '' ? '' : `-${zone}`}-${i}`, role, zone }));
  return [
    ...layout.zones.flatMap((zone) => many('ingester', layout.ingestersPerZone, zone)),
    ...many('store-gateway', layout.storeGateways).map((plan, i) => ({ ...plan, zone: layout.zones[i % layout.zones.length]! })),
    ...many('compactor', layout.compactors),
    ...many('query-frontend', layout.queryFrontends),
    ...many('querier', layout.queriers),
    ...many('distributor', layout.distributors),
  ];
}
