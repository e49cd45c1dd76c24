import type { HeadRefusal } from './append-contract.ts';
import { timeText } from './append-report.ts';

type Kind = HeadRefusal['kind'];
const contact = 'or contact your service administrator.';

/** A sample that is older than the series' newest one. */
export function outOfOrder(kind: Kind, timeMs: number, series: string): HeadRefusal {
  const why = 'another sample with a more recent timestamp has already been ingested and out-of-order samples are not allowed';
  return { kind, reason: 'sample-out-of-order', message: rejected(why, 'sample-out-of-order', timeMs, series) };
}

/** A sample before everything that may still come. */
export function tooOld(kind: Kind, timeMs: number, series: string): HeadRefusal {
  return {
    kind,
    reason: 'sample-timestamp-too-old',
    message: rejected('its timestamp is too old', 'sample-timestamp-too-old', timeMs, series),
  };
}

/** Another value at the time of a sample. */
export function duplicateTimestamp(kind: Kind, timeMs: number, series: string): HeadRefusal {
  const why = 'another sample with the same timestamp, but a different value, has already been ingested';
  return { kind, reason: 'sample-duplicate-timestamp', message: rejected(why, 'sample-duplicate-timestamp', timeMs, series) };
}

/** A sample beyond the creation grace period. */
export function tooFarInFuture(kind: Kind, timeMs: number, series: string): HeadRefusal {
  const message =
    `received a sample whose timestamp is too far in the future, timestamp: ${timeMs} series: '${series.slice(0, 200)}' ` +
    `(err-mimir-too-far-in-future). To adjust the related per-tenant limit, configure -validation.create-grace-period, ${contact}`;
  return { kind, reason: 'too-far-in-future', message };
}

/** A sample beyond the past grace period. */
export function tooFarInPast(kind: Kind, timeMs: number, series: string): HeadRefusal {
  const message =
    `received a sample whose timestamp is too far in the past, timestamp: ${timeMs} series: '${series.slice(0, 200)}' ` +
    `(err-mimir-too-far-in-past). To adjust the related per-tenant limit, configure -validation.past-grace-period, ${contact}`;
  return { kind, reason: 'too-far-in-past', message };
}

/** The tenant has as many series as it may. */
export function tooManySeries(limit: number): HeadRefusal {
  const message =
    `per-user series limit of ${limit} exceeded (err-mimir-max-series-per-user). ` +
    `To adjust the related per-tenant limit, configure -ingester.max-global-series-per-user, ${contact}`;
  return { kind: 'series', reason: 'max-series-per-user', message };
}

/** The metric has as many series as it may. */
export function tooManySeriesOfMetric(limit: number, series: string): HeadRefusal {
  const message =
    `per-metric series limit of ${limit} exceeded (err-mimir-max-series-per-metric). ` +
    `To adjust the related per-tenant limit, configure -ingester.max-global-series-per-metric, ${contact} This is for series ${series}`;
  return { kind: 'series', reason: 'max-series-per-metric', message };
}

/** The tenant has metadata of as many metrics as it may. */
export function tooMuchMetadata(limit: number): HeadRefusal {
  const message =
    `per-user metric metadata limit of ${limit} exceeded (err-mimir-max-metadata-per-user). ` +
    `To adjust the related per-tenant limit, configure -ingester.max-global-metadata-per-user, ${contact}`;
  return { kind: 'metadata', reason: 'max-metadata-per-user', message, isSilent: true };
}

/** The metric has as many metadata as it may. Counted, not told, as with Mimir: senders could do nothing about it. */
export function tooMuchMetadataOfMetric(limit: number, metric: string): HeadRefusal {
  const message =
    `per-metric metadata limit of ${limit} exceeded (err-mimir-max-metadata-per-metric). ` +
    `To adjust the related per-tenant limit, configure -ingester.max-global-metadata-per-metric, ${contact} This is for metric ${metric}`;
  return { kind: 'metadata', reason: 'max-metadata-per-metric', message, isSilent: true };
}

/** Reason of {@link instanceIsFull}. */
export const INSTANCE_IS_FULL = 'ingester-max-series';

/** The process has as many series as it may; the request as a whole fails then. */
export function instanceIsFull(): HeadRefusal {
  return { kind: 'series', reason: INSTANCE_IS_FULL, message: 'the ingester has as many series as it may' };
}

/** An exemplar of a series that has no sample. */
export function exemplarWithoutSeries(series: string): HeadRefusal {
  const message =
    'the exemplar has been rejected because the related series has not been ingested yet (err-mimir-exemplar-series-missing). ' +
    `The affected exemplar is from series ${series}`;
  return { kind: 'exemplar', reason: 'exemplar-series-missing', message, isSilent: true };
}

/** An exemplar that is older than the series' newest one. */
export function exemplarOutOfOrder(timeMs: number, series: string): HeadRefusal {
  const message = `out of order exemplar: timestamp ${timeText(timeMs)} series ${series}`;
  return { kind: 'exemplar', reason: 'exemplar-out-of-order', message };
}

function rejected(why: string, id: string, timeMs: number, series: string): string {
  return `the sample has been rejected because ${why} (err-mimir-${id}). The affected sample has timestamp ${timeText(timeMs)} and is from series ${series}`;
}

/** A part of a series that could not be decoded. */
export function undecodable(kind: Kind, error: Error): HeadRefusal {
  return { kind, reason: 'bad-data', message: error.message };
}
