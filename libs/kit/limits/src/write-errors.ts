import { type Labels, METRIC_NAME, quoteGo } from '@telamon/model';
import { type CatalogueError, catalogueError, cut200 } from './error-id.ts';

/** What distributors refuse. Every function makes the error of one cause; texts, ids and statuses are Mimir's. */

/** Most characters of an exemplar's labels, names and values together. */
export const EXEMPLAR_LABELS_CHARS_MAX = 128;

/** The errors show at most 200 characters, which is at most as many of these. */
const SERIES_CHARS_MAX = 400;

/**
 * A series as these errors print it: `name{a="1", b="2"}`. Takes `name, value` pairs in their order, duplicates included. What is
 * beyond that which they show is left out, so the cost is bounded by the number of labels.
 */
export function formatSeries(pairs: Iterable<readonly [string, string]>): string {
  let name = '';
  let text = '';
  for (const [key, value] of pairs) {
    if (key === METRIC_NAME && name === '' && value !== '') name = value;
    else if (text.length < SERIES_CHARS_MAX) text += `${text === '' ? '' : ', '}${start(key)}=${quoteGo(start(value))}`;
  }
  return text === '' ? start(name) || '{}' : `${start(name)}{${text}}`;
}

function start(text: string): string {
  return text.length <= SERIES_CHARS_MAX ? text : text.slice(0, SERIES_CHARS_MAX);
}

/** The series has no `__name__`. */
export function missingMetricName(): CatalogueError {
  return catalogueError('missing-metric-name', 400, 'received series has no metric name');
}

/** The metric name breaks the validation scheme. */
export function invalidMetricName(name: string): CatalogueError {
  return catalogueError('metric-name-invalid', 400, `received a series with invalid metric name: '${cut200(name)}'`);
}

/** The label name breaks the validation scheme. `series` as {@link formatSeries} gives it, here and below. */
export function invalidLabel(label: string, series: string): CatalogueError {
  return catalogueError(
    'label-invalid',
    400,
    `received a series with an invalid label: '${cut200(label)}' series: '${cut200(series)}'`,
  );
}

/** The label value is not UTF-8. */
export function invalidLabelValue(label: string, value: string, metricName: string): CatalogueError {
  const sentence = `received a series with invalid value in label '${cut200(label)}': '${cut200(value)}' metric: '${cut200(metricName)}'`;
  return catalogueError('label-value-invalid', 400, sentence);
}

/** The label name has more bytes than the tenant allows. */
export function labelNameTooLong(label: string, series: string): CatalogueError {
  const sentence = `received a series whose label name length exceeds the limit, label: '${cut200(label)}' series: '${cut200(series)}'`;
  return catalogueError('label-name-too-long', 400, sentence, { tenantFlags: ['validation.max-length-label-name'] });
}

/** The label value has more bytes than the tenant allows. */
export function labelValueTooLong(label: string, value: string, series: string): CatalogueError {
  const sentence = `received a series whose label value length exceeds the limit, label: '${label}', value: '${cut200(value)}' (truncated) series: '${cut200(series)}'`;
  return catalogueError('label-value-too-long', 400, sentence, { tenantFlags: ['validation.max-length-label-value'] });
}

/** The series names a label twice. */
export function duplicateLabelName(label: string, series: string): CatalogueError {
  const sentence = `received a series with duplicate label name, label: '${cut200(label)}' series: '${cut200(series)}'`;
  return catalogueError('duplicate-label-names', 400, sentence);
}

/** The labels are not in order; only for interfaces that demand it, since ours sorts them. */
export function labelsNotSorted(label: string, series: string): CatalogueError {
  const sentence = `received a series where the label names are not alphabetically sorted, label: '${cut200(label)}' series: '${cut200(series)}'`;
  return catalogueError('labels-not-sorted', 400, sentence);
}

/** Too many labels. `isInfo`: the metric's name ends in `_info`, which has a limit of its own. */
export function tooManyLabels(actual: number, limit: number, series: string, isInfo: boolean): CatalogueError {
  const shown = series.length > 200 ? `${cut200(series)}…` : series;
  const kind = isInfo ? 'an info series' : 'a series';
  const sentence = `received ${kind} whose number of labels exceeds the limit (actual: ${actual}, limit: ${limit}) series: '${shown}'`;
  const id = isInfo ? 'max-label-names-per-info-series' : 'max-label-names-per-series';
  return catalogueError(id, 400, sentence, { tenantFlags: [`validation.${id}`] });
}

/** The sample is newer than now plus the grace period. */
export function sampleTooFarInFuture(timestampMs: number, metricName: string): CatalogueError {
  const sentence = `received a sample whose timestamp is too far in the future, timestamp: ${timestampMs} series: '${cut200(metricName)}'`;
  return catalogueError('too-far-in-future', 400, sentence, { tenantFlags: ['validation.create-grace-period'] });
}

/** The sample is older than now less the grace period and the out-of-order window. */
export function sampleTooFarInPast(timestampMs: number, metricName: string): CatalogueError {
  const sentence = `received a sample whose timestamp is too far in the past, timestamp: ${timestampMs} series: '${cut200(metricName)}'`;
  return catalogueError('too-far-in-past', 400, sentence, { tenantFlags: ['validation.past-grace-period'] });
}

/** A native histogram and what is wrong with its size. */
export interface HistogramSize {
  readonly timestampMs: number;
  readonly series: Labels;
  readonly bucketCount: number;
  readonly limit: number;
}

/** The native histogram has too many buckets and the tenant does not let it be reduced. */
export function tooManyHistogramBuckets(size: HistogramSize): CatalogueError {
  return catalogueError(
    'max-native-histogram-buckets',
    400,
    `received a native histogram sample with too many buckets, ${sizeText(size)}`,
  );
}

/** The native histogram has too many buckets even at its lowest resolution. */
export function notReducibleHistogram(size: HistogramSize): CatalogueError {
  const sentence = `received a native histogram sample with too many buckets and cannot reduce, ${sizeText(size)}`;
  return catalogueError('not-reducible-native-histogram', 400, sentence);
}

/** The histogram has too many custom buckets, which cannot be merged. */
export function notReducibleCustomBuckets(size: HistogramSize): CatalogueError {
  const sentence = `received a native histogram sample with more custom buckets than the limit, ${sizeText(size)}`;
  return catalogueError('native-histogram-custom-buckets-not-reducible', 400, sentence);
}

/** The schema of the native histogram is unknown. */
export function invalidHistogramSchema(schema: number): CatalogueError {
  return catalogueError(
    'invalid-native-histogram-schema',
    400,
    `received a native histogram sample with an invalid schema: ${schema}`,
  );
}

/** The exemplar has no labels. */
export function exemplarLabelsMissing(timestampMs: number, series: Labels, labels: Labels): CatalogueError {
  const sentence = `received an exemplar with no valid labels, timestamp: ${timestampMs} series: ${series} labels: ${labels}`;
  return catalogueError('exemplar-labels-missing', 400, sentence);
}

/** The exemplar has no timestamp. */
export function exemplarTimestampInvalid(timestampMs: number, series: Labels, labels: Labels): CatalogueError {
  const sentence = `received an exemplar with no timestamp, timestamp: ${timestampMs} series: ${series} labels: ${labels}`;
  return catalogueError('exemplar-timestamp-invalid', 400, sentence);
}

/** The labels of the exemplar have more than {@link EXEMPLAR_LABELS_CHARS_MAX} characters. */
export function exemplarLabelsTooLong(timestampMs: number, series: Labels, labels: Labels): CatalogueError {
  const sentence = `received an exemplar where the size of its combined labels exceeds the limit of ${EXEMPLAR_LABELS_CHARS_MAX} characters, timestamp: ${timestampMs} series: ${series} labels: ${labels}`;
  return catalogueError('exemplar-labels-too-long', 400, sentence);
}

/** The metadata names no metric. */
export function metadataMissingMetricName(): CatalogueError {
  return catalogueError('metadata-missing-metric-name', 400, 'received a metric metadata with no metric name');
}

/** The metadata's metric name is too long. */
export function metadataMetricNameTooLong(metricName: string): CatalogueError {
  const sentence = `received a metric metadata whose metric name length exceeds the limit, metric name: '${cut200(metricName)}'`;
  return catalogueError('metric-name-too-long', 400, sentence, { tenantFlags: ['validation.max-metadata-length'] });
}

/** The metadata's unit is too long. */
export function metadataUnitTooLong(unit: string, metricName: string): CatalogueError {
  const sentence = `received a metric metadata whose unit name length exceeds the limit, unit: '${cut200(unit)}' metric name: '${cut200(metricName)}'`;
  return catalogueError('unit-too-long', 400, sentence, { tenantFlags: ['validation.max-metadata-length'] });
}

/** Too many requests. `isOverload`: the tenant asked for 529 instead of 429. */
export function requestRateLimited(rate: number, burst: number, isOverload: boolean): CatalogueError {
  const sentence = `the request has been rejected because the tenant exceeded the request rate limit, set to ${rate} requests/s across all distributors with a maximum allowed burst of ${burst}`;
  return catalogueError('tenant-max-request-rate', isOverload ? 529 : 429, sentence, {
    tenantFlags: ['distributor.request-rate-limit', 'distributor.request-burst-size'],
  });
}

/** Too many items. `isOverload`: the tenant asked for 529 instead of 429. */
export function ingestionRateLimited(rate: number, burst: number, isOverload: boolean): CatalogueError {
  const sentence = `the request has been rejected because the tenant exceeded the ingestion rate limit, set to ${rate} items/s with a maximum allowed burst of ${burst}. ${RATE_SCOPE}`;
  return catalogueError('tenant-max-ingestion-rate', isOverload ? 529 : 429, sentence, {
    tenantFlags: ['distributor.ingestion-rate-limit', 'distributor.ingestion-burst-size'],
  });
}

/** One request has more items than the burst: it can never pass. */
export function ingestionBurstLimited(burst: number, items: number, isOverload: boolean): CatalogueError {
  const sentence = `the request has been rejected because the tenant exceeded the ingestion burst size limit, set to ${burst}, with ${items} items. ${RATE_SCOPE}`;
  return catalogueError('tenant-max-ingestion-rate', isOverload ? 529 : 429, sentence, {
    tenantFlags: ['distributor.ingestion-burst-size'],
  });
}

const RATE_SCOPE =
  'This limit is applied on the total number of samples, exemplars and metadata received across all distributors';

/** Too many active series; `rejected` of the `total` series of the request were refused. */
export function activeSeriesLimited(limit: number, rejected: number, total: number): CatalogueError {
  const sentence = `the request has been rejected because the tenant exceeded the active series limit, set to ${limit}. ${rejected} series were rejected from this request of a total of ${total}`;
  return catalogueError('max-active-series', 429, sentence, { tenantFlags: ['distributor.max-active-series-per-user'] });
}

/** The tenant has as many HA clusters as it may. */
export function tooManyHaClusters(limit: number): CatalogueError {
  const sentence = `the write request has been rejected because the maximum number of high-availability (HA) clusters has been reached for this tenant (limit: ${limit})`;
  return catalogueError('tenant-too-many-ha-clusters', 400, sentence, { tenantFlags: ['distributor.ha-tracker.max-clusters'] });
}

function sizeText({ timestampMs, series, bucketCount, limit }: HistogramSize): string {
  return `timestamp: ${timestampMs} series: ${series}, buckets: ${bucketCount}, limit: ${limit}`;
}
