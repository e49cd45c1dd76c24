import type { CompactionFacet } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Logger } from '@telamon/telemetry';

/** What the compactor needs to know. */
export interface CompactorOptions {
  /** Compaction of the signals by name. */
  readonly signals: ReadonlyMap<string, CompactionFacet>;
  /** Time between two rounds of cleaning, which also write the bucket index, ms. */
  readonly cleanIntervalMs: number;
  /** Time between two rounds of merging, ms. */
  readonly compactIntervalMs: number;
  readonly logger: Logger;
}

/** Without a ring there is no one else to own a job. */
const OWNS_ALL = (): boolean => true;
/** Most merges of one tenant in one round, so that a large tenant does not starve the others. */
const MERGES_PER_ROUND = 16;

/** Tidies the bucket. The only role that deletes from it. A tenant that fails is reported and does not stop the others. */
export function createCompactor(options: CompactorOptions): Service {
  const { signals, logger, cleanIntervalMs, compactIntervalMs } = options;
  const eachTenant = async (
    facet: CompactionFacet,
    stop: AbortSignal,
    work: (tenant: string) => Promise<void>,
  ): Promise<void> => {
    for (const tenant of await facet.tenants(stop)) {
      if (stop.aborted) return;
      try {
        await work(tenant);
      } catch (error) {
        if (!stop.aborted) logger.error('tidying a tenant failed, it is tried again', { tenant, error });
      }
    }
  };
  return createService({
    name: 'compactor',
    start: (_signal, scope) => {
      for (const facet of signals.values()) {
        const clean = (stop: AbortSignal) => eachTenant(facet, stop, (tenant) => facet.clean(tenant, stop));
        const compact = (stop: AbortSignal) => eachTenant(facet, stop, (tenant) => compactTenant(facet, tenant, stop));
        scope.every(cleanIntervalMs, clean, { isImmediate: true });
        scope.every(compactIntervalMs, compact);
      }
    },
    onTaskError: (error) => logger.error('a round of the compactor failed, it is tried again', { error }),
  });
}

async function compactTenant(facet: CompactionFacet, tenant: string, stop: AbortSignal): Promise<void> {
  for (let merges = 0; merges < MERGES_PER_ROUND; merges++) {
    if (stop.aborted || !(await facet.compact(tenant, stop, OWNS_ALL))) return;
  }
}
