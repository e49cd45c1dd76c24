import type { OptionGroup } from '@telamon/config';
import { HA_LIMITS, type HaLimits } from './ha-limits.ts';
import { CARDINALITY_LIMITS, type IngestLimits, LABEL_LIMITS, RATE_LIMITS, SAMPLE_LIMITS } from './ingest-limits.ts';
import { OTLP_LIMITS, type OtlpLimits } from './otlp-limits.ts';
import { FETCH_LIMITS, FRONTEND_LIMITS, type QueryLimits } from './query-limits.ts';
import { STORAGE_LIMITS, type StorageLimits } from './storage-limits.ts';

/** Every limit of a tenant. Consumers declare the slice that they read, e.g. `Overrides<LabelLimits>`. */
export type TenantLimits = IngestLimits & HaLimits & OtlpLimits & QueryLimits & StorageLimits;

/** Declarations of all tenant limits; their process-wide values are the defaults of tenants. */
export const LIMITS: readonly OptionGroup[] = [
  RATE_LIMITS,
  LABEL_LIMITS,
  SAMPLE_LIMITS,
  CARDINALITY_LIMITS,
  HA_LIMITS,
  OTLP_LIMITS,
  FETCH_LIMITS,
  FRONTEND_LIMITS,
  STORAGE_LIMITS,
];

/** The part of a loaded config that holds limits. */
export interface LimitsSource {
  of(group: OptionGroup): Readonly<Record<string, unknown>>;
}

/** The limits that hold where the runtime file says nothing. Frozen. */
export function defaultLimits(source?: LimitsSource): TenantLimits {
  const parts = LIMITS.map((group) => source?.of(group) ?? group.defaults());
  return Object.freeze(Object.assign({}, ...parts)) as TenantLimits;
}

/** The limits as the YAML section of one tenant: Mimir's keys, durations as text. With `from`, only what differs from it. */
export function plainLimits(limits: TenantLimits, plain: PlainValue, from?: TenantLimits): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const { key, option, yamlPath } of LIMITS.flatMap((group) => group.options)) {
    const value = plain(option, limits[key as keyof TenantLimits]);
    if (from !== undefined && JSON.stringify(value) === JSON.stringify(plain(option, from[key as keyof TenantLimits]))) continue;
    out[yamlPath.at(-1)!] = value;
  }
  return out;
}

/** Keys that `/api/v1/user_limits` shows. */
const USER_LIMIT_KEYS: ReadonlySet<string> = new Set([
  'request_rate',
  'request_burst_size',
  'ingestion_rate',
  'ingestion_burst_size',
  'ingestion_burst_factor',
  'max_global_series_per_user',
  'max_global_series_per_metric',
  'max_global_metadata_per_user',
  'max_global_metadata_per_metric',
  'max_global_exemplars_per_user',
  'max_fetched_chunks_per_query',
  'max_fetched_series_per_query',
  'max_fetched_chunk_bytes_per_query',
]);

/** JSON data of `/api/v1/user_limits`: Mimir's keys for what there is, all numbers. */
export function userLimits(limits: TenantLimits): Record<string, unknown> {
  const named = LIMITS.flatMap((group) => group.options).filter(({ yamlPath }) => USER_LIMIT_KEYS.has(yamlPath.at(-1)!));
  return Object.fromEntries(named.map(({ key, yamlPath }) => [yamlPath.at(-1)!, limits[key as keyof TenantLimits]]));
}

/** Turns a parsed value into plain data; `plainValue` of `@telamon/config`. */
export type PlainValue = (option: OptionGroup['options'][number]['option'], value: unknown) => unknown;
