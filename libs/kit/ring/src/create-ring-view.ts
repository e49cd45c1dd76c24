import type { Instance } from './instance.ts';
import { RingTopology } from './ring-topology.ts';
import type { RingView } from './ring-view.ts';
import { SnapshotView } from './snapshot-view.ts';

/** Rules of a ring, and the moment of a view. */
export interface RingViewOptions {
  readonly replicationFactor: number;
  readonly isZoneAware: boolean;
  /** Age from which on a heartbeat no longer proves life, ms. */
  readonly heartbeatTimeoutMs: number;
  readonly nowMs: number;
}

/** A view of instances in any order, ids distinct. Cost: O(tokens). */
export function createRingView(instances: readonly Instance[], options: RingViewOptions): RingView {
  const { replicationFactor, isZoneAware, heartbeatTimeoutMs, nowMs } = options;
  const topology = RingTopology.of(instances, isZoneAware);
  const health = Uint8Array.from(topology.instances, ({ heartbeatMs }) => (nowMs - heartbeatMs <= heartbeatTimeoutMs ? 1 : 0));
  return new SnapshotView({ topology, instances: topology.instances, health, replicationFactor, nowMs: () => nowMs });
}
