import { formatDurationMs, type Labels } from '@telamon/model';
import { type CatalogueError, catalogueError, type ErrorId } from './error-id.ts';

/** What ingesters refuse: samples and exemplars that don't fit the series, and what goes over a limit on series. */

/** The sample is older than the head takes. */
export function sampleTooOld(timestampMs: number, series: Labels): CatalogueError {
  const sentence = 'the sample has been rejected because its timestamp is too old';
  return catalogueError('sample-timestamp-too-old', 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** Older than the tenant's out-of-order window allows. */
export function sampleBeyondWindow(timestampMs: number, series: Labels, windowMs: number): CatalogueError {
  const sentence = `the sample has been rejected because another sample with a more recent timestamp has already been ingested and this sample is beyond the out-of-order time window of ${formatDurationMs(windowMs)}`;
  return catalogueError('sample-timestamp-too-old', 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** The sample is older than the newest of its series, and the tenant has no out-of-order window. */
export function sampleOutOfOrder(timestampMs: number, series: Labels): CatalogueError {
  const sentence =
    'the sample has been rejected because another sample with a more recent timestamp has already been ingested and out-of-order samples are not allowed';
  return catalogueError('sample-out-of-order', 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** The series has another value at the same time. */
export function sampleDuplicateTimestamp(timestampMs: number, series: Labels): CatalogueError {
  const sentence =
    'the sample has been rejected because another sample with the same timestamp, but a different value, has already been ingested';
  return catalogueError('sample-duplicate-timestamp', 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** The ingester's own check, after the distributor's. */
export function ingestedTooFarInFuture(timestampMs: number, series: Labels): CatalogueError {
  const sentence = 'received a sample whose timestamp is too far in the future';
  return catalogueError('too-far-in-future', 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** Ids of histograms that contradict themselves. */
export type HistogramErrorId = Extract<ErrorId, `native-histogram-${string}`>;

/** A native histogram that contradicts itself; `sentence` is Prometheus' own text. */
export function invalidHistogram(id: HistogramErrorId, sentence: string, timestampMs: number, series: Labels): CatalogueError {
  return catalogueError(id, 400, sentence, { suffix: sampleSuffix(timestampMs, series) });
}

/** An exemplar, its time and its series. */
export interface ExemplarPlace {
  readonly timestampMs: number;
  readonly series: Labels;
  readonly labels: Labels;
}

/** The exemplar's series is unknown. */
export function exemplarSeriesMissing(place: ExemplarPlace): CatalogueError {
  const sentence = 'the exemplar has been rejected because the related series has not been ingested yet';
  return catalogueError('exemplar-series-missing', 400, sentence, { suffix: exemplarSuffix(place) });
}

/** The exemplar is newer than now plus the grace period. */
export function exemplarTooFarInFuture(place: ExemplarPlace): CatalogueError {
  const sentence = 'received an exemplar whose timestamp is too far in the future';
  return catalogueError('exemplar-too-far-in-future', 400, sentence, { suffix: exemplarSuffix(place) });
}

/** The exemplar is older than the tenant allows. */
export function exemplarTooFarInPast(place: ExemplarPlace): CatalogueError {
  const sentence = 'received an exemplar whose timestamp is too far in the past';
  return catalogueError('exemplar-too-far-in-past', 400, sentence, { suffix: exemplarSuffix(place) });
}

/** The tenant has as many series as it may. */
export function maxSeriesPerUser(limit: number): CatalogueError {
  return catalogueError('max-series-per-user', 400, `per-user series limit of ${limit} exceeded`, {
    tenantFlags: ['ingester.max-global-series-per-user'],
  });
}

/** The metric has as many series as it may; `series` is the one refused. */
export function maxSeriesPerMetric(limit: number, series: Labels): CatalogueError {
  return perMetric(
    'max-series-per-metric',
    `per-metric series limit of ${limit} exceeded`,
    'ingester.max-global-series-per-metric',
    series,
  );
}

/** The tenant has metadata of as many metrics as it may. */
export function maxMetadataPerUser(limit: number): CatalogueError {
  return catalogueError('max-metadata-per-user', 400, `per-user metric metadata limit of ${limit} exceeded`, {
    tenantFlags: ['ingester.max-global-metadata-per-user'],
  });
}

/** The metric has as many different metadata as it may; `series` holds its name. */
export function maxMetadataPerMetric(limit: number, series: Labels): CatalogueError {
  return perMetric(
    'max-metadata-per-metric',
    `per-metric metadata limit of ${limit} exceeded`,
    'ingester.max-global-metadata-per-metric',
    series,
  );
}

function perMetric(id: ErrorId, sentence: string, flag: string, series: Labels): CatalogueError {
  return catalogueError(id, 400, sentence, { tenantFlags: [flag], tail: ` This is for series ${series}` });
}

function sampleSuffix(timestampMs: number, series: Labels): string {
  return `. The affected sample has timestamp ${goTime(timestampMs)} and is from series ${series}`;
}

function exemplarSuffix({ timestampMs, series, labels }: ExemplarPlace): string {
  return `. The affected exemplar is ${labels} with timestamp ${goTime(timestampMs)} for series ${series}`;
}

/** RFC 3339 as Go prints it: no zeros at the end of the fraction. Times that a Date can't hold are printed in ms. */
export function goTime(timestampMs: number): string {
  const date = new Date(timestampMs);
  if (Number.isNaN(date.getTime())) return `${timestampMs}ms`;
  return date.toISOString().replace(/\.(\d*?)0*Z$/, (_whole, digits: string) => (digits === '' ? 'Z' : `.${digits}Z`));
}
