import { existsSync, readFileSync } from 'node:fs';
import { Labels } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { type CatalogueError, cut200, ERROR_ID_PREFIX, ERROR_IDS, reasonOf } from './error-id.ts';
import * as ingest from './ingest-errors.ts';
import * as instance from './instance-errors.ts';
import * as query from './query-errors.ts';
import { LIMITS } from './tenant-limits.ts';
import * as write from './write-errors.ts';

const SERIES = Labels.fromRecord({ __name__: 'up', job: 'a' });
const SIZE = { timestampMs: 5, series: SERIES, bucketCount: 200, limit: 160 };
const PLACE = { timestampMs: 1_700_000_000_120, series: SERIES, labels: Labels.fromRecord({ trace_id: 'x' }) };

function check(error: CatalogueError, status: number, reason: string, message: string): void {
  expect({ status: error.status, reason: error.reason, message: error.message }).toEqual({ status, reason, message });
  expect(error.message).toContain(`(${error.id})`);
  expect(ERROR_IDS).toContain(error.id.slice(ERROR_ID_PREFIX.length));
  expect(error.isRetryable).toBe(status >= 500);
}

describe('write errors', () => {
  it('have the texts that users know', () => {
    check(
      write.tooManyLabels(32, 30, 'up{a="1"}', false),
      400,
      'max_label_names_per_series',
      `received a series whose number of labels exceeds the limit (actual: 32, limit: 30) series: 'up{a="1"}' (err-mimir-max-label-names-per-series). To adjust the related per-tenant limit, configure -validation.max-label-names-per-series, or contact your service administrator.`,
    );
    check(
      write.ingestionRateLimited(10_000, 200_000, false),
      429,
      'rate_limited',
      'the request has been rejected because the tenant exceeded the ingestion rate limit, set to 10000 items/s with a maximum allowed burst of 200000. This limit is applied on the total number of samples, exemplars and metadata received across all distributors (err-mimir-tenant-max-ingestion-rate). To adjust the related per-tenant limits, configure -distributor.ingestion-rate-limit and -distributor.ingestion-burst-size, or contact your service administrator.',
    );
    check(
      write.missingMetricName(),
      400,
      'missing_metric_name',
      'received series has no metric name (err-mimir-missing-metric-name)',
    );
    expect(write.requestRateLimited(1, 2, true).status).toBe(529);
    expect(write.tooManyHaClusters(100).reason).toBe('too_many_ha_clusters');
    expect(write.tooManyHistogramBuckets(SIZE).message).toContain(
      'timestamp: 5 series: {__name__="up", job="a"}, buckets: 200, limit: 160 (err',
    );
  });

  it('print series and cut long parts', () => {
    expect(write.formatSeries(SERIES)).toBe('up{job="a"}');
    expect(write.formatSeries([['__name__', 'up']])).toBe('up');
    expect(write.formatSeries([])).toBe('{}');
    expect(
      write.formatSeries([
        ['a', '1'],
        ['a', '2'],
        ['__name__', 'x'],
        ['__name__', 'y'],
      ]),
    ).toBe('x{a="1", a="2", __name__="y"}');
    expect(write.invalidLabel('x'.repeat(5000), 'y'.repeat(5000)).message.length).toBeLessThan(600);
    expect(cut200('😀'.repeat(300))).toBe('😀'.repeat(200));
  });
});

describe('ingest errors', () => {
  it('have the texts that users know', () => {
    check(
      ingest.maxSeriesPerUser(150_000),
      400,
      'per_user_series_limit',
      'per-user series limit of 150000 exceeded (err-mimir-max-series-per-user). To adjust the related per-tenant limit, configure -ingester.max-global-series-per-user, or contact your service administrator.',
    );
    check(
      ingest.maxSeriesPerMetric(2, SERIES),
      400,
      'per_metric_series_limit',
      'per-metric series limit of 2 exceeded (err-mimir-max-series-per-metric). To adjust the related per-tenant limit, configure -ingester.max-global-series-per-metric, or contact your service administrator. This is for series {__name__="up", job="a"}',
    );
    check(
      ingest.sampleOutOfOrder(1_700_000_000_120, SERIES),
      400,
      'sample-out-of-order',
      'the sample has been rejected because another sample with a more recent timestamp has already been ingested and out-of-order samples are not allowed (err-mimir-sample-out-of-order). The affected sample has timestamp 2023-11-14T22:13:20.12Z and is from series {__name__="up", job="a"}',
    );
    expect(ingest.sampleBeyondWindow(0, SERIES, 5_400_000).message).toContain(
      'time window of 1h30m (err-mimir-sample-timestamp-too-old)',
    );
    expect(ingest.sampleDuplicateTimestamp(0, SERIES).reason).toBe('new-value-for-timestamp');
    expect(ingest.exemplarSeriesMissing(PLACE).message).toContain(
      '. The affected exemplar is {trace_id="x"} with timestamp 2023-11-14T22:13:20.12Z for series {__name__="up", job="a"}',
    );
    expect(ingest.invalidHistogram('native-histogram-count-mismatch', 'text', 0, SERIES).reason).toBe('invalid-native-histogram');
  });

  it('print times as Go does', () => {
    expect([0, 100, 120, 123, 1e300].map(ingest.goTime)).toEqual([
      '1970-01-01T00:00:00Z',
      '1970-01-01T00:00:00.1Z',
      '1970-01-01T00:00:00.12Z',
      '1970-01-01T00:00:00.123Z',
      '1e+300ms',
    ]);
  });
});

describe('query errors', () => {
  it('have the texts that users know', () => {
    check(
      query.maxSeriesPerQuery(3),
      422,
      'max_series_per_query',
      'the query exceeded the maximum number of series (limit: 3 series) (err-mimir-max-series-per-query). Consider reducing the time range and/or number of series selected by the query. One way to reduce the number of selected series is to add more label matchers to the query. Otherwise, to adjust the related per-tenant limit, configure -querier.max-fetched-series-per-query, or contact your service administrator.',
    );
    check(
      query.maxTotalQueryLength(7_200_000, 3_600_000),
      400,
      'max_total_query_length',
      'the total query time range exceeds the limit (query length: 2h0m0s, limit: 1h0m0s) (err-mimir-max-total-query-length). To adjust the related per-tenant limit, configure -query-frontend.max-total-query-length, or contact your service administrator.',
    );
    expect(query.queryBlocked('').message).toBe(
      'the request has been blocked by the cluster administrator (err-mimir-query-blocked)',
    );
    expect(query.storeConsistencyCheckFailed(['A', 'B']).message).toBe(
      'failed to fetch some blocks (err-mimir-store-consistency-check-failed). The failed blocks are: A B',
    );
    expect([0, 500, 1500, 90_000, 3_600_000, -1000].map(query.goDuration)).toEqual([
      '0s',
      '500ms',
      '1.5s',
      '1m30s',
      '1h0m0s',
      '-1s',
    ]);
  });
});

describe('instance errors', () => {
  it('have the texts that users know', () => {
    check(
      instance.ingesterMaxSeries(),
      503,
      'ingester_max_series',
      'the write request has been rejected because the ingester exceeded the allowed number of in-memory series (err-mimir-ingester-max-series). To adjust the related limit, configure -ingester.instance-limits.max-series, or contact your service administrator.',
    );
    const size = { uncompressedBytes: 200, limitBytes: 100 };
    check(
      instance.writeMessageTooLarge(size),
      413,
      'distributor_max_write_message_size',
      'the incoming push request has been rejected because its message size of 200 bytes (uncompressed) is larger than the allowed limit of 100 bytes (err-mimir-distributor-max-write-message-size). To adjust the related limit, configure -distributor.max-recv-msg-size, or contact your service administrator.',
    );
    expect(instance.otlpRequestTooLarge({ limitBytes: 1 }).message).toContain('its message size is larger than');
  });
});

/** One call of every function of the catalogue. */
const EVERY: readonly CatalogueError[] = [
  write.missingMetricName(),
  write.invalidMetricName('x'),
  write.invalidLabel('l', 's'),
  write.invalidLabelValue('l', 'v', 'm'),
  write.labelNameTooLong('l', 's'),
  write.labelValueTooLong('l', 'v', 's'),
  write.duplicateLabelName('l', 's'),
  write.labelsNotSorted('l', 's'),
  write.tooManyLabels(1, 0, 's', false),
  write.tooManyLabels(1, 0, 's', true),
  write.sampleTooFarInFuture(0, 'm'),
  write.sampleTooFarInPast(0, 'm'),
  write.tooManyHistogramBuckets(SIZE),
  write.notReducibleHistogram(SIZE),
  write.notReducibleCustomBuckets(SIZE),
  write.invalidHistogramSchema(99),
  write.exemplarLabelsMissing(0, SERIES, SERIES),
  write.exemplarTimestampInvalid(0, SERIES, SERIES),
  write.exemplarLabelsTooLong(0, SERIES, SERIES),
  write.metadataMissingMetricName(),
  write.metadataMetricNameTooLong('m'),
  write.metadataUnitTooLong('u', 'm'),
  write.requestRateLimited(1, 1, false),
  write.ingestionRateLimited(1, 1, false),
  write.ingestionBurstLimited(1, 2, false),
  write.activeSeriesLimited(1, 2, 3),
  write.tooManyHaClusters(1),
  ingest.sampleTooOld(0, SERIES),
  ingest.sampleOutOfOrder(0, SERIES),
  ingest.sampleDuplicateTimestamp(0, SERIES),
  ingest.exemplarSeriesMissing(PLACE),
  ingest.exemplarTooFarInFuture(PLACE),
  ingest.exemplarTooFarInPast(PLACE),
  ingest.maxSeriesPerUser(1),
  ingest.maxSeriesPerMetric(1, SERIES),
  ingest.maxMetadataPerUser(1),
  ingest.maxMetadataPerMetric(1, SERIES),
  ...ERROR_IDS.filter((id): id is ingest.HistogramErrorId => id.startsWith('native-histogram-')).map((id) =>
    ingest.invalidHistogram(id, 's', 0, SERIES),
  ),
  query.maxSeriesPerQuery(1),
  query.maxChunksPerQuery(1),
  query.maxChunkBytesPerQuery(1),
  query.maxEstimatedChunksPerQuery(1),
  query.maxMemoryPerQuery(1),
  query.maxQueryLength(2, 1),
  query.maxTotalQueryLength(2, 1),
  query.maxQueryExpressionSize(2, 1),
  query.queryBlocked('r'),
  query.requestBlocked(),
  query.queryLimited(1000),
  query.storeConsistencyCheckFailed([]),
  query.bucketIndexTooOld(0, 1),
  instance.distributorMaxIngestionRate(),
  instance.distributorMaxInflightPushRequests(),
  instance.distributorMaxInflightPushRequestsBytes(),
  instance.ingesterMaxIngestionRate(),
  instance.ingesterMaxTenants(),
  instance.ingesterMaxSeries(),
  instance.ingesterMaxInflightPushRequests(),
  instance.ingesterMaxInflightPushRequestsBytes(),
  instance.ingesterMaxInflightReadRequests(),
  instance.writeMessageTooLarge({ limitBytes: 1 }),
  instance.otlpRequestTooLarge({ limitBytes: 1 }),
];

describe('the catalogue', () => {
  it('has a function for every id', () => {
    const made = new Set(EVERY.map((error) => error.id.slice(ERROR_ID_PREFIX.length)));
    // Needed only where a write goes through a queue of bounded items.
    const unused = ['distributor-max-write-request-data-item-size'];
    expect(ERROR_IDS.filter((id) => !made.has(id))).toEqual(unused);
  });

  it('names flags that exist', () => {
    const flags = new Set(
      EVERY.flatMap((error) => [...error.message.matchAll(/ -([a-z]+\.[a-z.-]+)/g)].map((match) => match[1]!)),
    );
    expect(flags.size).toBeGreaterThan(25);
    const declared = new Set(LIMITS.flatMap((group) => group.options.map(({ flag }) => flag)));
    const ofProcess = /^(distributor|ingester)\.(instance-limits\..*|max-recv-msg-size|max-otlp-request-size)$/;
    // Refusals that nothing makes yet; the flags are declared with what enforces them.
    const later = ['distributor.max-active-series-per-user', 'querier.max-estimated-fetched-chunks-per-query-multiplier'];
    expect([...flags].filter((flag) => !ofProcess.test(flag) && !declared.has(flag)).sort()).toEqual(later);
  });

  it('has reason labels that need no escaping', () => {
    for (const id of ERROR_IDS) expect(reasonOf(id)).toMatch(/^[a-z_-]+$/);
  });
});

const RECORDED = new URL('../../../../../shared/conformance/prometheus/cortex-answers.jsonl', import.meta.url);

describe('statuses against recorded answers of the family', () => {
  it.skipIf(!existsSync(RECORDED))('agree', () => {
    const statusOf = new Map(
      readFileSync(RECORDED, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; status: number })
        .map(({ id, status }) => [id, status]),
    );
    const pairs: [string, CatalogueError][] = [
      ['wl-series-global-user', ingest.maxSeriesPerUser(3)],
      ['wl-series-global-metric', ingest.maxSeriesPerMetric(2, SERIES)],
      ['wl-label-names', write.tooManyLabels(4, 3, '', false)],
      ['wl-default-value-length', write.labelValueTooLong('a', 'v', 's')],
      ['rl-length-range', query.maxTotalQueryLength(2, 1)],
      ['rl-series-instant', query.maxSeriesPerQuery(3)],
      ['rl-chunks', query.maxChunksPerQuery(2)],
      ['rl-chunk-bytes', query.maxChunkBytesPerQuery(10)],
    ];
    expect(pairs.map(([id, error]) => [id, error.status])).toEqual(pairs.map(([id]) => [id, statusOf.get(id)]));
  });
});
