import type { MetricRegistry } from '@telamon/telemetry';
import type { BlockMeta } from '@telamon/tsdb';
import type { BlockCatalog } from './block-catalog.ts';
import type { CompactorEvents } from './bucket-compactor.ts';

/** Hooks of the ingester's side that count. */
export interface CuttingEvents {
  onCut(tenant: string, meta: BlockMeta): void;
  onShipped(tenant: string, sentBytes: number): void;
}

/** Counts blocks that are cut and shipped. */
export function createCuttingMetrics(registry: MetricRegistry): CuttingEvents {
  const cut = registry.counter({ name: 'telamon_ingester_blocks_cut_total', help: 'Blocks that were cut from heads.' });
  const samples = registry.counter({
    name: 'telamon_ingester_blocks_cut_samples_total',
    help: 'Samples in the blocks that were cut from heads.',
  });
  const shipped = registry.counter({
    name: 'telamon_ingester_blocks_shipped_total',
    help: 'Blocks that were uploaded to the bucket.',
  });
  const bytes = registry.counter({
    name: 'telamon_ingester_blocks_shipped_bytes_total',
    help: 'Bytes of the blocks that were uploaded to the bucket.',
  });
  return {
    onCut: (_tenant, { stats }) => {
      cut.inc({});
      samples.inc({}, stats.numSamples ?? 0);
    },
    onShipped: (_tenant, sentBytes) => {
      shipped.inc({});
      bytes.inc({}, sentBytes);
    },
  };
}

/** Shows what the catalog knows. */
export function registerCatalogMetrics(registry: MetricRegistry, catalog: BlockCatalog): void {
  registry.readGauge({
    name: 'telamon_storegateway_blocks_loaded',
    help: 'Blocks in the bucket that queries may read.',
    read: () => catalog.counts().blocks,
  });
  registry.readGauge({
    name: 'telamon_storegateway_blocks_quarantined',
    help: 'Blocks in the bucket that are damaged and left out.',
    read: () => catalog.counts().quarantined,
  });
}

/** Counts what the compactor does. */
export function createCompactionMetrics(registry: MetricRegistry): CompactorEvents {
  const merges = registry.counter({ name: 'telamon_compactor_merges_total', help: 'Merges that were completed.' });
  const sources = registry.counter({ name: 'telamon_compactor_merged_blocks_total', help: 'Blocks that went into merges.' });
  const failures = registry.counter({ name: 'telamon_compactor_merge_failures_total', help: 'Merges that failed.' });
  const marked = registry.counter({
    name: 'telamon_compactor_blocks_marked_for_deletion_total',
    help: 'Blocks that were marked for deletion, by reason.',
    labels: ['reason'],
  });
  const deleted = registry.counter({
    name: 'telamon_compactor_blocks_deleted_total',
    help: 'Blocks that were deleted from the bucket.',
  });
  return {
    onMerged: (sourceCount) => {
      merges.inc({});
      sources.inc({}, sourceCount);
    },
    onMergeFailed: () => failures.inc({}),
    onMarked: (reason) => marked.inc({ reason }),
    onDeleted: () => deleted.inc({}),
  };
}
