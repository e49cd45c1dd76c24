import type { SignalCalls } from '@telamon/contract';
import { v1 } from '@telamon/proto';
import type { PeerStreamHandler } from '@telamon/rpc';
import type { MetricsSource } from '../metrics-source.ts';
import type { OwnUsage } from '../own-usage.ts';
import type { RecentMetrics } from '../recent-metrics.ts';
import { frameMessages } from './bound-frames.ts';
import { encodeCardinality } from './cardinality-reply.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeExemplars } from './exemplar-parts.ts';
import { encodeMetadata } from './metadata-parts.ts';
import { decodeLabels, decodeSelect } from './select-message.ts';
import { encodeTenantUsages } from './tenant-usages.ts';
import { textParts } from './text-parts.ts';

/** Rows of a list that one ingester may be asked for. */
const CARDINALITY_ROWS_MAX = 100_000;

/** What an ingester answers queriers of other processes from. */
export interface IngesterReads extends OwnUsage {
  /** Heads and local blocks. */
  readonly source: MetricsSource;
  readonly recent: RecentMetrics;
}

/** The reading half of an ingester's calls, `proto/telamon/ingester_read.proto`. Messages are about 1 MiB at most. */
export function ingesterReadCalls({ source, recent, usageOf, usageByTenant }: IngesterReads): SignalCalls {
  const listLabels: PeerStreamHandler = async function* (message, { tenant, signal }) {
    const { name, labels } = decodeLabels(tenant, message);
    const texts = name === '' ? await source.labelNames(labels, signal) : await source.labelValues(name, labels, signal);
    for (const part of textParts(texts)) yield v1.MetricsTexts.encode({ texts: part }).finish();
  };
  return {
    streams: {
      MetricsSelect: async function* (message, { tenant, signal }) {
        for await (const frame of source.select(decodeSelect(tenant, message), signal)) {
          for (const part of frameMessages(frame)) yield v1.MetricsFrame.encode({ frame: part }).finish();
        }
      },
      MetricsLabelNames: listLabels,
      MetricsLabelValues: listLabels,
      MetricsExemplars: async function* (message, { tenant, signal }) {
        yield* encodeExemplars(await recent.exemplars(decodeLabels(tenant, message).labels, signal));
      },
      MetricsMetadata: async function* (message, { tenant, signal }) {
        const { metric } = decodeMessage(v1.MetricsMetadataRequest, message);
        yield* encodeMetadata(await recent.metadata(tenant, metric, signal));
      },
    },
    unary: {
      MetricsCardinality: async (message, { tenant, signal }) => {
        const { limit } = decodeMessage(v1.MetricsCardinalityRequest, message);
        return encodeCardinality(await recent.cardinality(tenant, Math.min(limit, CARDINALITY_ROWS_MAX), signal));
      },
      MetricsUsage: async (_message, { tenant }) => v1.MetricsUsageReply.encode(usageOf(tenant)).finish(),
      MetricsUsageByTenant: async () => encodeTenantUsages(usageByTenant()),
    },
  };
}
