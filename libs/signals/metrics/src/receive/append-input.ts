import { DecodeError } from '@telamon/bytes';
import {
  type CatalogueError,
  EXEMPLAR_LABELS_CHARS_MAX,
  metadataMetricNameTooLong,
  metadataMissingMetricName,
  metadataUnitTooLong,
  notReducibleCustomBuckets,
  notReducibleHistogram,
  type TenantLimits,
  tooManyHistogramBuckets,
} from '@telamon/limits';
import { CUSTOM_BUCKETS_SCHEMA, Labels, TelamonError, validateHistogram } from '@telamon/model';
import { type MetricMetadata, type SeriesCursor, WriteRequestCursor, WriteRequestV2Cursor } from '@telamon/wire';
import type { AnyHistogram, AppendHooks, AppendInput, AppendLimits, HeadRefusal } from '../head/index.ts';
import { bucketCountOf } from './fit-histogram.ts';
import { FittingCursor } from './fitting-cursor.ts';
import type { SeriesPreparer } from './series-preparer.ts';
import type { SeriesPreparers } from './series-preparers.ts';

/** A request to be appended. */
export interface AppendRequest {
  readonly limits: TenantLimits;
  readonly cursor: WriteRequestCursor | WriteRequestV2Cursor;
  /** What the cursor walks. */
  readonly body: Uint8Array;
  /** The snappy block that the body came as, if it did. */
  readonly block?: Uint8Array;
  readonly hasHistograms: boolean;
}

const DROPPED: HeadRefusal = { reason: 'relabel_configuration', message: '', kind: 'series', isSilent: true };

/** What a head needs to append a remote-write request under a tenant's limits. */
export function appendInputOf(
  preparers: SeriesPreparers,
  { limits, cursor, body, block, hasHistograms }: AppendRequest,
): AppendInput {
  const preparer = preparers.of(limits);
  const removed = limits.acceptHaSamples ? limits.haReplicaLabel : '';
  const isVersion2 = cursor instanceof WriteRequestV2Cursor;
  return {
    cursor: hasHistograms ? new FittingCursor(cursor, limits) : cursor,
    body: cursor instanceof WriteRequestCursor && !hasHistograms ? body : undefined,
    forwardable: { body, block },
    hooks: hooksFor({ preparer, removed, isVersion2 }, limits),
    limits: appendLimitsOf(limits),
    hasStartZeros: isVersion2 && limits.createdTimestampZeroIngestionEnabled,
    ...(cursor instanceof WriteRequestCursor ? { metadata: acceptedMetadata(cursor.metadata(), limits) } : {}),
  };
}

/** The limits that a head itself keeps. */
export function appendLimitsOf(limits: TenantLimits): AppendLimits {
  return {
    maxSeriesPerUser: limits.maxGlobalSeriesPerUser,
    maxSeriesPerMetric: limits.maxGlobalSeriesPerMetric,
    maxExemplars: limits.maxGlobalExemplarsPerUser,
    maxMetadataPerUser: limits.maxGlobalMetadataPerUser,
    maxMetadataPerMetric: limits.maxGlobalMetadataPerMetric,
    outOfOrderWindowMs: limits.outOfOrderTimeWindowMs,
    creationGracePeriodMs: limits.creationGracePeriodMs,
    pastGracePeriodMs: limits.pastGracePeriodMs,
  };
}

interface SeriesAdmission {
  readonly preparer: SeriesPreparer;
  /** Label that is taken off, '' for none. */
  readonly removed: string;
  readonly isVersion2: boolean;
}

function hooksFor({ preparer, removed, isVersion2 }: SeriesAdmission, limits: TenantLimits): AppendHooks {
  return {
    admitSeries: (cursor) => {
      const flat = decodedOrRefused(() => cursor.decodeLabelPairs(), 'series');
      if (!Array.isArray(flat)) return flat;
      const prepared = preparer.prepare(flat, removed, cursor.hasInvalidUtf8);
      if (prepared.kind === 'accepted') return isVersion2 && isEmpty(cursor) ? emptySeries(prepared.labels) : prepared.labels;
      return prepared.kind === 'dropped' ? DROPPED : refusal(prepared.error, 'series');
    },
    admitExemplar: (exemplar) => {
      const labels = Labels.fromPairs(pairsOf(exemplar.labels));
      return isTooLong(labels) ? TOO_LONG_EXEMPLAR : labels;
    },
    checkHistogram: (value, cursor) => checkHistogram(value, cursor, limits),
  };
}

/** A part of a request that is broken in itself, such as a reference to a symbol that is not there, is refused alone. */
function decodedOrRefused<T>(decode: () => T, kind: HeadRefusal['kind']): T | HeadRefusal {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { reason: 'invalid_request', message: error.message, kind };
  }
}

function isEmpty(cursor: SeriesCursor): boolean {
  return cursor.sampleCount === 0 && cursor.histogramCount === 0;
}

/** Version 2 forbids series without a sample, exemplars or not. */
function emptySeries(labels: Labels): HeadRefusal {
  return {
    reason: 'invalid_request',
    message: `TimeSeries must contain at least one sample or histogram for series ${labels}`,
    kind: 'series',
  };
}

function seriesOf(cursor: SeriesCursor): Labels {
  return Labels.fromPairs(pairsOf(cursor.decodeLabelPairs()));
}

function refusal(error: CatalogueError, kind: HeadRefusal['kind']): HeadRefusal {
  return { reason: error.reason, message: error.message, kind };
}

/** Counted, not told: the peers drop such an exemplar without a word. */
const TOO_LONG_EXEMPLAR: HeadRefusal = { reason: 'exemplar-labels-too-long', message: '', kind: 'exemplar' };

function isTooLong(labels: Labels): boolean {
  let length = 0;
  for (const part of labels.flat()) length += [...part].length;
  return length > EXEMPLAR_LABELS_CHARS_MAX;
}

function checkHistogram(value: AnyHistogram, cursor: SeriesCursor, limits: TenantLimits): HeadRefusal | undefined {
  try {
    validateHistogram(value.histogram);
  } catch (error) {
    if (!(error instanceof TelamonError)) throw error;
    return { reason: 'invalid-native-histogram', message: error.message, kind: 'histogram' };
  }
  const limit = limits.maxNativeHistogramBuckets;
  const bucketCount = bucketCountOf(value.histogram);
  if (limit === 0 || bucketCount <= limit) return undefined;
  const size = { timestampMs: 0, series: seriesOf(cursor), bucketCount, limit };
  if (!limits.reduceNativeHistogramOverMaxBuckets) return refusal(tooManyHistogramBuckets(size), 'histogram');
  const isCustom = value.histogram.schema === CUSTOM_BUCKETS_SCHEMA;
  return refusal(isCustom ? notReducibleCustomBuckets(size) : notReducibleHistogram(size), 'histogram');
}

/** Metadata of version 1 that may be stored; what is wrong with the rest ends the request, as it is the sender's mistake. */
function* acceptedMetadata(all: Iterable<MetricMetadata>, limits: TenantLimits): IterableIterator<MetricMetadata> {
  const limit = limits.maxMetadataLength;
  for (const { name, type, help, unit } of all) {
    if (name === '' && limits.enforceMetadataMetricName) throw metadataMissingMetricName();
    if (limit > 0 && Buffer.byteLength(name) > limit) throw metadataMetricNameTooLong(name);
    if (limit > 0 && Buffer.byteLength(unit) > limit) throw metadataUnitTooLong(unit, name);
    yield { name, type, unit, help: limit > 0 ? cutBytes(help, limit) : help };
  }
}

/** At most `limit` bytes of a text, cut between characters. */
function cutBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  return Buffer.from(text)
    .subarray(0, limit)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
}

function* pairsOf(flat: readonly string[]): IterableIterator<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!];
}
