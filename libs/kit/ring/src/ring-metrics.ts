import type { MetricRegistry } from '@telamon/telemetry';
import type { Ring } from './ring.ts';

/** Registers what a process tells of the rings that it follows. Call it once for each registry. */
export function registerRingMetrics(registry: MetricRegistry, rings: readonly Ring[]): void {
  registry.readGauge({
    name: 'cortex_ring_members',
    help: 'Instances in the ring, by name of the ring and state; silent ones are Unhealthy whatever their state.',
    labels: ['name', 'state'],
    isForeignName: true,
    read: () => rings.flatMap((ring) => membersOf(ring)),
  });
  registry.readGauge({
    name: 'telamon_ring_tokens',
    help: 'Tokens in the ring.',
    labels: ['name'],
    read: () => rings.map((ring) => [{ name: ring.name }, countTokens(ring)] as const),
  });
  registry.readCounter({
    name: 'telamon_ring_bad_entries_total',
    help: 'Entries of the ring that could not be read; the last good one was kept.',
    labels: ['name'],
    read: () => rings.map((ring) => [{ name: ring.name }, ring.badEntries] as const),
  });
}

const STATE_NAMES = {
  pending: 'PENDING',
  joining: 'JOINING',
  active: 'ACTIVE',
  readonly: 'READONLY',
  leaving: 'LEAVING',
} as const;

function membersOf(ring: Ring): (readonly [{ name: string; state: string }, number])[] {
  const view = ring.view();
  const counts = new Map<string, number>([...Object.values(STATE_NAMES), 'Unhealthy'].map((state) => [state, 0]));
  for (const instance of view.instances) {
    const state = view.isAlive(instance) ? STATE_NAMES[instance.state] : 'Unhealthy';
    counts.set(state, counts.get(state)! + 1);
  }
  return [...counts].map(([state, count]) => [{ name: ring.name, state }, count] as const);
}

function countTokens(ring: Ring): number {
  return ring.view().instances.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
