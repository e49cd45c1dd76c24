import { xxhash64 } from '@telamon/algo';

const encoder = new TextEncoder();

/**
 * The queriers that work for a tenant: the `size` with the highest hash of tenant and querier, so that every frontend picks the same
 * ones and one that comes or goes changes one place at most. All when `size` is 0 or there are no more. Cost: O(n log n).
 */
export function queriersOf(tenant: string, queriers: readonly string[], size: number): ReadonlySet<string> {
  if (size === 0 || queriers.length <= size) return new Set(queriers);
  const ranked = queriers.map((id) => ({ id, rank: xxhash64(encoder.encode(`${tenant}\0${id}`)) }));
  ranked.sort((a, b) => (a.rank === b.rank ? (a.id < b.id ? -1 : 1) : a.rank > b.rank ? -1 : 1));
  return new Set(ranked.slice(0, size).map(({ id }) => id));
}
