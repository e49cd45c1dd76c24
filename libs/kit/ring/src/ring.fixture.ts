import type { Instance, InstanceState } from './instance.ts';

/** The moment of all views of the tests, ms. */
export const NOW_MS = 1_700_000_000_000;
/** Age at which heartbeats of the tests are too old, ms. */
export const TIMEOUT_MS = 60_000;

/** What a test says of an instance; the rest is made up. */
export interface InstanceSketch {
  readonly id: string;
  readonly tokens: readonly number[];
  readonly zone?: string;
  readonly state?: InstanceState;
  readonly isSilent?: boolean;
  readonly registeredMs?: number;
  readonly readOnlyChangedMs?: number;
}

/** An instance of a sketch. */
export function instanceOf(sketch: InstanceSketch): Instance {
  return {
    id: sketch.id,
    address: `${sketch.id}:9095`,
    zone: sketch.zone ?? '',
    state: sketch.state ?? 'active',
    tokens: Uint32Array.from(new Set(sketch.tokens)).sort(),
    heartbeatMs: sketch.isSilent === true ? NOW_MS - 2 * TIMEOUT_MS : NOW_MS,
    registeredMs: sketch.registeredMs ?? 1,
    readOnlyChangedMs: sketch.readOnlyChangedMs ?? 0,
    features: [],
  };
}

/** Tokens that depend on a seed alone. */
export function pseudoTokens(seed: number, count: number): number[] {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  });
}

/** `perZone` active instances in each of so many zones, `tokenCount` random tokens each. */
export function gridOf(zones: number, perZone: number, tokenCount: number): Instance[] {
  return Array.from({ length: zones * perZone }, (_, i) => {
    const zone = `zone-${String.fromCharCode(97 + (i % zones))}`;
    const id = `ingester-${zone}-${Math.floor(i / zones)}`;
    return instanceOf({ id, zone, tokens: pseudoTokens(i, tokenCount) });
  });
}
