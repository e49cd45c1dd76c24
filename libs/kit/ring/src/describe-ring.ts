import type { InstanceState } from './instance.ts';
import { ownershipOf } from './ownership.ts';
import type { RingView } from './ring-view.ts';

/** One instance on a ring page. */
export interface RingRow {
  readonly id: string;
  readonly state: InstanceState;
  readonly isHealthy: boolean;
  readonly zone: string;
  readonly address: string;
  /** Since the last sign of life that its clock tells of, ms; negative when its clock is ahead. */
  readonly heartbeatAgeMs: number;
  /** 0 when unknown. */
  readonly registeredMs: number;
  readonly tokenCount: number;
  /** Of the keys that it owns as the first replica (of its zone, when zones are used), 0 to 100. */
  readonly ownershipPercent: number;
  readonly features: readonly string[];
}

/** The rows of a ring's page, sorted by id. `isZoneAware` as the ring is. Cost: O(tokens). */
export function describeRing(view: RingView, options: { readonly nowMs: number; readonly isZoneAware: boolean }): RingRow[] {
  const shares = ownershipOf(view.instances, options.isZoneAware);
  return view.instances.map((instance, position) => ({
    id: instance.id,
    state: instance.state,
    isHealthy: view.isAlive(instance),
    zone: instance.zone,
    address: instance.address,
    heartbeatAgeMs: options.nowMs - instance.heartbeatMs,
    registeredMs: instance.registeredMs,
    tokenCount: instance.tokens.length,
    ownershipPercent: shares[position]! * 100,
    features: instance.features,
  }));
}
