import type { CompactionFacet, Owns } from '@telamon/contract';
import { createService, type Service } from '@telamon/lifecycle';
import type { Lifecycler } from '@telamon/ring';
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
  /** Whether a tenant or a job is this compactor's; asked again and again, as compactors come and go. */
  readonly owns: Owns;
  /** Its place among the others; undefined when it is the only one. */
  readonly lifecycler?: Lifecycler | undefined;
}

/** Most merges of one tenant in one round, so that a large tenant does not starve the others. */
const MERGES_PER_ROUND = 16;

/** Tidies the bucket. The only role that deletes from it. A tenant that fails is reported and does not stop the others. */
export function createCompactor(options: CompactorOptions): Service {
  const { signals, logger, cleanIntervalMs, compactIntervalMs, owns, lifecycler } = options;
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
    start: async (signal, scope) => {
      await join(lifecycler, signal);
      for (const facet of signals.values()) {
        const clean = (stop: AbortSignal) =>
          eachTenant(facet, stop, async (tenant) => {
            if (owns(tenant)) await facet.clean(tenant, stop);
          });
        const compact = (stop: AbortSignal) => eachTenant(facet, stop, (tenant) => compactTenant(facet, tenant, { stop, owns }));
        scope.every(cleanIntervalMs, clean, { isImmediate: true });
        scope.every(compactIntervalMs, compact);
      }
    },
    stop: async () => {
      lifecycler?.service.stop();
      await lifecycler?.service.untilTerminated();
    },
    onTaskError: (error) => logger.error('a round of the compactor failed, it is tried again', { error }),
  });
}

async function join(lifecycler: Lifecycler | undefined, signal: AbortSignal): Promise<void> {
  if (lifecycler === undefined) return;
  lifecycler.service.start();
  await lifecycler.service.untilRunning(signal);
  await lifecycler.activate();
}

interface Round {
  readonly stop: AbortSignal;
  readonly owns: Owns;
}

async function compactTenant(facet: CompactionFacet, tenant: string, { stop, owns }: Round): Promise<void> {
  for (let merges = 0; merges < MERGES_PER_ROUND; merges++) {
    if (stop.aborted || !(await facet.compact(tenant, stop, owns))) return;
  }
}
