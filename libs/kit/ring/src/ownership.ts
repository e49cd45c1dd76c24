import type { Instance } from './instance.ts';
import { TokenTable } from './token-table.ts';

const SPACE = 2 ** 32;

/**
 * Share of all keys (0..1) that each instance owns as the first replica; in a zone-aware ring within its zone, so that the shares of
 * a zone sum to 1. In the order of the instances. Cost: O(tokens).
 */
export function ownershipOf(instances: readonly Instance[], isZoneAware: boolean): Float64Array {
  const shares = new Float64Array(instances.length);
  const zones = new Map<string, number[]>();
  instances.forEach(({ zone }, position) => {
    const key = isZoneAware ? zone : '';
    zones.set(key, [...(zones.get(key) ?? []), position]);
  });
  for (const positions of zones.values()) {
    const { tokens, owners } = TokenTable.merge(positions.map((position) => instances[position]!.tokens));
    for (let i = 0; i < tokens.length; i++) {
      const before = i === 0 ? tokens[tokens.length - 1]! - SPACE : tokens[i - 1]!;
      shares[positions[owners[i]!]!]! += (tokens[i]! - before) / SPACE;
    }
  }
  return shares;
}
