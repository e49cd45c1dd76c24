import { BucketIndexError, JsonFields } from './json-fields.ts';

/** Largest mark that is read. */
export const MAX_MARK_BYTES: number = 64 * 1024;

/** Why a block must not be compacted. */
export type NoCompactReason =
  | 'manual'
  | 'index-size-exceeding'
  | 'block-index-out-of-order-chunk'
  | 'downsample-vertical-compaction';

const REASONS: readonly NoCompactReason[] = [
  'manual',
  'index-size-exceeding',
  'block-index-out-of-order-chunk',
  'downsample-vertical-compaction',
];

/** `deletion-mark.json`: the block is to be deleted once the delay has passed. */
export interface DeletionMark {
  readonly ulid: string;
  readonly details: string;
  /** When it was marked, Unix seconds. */
  readonly deletionTimeS: number;
}

/** `no-compact-mark.json`: compactors leave the block alone. */
export interface NoCompactMark {
  readonly ulid: string;
  readonly details: string;
  /** When it was marked, Unix seconds. */
  readonly noCompactTimeS: number;
  readonly reason: NoCompactReason;
}

/** `tenant-deletion-mark.json`: all of a tenant's data is to be deleted. */
export interface TenantDeletionMark {
  /** When deletion was asked for, Unix seconds. */
  readonly deletionTimeS: number;
  /** When all blocks were gone, 0 before. */
  readonly finishedTimeS: number;
}

/** Reads a deletion mark found at the path of block `ulid`; {@link BucketIndexError} when it is damaged or another block's. */
export function parseDeletionMark(bytes: Uint8Array, ulid: string): DeletionMark {
  const fields = openMark(bytes, 'deletion mark', ulid);
  return { ulid, details: fields.text('details'), deletionTimeS: fields.integer('deletion_time') };
}

/** Reads a no-compact mark found at the path of block `ulid`, as {@link parseDeletionMark}; an unknown reason counts as manual. */
export function parseNoCompactMark(bytes: Uint8Array, ulid: string): NoCompactMark {
  const fields = openMark(bytes, 'no-compact mark', ulid);
  const text = fields.text('reason');
  const reason = REASONS.find((known) => known === text) ?? 'manual';
  return { ulid, details: fields.text('details'), noCompactTimeS: fields.integer('no_compact_time'), reason };
}

/** Reads a tenant deletion mark; {@link BucketIndexError} when it is damaged. */
export function parseTenantDeletionMark(bytes: Uint8Array): TenantDeletionMark {
  const fields = JsonFields.parse(bytes, 'tenant deletion mark', MAX_MARK_BYTES);
  return { deletionTimeS: fields.integer('deletion_time'), finishedTimeS: fields.integer('finished_time') };
}

/** Writes a deletion mark. */
export function encodeDeletionMark(mark: DeletionMark): Uint8Array {
  const details = mark.details === '' ? {} : { details: mark.details };
  return toBytes({ id: mark.ulid, version: 1, ...details, deletion_time: mark.deletionTimeS });
}

/** Writes a no-compact mark. */
export function encodeNoCompactMark(mark: NoCompactMark): Uint8Array {
  const details = mark.details === '' ? {} : { details: mark.details };
  return toBytes({ id: mark.ulid, version: 1, ...details, no_compact_time: mark.noCompactTimeS, reason: mark.reason });
}

/** Writes a tenant deletion mark. */
export function encodeTenantDeletionMark(mark: TenantDeletionMark): Uint8Array {
  const finished = mark.finishedTimeS === 0 ? {} : { finished_time: mark.finishedTimeS };
  return toBytes({ deletion_time: mark.deletionTimeS, ...finished });
}

function openMark(bytes: Uint8Array, what: string, ulid: string): JsonFields {
  const fields = JsonFields.parse(bytes, what, MAX_MARK_BYTES);
  if (fields.integer('version') !== 1) throw new BucketIndexError(`${what}: unknown version`);
  if (fields.ulid('id') !== ulid) throw new BucketIndexError(`${what}: is that of another block`);
  return fields;
}

function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
