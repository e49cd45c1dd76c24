import { TelamonError, type TelamonErrorOptions } from '@telamon/model';

/** What stands before every id; users' runbooks and alerts know the ids with it. */
export const ERROR_ID_PREFIX = 'err-mimir-';

/** Every id of the catalogue, without its prefix. They are a contract: never renamed, never reused. */
export const ERROR_IDS = [
  'missing-metric-name',
  'metric-name-invalid',
  'max-label-names-per-series',
  'max-label-names-per-info-series',
  'max-native-histogram-buckets',
  'not-reducible-native-histogram',
  'invalid-native-histogram-schema',
  'label-invalid',
  'label-value-invalid',
  'label-name-too-long',
  'label-value-too-long',
  'duplicate-label-names',
  'labels-not-sorted',
  'too-far-in-future',
  'too-far-in-past',
  'max-series-per-metric',
  'max-series-per-user',
  'max-metadata-per-metric',
  'max-metadata-per-user',
  'metadata-missing-metric-name',
  'metric-name-too-long',
  'unit-too-long',
  'max-active-series',
  'sample-timestamp-too-old',
  'sample-out-of-order',
  'sample-duplicate-timestamp',
  'exemplar-labels-missing',
  'exemplar-labels-too-long',
  'exemplar-timestamp-invalid',
  'exemplar-series-missing',
  'exemplar-too-far-in-future',
  'exemplar-too-far-in-past',
  'max-chunks-per-query',
  'max-series-per-query',
  'max-chunks-bytes-per-query',
  'max-estimated-chunks-per-query',
  'max-estimated-memory-consumption-per-query',
  'max-query-length',
  'max-total-query-length',
  'max-query-expression-size-bytes',
  'tenant-max-request-rate',
  'tenant-max-ingestion-rate',
  'tenant-too-many-ha-clusters',
  'distributor-max-ingestion-rate',
  'distributor-max-inflight-push-requests',
  'distributor-max-inflight-push-requests-bytes',
  'distributor-max-write-message-size',
  'distributor-max-otlp-request-size',
  'distributor-max-write-request-data-item-size',
  'ingester-max-ingestion-rate',
  'ingester-max-tenants',
  'ingester-max-series',
  'ingester-max-inflight-push-requests',
  'ingester-max-inflight-push-requests-bytes',
  'ingester-max-inflight-read-requests',
  'query-blocked',
  'request-blocked',
  'query-limited',
  'store-consistency-check-failed',
  'bucket-index-too-old',
  'native-histogram-count-mismatch',
  'native-histogram-count-not-big-enough',
  'native-histogram-negative-bucket-count',
  'native-histogram-span-negative-offset',
  'native-histogram-spans-buckets-mismatch',
  'native-histogram-custom-buckets-mismatch',
  'native-histogram-custom-buckets-invalid',
  'native-histogram-custom-buckets-infinite',
  'native-histogram-custom-buckets-not-reducible',
] as const;

/** An id of the catalogue, without its prefix. */
export type ErrorId = (typeof ERROR_IDS)[number];

/** An operational error of the catalogue. */
export class CatalogueError extends TelamonError {
  /** Value of the `reason` label of the discarded samples, exemplars and metadata counters. */
  readonly reason: string;

  constructor(message: string, options: TelamonErrorOptions & { readonly reason: string }) {
    super(message, options);
    this.name = 'CatalogueError';
    this.reason = options.reason;
  }
}

/** Ids whose reason label is not simply the id with underscores. */
const REASONS: Readonly<Partial<Record<ErrorId, string>>> = {
  'tenant-max-request-rate': 'rate_limited',
  'tenant-max-ingestion-rate': 'rate_limited',
  'tenant-too-many-ha-clusters': 'too_many_ha_clusters',
  'max-series-per-user': 'per_user_series_limit',
  'max-series-per-metric': 'per_metric_series_limit',
  'max-metadata-per-user': 'per_user_metadata_limit',
  'max-metadata-per-metric': 'per_metric_metadata_limit',
  'sample-timestamp-too-old': 'sample-timestamp-too-old',
  'sample-out-of-order': 'sample-out-of-order',
  'sample-duplicate-timestamp': 'new-value-for-timestamp',
};

/** The reason label of an id. */
export function reasonOf(id: ErrorId): string {
  if (id.startsWith('native-histogram-') && id !== 'native-histogram-custom-buckets-not-reducible')
    return 'invalid-native-histogram';
  return REASONS[id] ?? id.replaceAll('-', '_');
}

/** What a sentence is completed with. */
export interface MessageParts {
  /** What to do instead of raising the limit; without a full stop. */
  readonly strategy?: string;
  /** Flags, without dashes, of the tenant limits to change. */
  readonly tenantFlags?: readonly string[];
  /** Flags, without dashes, of the limits of the process to change. */
  readonly instanceFlags?: readonly string[];
  /** Sentence that follows the id, with its leading `. `. */
  readonly suffix?: string;
  /** Sentence at the very end, with its leading space. */
  readonly tail?: string;
}

/** Appends the id in parentheses and the advice to a sentence without a full stop. */
export function withId(id: ErrorId, sentence: string, parts: MessageParts = {}): string {
  const { strategy, tenantFlags = [], instanceFlags = [], suffix = '', tail = '' } = parts;
  const flags = tenantFlags.length > 0 ? tenantFlags : instanceFlags;
  const head = `${sentence} (${ERROR_ID_PREFIX}${id})${suffix}`;
  if (flags.length === 0) return `${head}${tail}`;
  const scope = tenantFlags.length > 0 ? 'related per-tenant limit' : 'related limit';
  const begin = strategy === undefined ? 'To' : `${strategy}. Otherwise, to`;
  return `${head}. ${begin} adjust the ${scope}${flags.length > 1 ? 's' : ''}, configure ${flagList(flags)}, or contact your service administrator.${tail}`;
}

/** Builds an error of the catalogue. It carries no stack: a request may be refused a million times. */
export function catalogueError(id: ErrorId, status: number, sentence: string, parts: MessageParts = {}): CatalogueError {
  const message = withId(id, sentence, parts);
  const { stackTraceLimit } = Error;
  // Capturing a stack costs ten times as much as everything else about an error that is expected.
  Error.stackTraceLimit = 0;
  try {
    return new CatalogueError(message, { id: `${ERROR_ID_PREFIX}${id}`, status, reason: reasonOf(id) });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** At most 200 characters of a text, as the peers print parts of requests. */
export function cut200(text: string): string {
  if (text.length <= 200) return text;
  return Array.from(text.slice(0, 400)).slice(0, 200).join('');
}

function flagList(flags: readonly string[]): string {
  const dashed = flags.map((flag) => `-${flag}`);
  return dashed.length === 1 ? dashed[0]! : `${dashed.slice(0, -1).join(', ')} and ${dashed.at(-1)}`;
}
