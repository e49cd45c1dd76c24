import { isUlid } from '@telamon/algo';
import { decodeUtf8Strict } from '@telamon/bytes';
import { compareUtf8 } from '@telamon/model';
import { CorruptError } from '../format-error.ts';

/** The block was made of out-of-order samples alone. */
export const HINT_FROM_OUT_OF_ORDER = 'from-out-of-order';
/** The block was made of series that had gone stale. */
export const HINT_FROM_STALE_SERIES = 'from-stale-series';
/** The block was made of series that a caller chose. */
export const HINT_FROM_SELECTED_SERIES = 'from-selected-series';

/** What a block holds. Absent numbers are 0. */
export interface BlockStats {
  numSamples?: number;
  numFloatSamples?: number;
  numHistogramSamples?: number;
  numSeries?: number;
  numChunks?: number;
  numTombstones?: number;
}

/** A block that went into another. Times as in {@link BlockMeta}. */
export interface BlockParent {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
}

/** How a block came to be. */
export interface BlockCompaction {
  level: number;
  sources?: string[];
  deletable?: boolean;
  parents?: BlockParent[];
  failed?: boolean;
  hints?: string[];
}

/** A file of a block. */
export interface BlockFile {
  readonly rel_path: string;
  readonly size_bytes?: number;
}

/** What Thanos and Mimir add. */
export interface ThanosMeta {
  version?: number;
  labels: Record<string, string>;
  downsample: { resolution: number };
  source: string;
  segment_files?: string[];
  files?: BlockFile[];
}

/**
 * `meta.json` of a block. Times in ms, the interval is [minTime, maxTime). Names are those of the file. Fields that are not
 * known here are kept in `unknown` and written back.
 */
export interface BlockMeta {
  ulid: string;
  minTime: number;
  maxTime: number;
  stats: BlockStats;
  compaction: BlockCompaction;
  version: 1;
  thanos?: ThanosMeta;
  /** Unknown fields by section: '' for the top level, else `stats`, `compaction`, `thanos`. */
  unknown?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const STATS: readonly (keyof BlockStats)[] = [
  'numSamples',
  'numFloatSamples',
  'numHistogramSamples',
  'numSeries',
  'numChunks',
  'numTombstones',
];
const COMPACTION: readonly (keyof BlockCompaction)[] = ['level', 'sources', 'deletable', 'parents', 'failed', 'hints'];
const THANOS: readonly (keyof ThanosMeta)[] = ['version', 'labels', 'downsample', 'source', 'segment_files', 'files'];
const TOP: readonly string[] = ['ulid', 'minTime', 'maxTime', 'stats', 'compaction', 'version', 'thanos'];

/** Largest `meta.json` that is read: a block of 10,000 sources stays far below. */
export const MAX_META_BYTES: number = 8 * 1024 * 1024;

/**
 * Reads `meta.json`. {@link CorruptError} when it is no JSON, of another version, or when a ULID, time or list is not what
 * it must be; a path in a field is refused, never used.
 */
export function parseBlockMeta(bytes: Uint8Array): BlockMeta {
  if (bytes.length > MAX_META_BYTES) throw new CorruptError('meta.json: too large');
  const root = parseObject(bytes);
  if (root.version !== 1) throw new CorruptError(`meta.json: unexpected version ${String(root.version).slice(0, 20)}`);
  const stats = section(root, 'stats');
  const compaction = section(root, 'compaction');
  const meta: BlockMeta = {
    ulid: ulidOf(root.ulid, 'ulid'),
    minTime: integer(root.minTime ?? 0, 'minTime'),
    maxTime: integer(root.maxTime ?? 0, 'maxTime'),
    stats: {},
    compaction: parseCompaction(compaction),
    version: 1,
  };
  for (const key of STATS) {
    if (stats[key] !== undefined) meta.stats[key] = integer(stats[key], `stats.${key}`);
  }
  const unknown: Record<string, Record<string, unknown>> = {
    '': rest(root, TOP),
    stats: rest(stats, STATS),
    compaction: rest(compaction, COMPACTION),
  };
  if (root.thanos !== undefined && root.thanos !== null) {
    const thanos = section(root, 'thanos');
    meta.thanos = parseThanos(thanos);
    unknown.thanos = rest(thanos, THANOS);
  }
  for (const key of Object.keys(unknown)) if (Object.keys(unknown[key]!).length === 0) delete unknown[key];
  if (Object.keys(unknown).length > 0) meta.unknown = unknown;
  return meta;
}

/**
 * Writes `meta.json` as Prometheus does: tabs, fields in its order, empty ones left out, `<`, `>`, `&` escaped; with a
 * `thanos` section a line feed ends the file, as Thanos writes it. Unknown fields follow the known ones of their section.
 */
export function encodeBlockMeta(meta: BlockMeta): Uint8Array {
  const { unknown } = meta;
  const file: Record<string, unknown> = {
    ulid: meta.ulid,
    minTime: meta.minTime,
    maxTime: meta.maxTime,
    stats: { ...pick(meta.stats, STATS), ...unknown?.stats },
    compaction: { level: meta.compaction.level, ...pick(meta.compaction, COMPACTION.slice(1)), ...unknown?.compaction },
    version: 1,
  };
  if (meta.thanos !== undefined) file.thanos = { ...thanosFile(meta.thanos), ...unknown?.thanos };
  const text = JSON.stringify({ ...file, ...unknown?.[''] }, undefined, '\t').replace(/[<>&\u2028\u2029]/g, escapeUnit);
  return new TextEncoder().encode(meta.thanos === undefined ? text : `${text}\n`);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function thanosFile(thanos: ThanosMeta): Record<string, unknown> {
  const labels = Object.fromEntries(Object.entries(thanos.labels).sort(([a], [b]) => compareUtf8(a, b)));
  return {
    ...pick(thanos, ['version']),
    labels,
    downsample: { resolution: thanos.downsample.resolution },
    source: thanos.source,
    ...pick(thanos, ['segment_files', 'files']),
  };
}

/** The named fields in order, without those that Go's omitempty leaves out. */
function pick<T extends object>(from: T, keys: readonly (keyof T)[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of keys) {
    const value: unknown = from[key];
    if (value === undefined || value === 0 || value === false || (Array.isArray(value) && value.length === 0)) continue;
    out[String(key)] = value;
  }
  return out;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8Strict(bytes, 0, bytes.length);
  if (text === undefined) throw new CorruptError('meta.json: not UTF-8');
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new CorruptError('meta.json: no JSON', error);
  }
  return asObject(root, 'meta.json');
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CorruptError(`${path}: not an object`);
  return value as Record<string, unknown>;
}

function section(root: Record<string, unknown>, name: string): Record<string, unknown> {
  return root[name] === undefined || root[name] === null ? {} : asObject(root[name], `meta.json ${name}`);
}

function rest(from: Record<string, unknown>, known: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !known.includes(key)));
}

function integer(value: unknown, path: string): number {
  if (!Number.isSafeInteger(value)) throw new CorruptError(`meta.json ${path}: not an integer`);
  return value as number;
}

function ulidOf(value: unknown, path: string): string {
  if (typeof value !== 'string' || !isUlid(value)) throw new CorruptError(`meta.json ${path}: not a ULID`);
  return value;
}

function list(value: unknown, path: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new CorruptError(`meta.json ${path}: not a list`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new CorruptError(`meta.json ${path}: not a text`);
  return value;
}

function parseCompaction(from: Record<string, unknown>): BlockCompaction {
  const compaction: BlockCompaction = { level: integer(from.level ?? 0, 'compaction.level') };
  const sources = list(from.sources, 'compaction.sources').map((source) => ulidOf(source, 'compaction.sources'));
  if (sources.length > 0) compaction.sources = sources;
  if (from.deletable === true) compaction.deletable = true;
  const parents = list(from.parents, 'compaction.parents').map((value): BlockParent => {
    const parent = asObject(value, 'meta.json compaction.parents');
    return {
      ulid: ulidOf(parent.ulid, 'compaction.parents'),
      minTime: integer(parent.minTime ?? 0, 'compaction.parents'),
      maxTime: integer(parent.maxTime ?? 0, 'compaction.parents'),
    };
  });
  if (parents.length > 0) compaction.parents = parents;
  if (from.failed === true) compaction.failed = true;
  const hints = list(from.hints, 'compaction.hints').map((hint) => text(hint, 'compaction.hints'));
  if (hints.length > 0) compaction.hints = hints;
  return compaction;
}

function parseThanos(from: Record<string, unknown>): ThanosMeta {
  const version = integer(from.version ?? 0, 'thanos.version');
  if (version !== 0 && version !== 1) throw new CorruptError(`meta.json: unexpected version ${version} of the thanos section`);
  // fromEntries makes own fields, so that a label may be called __proto__.
  const labels = Object.fromEntries(
    Object.entries(section(from, 'labels')).map(([name, value]) => [name, text(value, 'thanos.labels')]),
  );
  const thanos: ThanosMeta = {
    ...(version === 0 ? {} : { version }),
    labels,
    downsample: { resolution: integer(section(from, 'downsample').resolution ?? 0, 'thanos.downsample') },
    source: text(from.source ?? '', 'thanos.source'),
  };
  const segments = list(from.segment_files, 'thanos.segment_files').map((name) => text(name, 'thanos.segment_files'));
  if (segments.length > 0) thanos.segment_files = segments;
  const files = list(from.files, 'thanos.files').map(parseFile);
  if (files.length > 0) thanos.files = files;
  return thanos;
}

function parseFile(value: unknown): BlockFile {
  const file = asObject(value, 'meta.json thanos.files');
  const size = file.size_bytes;
  // Whatever else a file carries (a hash) is kept.
  return {
    ...file,
    rel_path: text(file.rel_path, 'thanos.files'),
    ...(size === undefined ? {} : { size_bytes: integer(size, 'thanos.files') }),
  };
}
