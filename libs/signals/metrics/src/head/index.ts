export type { AppendCounts, AppendHooks, AppendInput, AppendLimits, AppendResult, HeadRefusal } from './append-contract.ts';
export { DEFAULT_APPEND_LIMITS, MAX_REPORTED_REFUSALS } from './append-contract.ts';
export type { AnyHistogram } from './histogram-bytes.ts';
export { tagHistogram } from './histogram-bytes.ts';
export type { MetricMetadata } from './metadata-table.ts';
export type { HeadReplayReport, TenantHeadOptions } from './tenant-head.ts';
export { BLOCK_RANGE_MS, TenantHead } from './tenant-head.ts';
