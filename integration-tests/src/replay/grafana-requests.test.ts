import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ExchangeResponse, exchange, withParams } from '../harness/http-exchange.ts';
import { PendingList } from '../harness/pending-list.ts';
import { encodeV1, ProtoWriter, snappyBlock, V1_HEADERS, type WriteSeries } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { pushBody, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface GrafanaRequest {
  readonly id: string;
  readonly base: string;
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly expect: { readonly status: number | readonly number[]; readonly contentType?: string | null };
}

/** Rows of this path: the data source and its health, Explore, dashboards, the query editor. */
const ROWS = /^P(0[1-9]|1\d|2[0-3]|3[1-8])$/;
const file = recorded('acceptance/grafana-requests.jsonl');

/** The value at a dotted path of an answer; `*` means every element. */
function at(value: unknown, path: string): unknown {
  if (path === '') return value;
  const [key = '', ...rest] = path.split('.');
  if (key === '*') return Object.values(value as object).map((item) => at(item, rest.join('.')));
  return typeof value === 'object' && value !== null ? at((value as Record<string, unknown>)[key], rest.join('.')) : undefined;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isNumericText = (value: unknown): boolean => typeof value === 'string' && (value === 'NaN' || !Number.isNaN(Number(value)));
const isPoint = (point: unknown): boolean => typeof at(point, '0') === 'number' && isNumericText(at(point, '1'));
const isSorted = (items: readonly unknown[]): boolean =>
  items.every((item, index) => index === 0 || String(items[index - 1]) < String(item));
const equals =
  (path: string, want: unknown) =>
  (answer: unknown): boolean =>
    JSON.stringify(at(answer, path)) === JSON.stringify(want);
const isList =
  (path: string) =>
  (answer: unknown): boolean =>
    Array.isArray(at(answer, path));
const all =
  (...checks: Check[]): Check =>
  (answer, nowS) =>
    checks.every((check) => check(answer, nowS));

type Check = (answer: unknown, nowS: number) => boolean;

/** What the row's assertions ask of the answer's JSON, beyond status and content type. */
const CHECKS: Readonly<Record<string, Check>> = {
  P01: all(equals('status', 'success'), equals('data.resultType', 'scalar'), equals('data.result', [4, '2'])),
  P02: equals('data.result', [4, '2']),
  P03: all(
    equals('status', 'success'),
    equals('data.application', 'Grafana Mimir'),
    (a) => typeof at(a, 'data.version') === 'string',
    (a) => list(at(a, 'data.features.*')).every((value) => typeof value === 'string'),
    equals('data.features.ruler_config_api', 'true'),
    (a) => ['true', undefined].includes(at(a, 'data.features.alertmanager_config_api') as string | undefined),
  ),
  P05: all(
    equals('data.resultType', 'matrix'),
    (a) => list(at(a, 'data.result.*.values')).length > 0 && list(at(a, 'data.result.*.values')).flat().every(isPoint),
  ),
  P06: equals('data.resultType', 'matrix'),
  P07: all(equals('data.resultType', 'vector'), (a, nowS) => at(a, 'data.result.0.value.0') === nowS + 0.25),
  P08: (a) => {
    const exemplars = list(at(a, 'data.*.exemplars')).flat();
    return (
      exemplars.length > 0 &&
      list(at(a, 'data.*.seriesLabels')).every((labels) => typeof labels === 'object') &&
      exemplars.every(
        (item) =>
          typeof at(item, 'labels') === 'object' && isNumericText(at(item, 'value')) && typeof at(item, 'timestamp') === 'number',
      )
    );
  },
  P10: (a) => isSorted(list(at(a, 'data'))) && list(at(a, 'data')).includes('__name__'),
  P11: (a) => list(at(a, 'data')).includes('service'),
  P12: (a) => list(at(a, 'data')).includes('http_requests_total'),
  P13: (a) => list(at(a, 'data')).length === 1 && list(at(a, 'warnings')).length > 0,
  P14: isList('data'),
  P15: (a) => list(at(a, 'data')).length > 0 && list(at(a, 'data.*.__name__')).every((name) => typeof name === 'string'),
  P16: (a) =>
    list(at(a, 'data.*.0')).every((first) => ['type', 'help', 'unit'].every((key) => typeof at(first, key) === 'string')),
  P17: (a) => JSON.stringify(Object.keys(at(a, 'data') as object)) === '["http_requests_total"]',
  P18: (a) => Object.keys(at(a, 'data') as object).length <= 1,
  P19: equals('data.resultType', 'vector'),
  P20: isList('data.groups'),
  P21: all(isList('data.groups'), (a) => list(at(a, 'data.groups')).length <= 1),
  P23: isList('data.alerts'),
  P31: all(equals('status', 'error'), equals('errorType', 'bad_data'), (a) => String(at(a, 'error')).includes('parse error')),
  P32: (a) => String(at(a, 'error')).includes('exceeded maximum resolution of 11,000 points'),
  P33: (a) => isNumericText(at(a, 'data.result.0.value.1')),
  P34: equals('data.type', 'aggregation'),
  P35: equals('data', 'sum by (b) (rate(a[5m]))'),
  P37: (a) => typeof at(a, 'data.stats.timings') === 'object',
  P38: (a) => list(at(a, 'data.result.*.metric')).every((metric) => at(metric, 'x') === at(metric, 'job')),
};

describe.skipIf(file === undefined)(suiteName('requests that Grafana makes of a Prometheus source', file), () => {
  const rows = file === undefined ? [] : readJsonLines<GrafanaRequest>(file).filter(({ id }) => ROWS.test(id));
  const nowS = Math.floor(Date.now() / 1000);
  let server: TelamonProcess;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'grafana' });
    const target = telamonTarget(server.metrics);
    await pushSeries(target, fixtures(nowS));
    await pushBody(target, snappyBlock(metadataAndExemplar(nowS)), V1_HEADERS);
  });
  afterAll(() => server?.dispose());

  it('are answered as it needs them', async () => {
    const run = async (row: GrafanaRequest): Promise<string | undefined> =>
      differenceOf(row, await send(row, server.metrics, nowS), nowS);
    expectSettled('grafana-requests', new PendingList('grafana-requests'), await runCases(rows, run));
  });
});

function send(row: GrafanaRequest, metrics: string, nowS: number): Promise<ExchangeResponse> {
  const fill = (text: string): string =>
    text
      .replaceAll(/\{\{NOW_S(-\d+)?\}\}/g, (_all, offset?: string) => String(nowS + Number(offset ?? 0)))
      .replaceAll('{{METRICS}}', '');
  const params = Object.entries(row.params).map(([name, value]) => [name, fill(value)] as const);
  return exchange({
    method: row.method,
    base: metrics,
    path: withParams(fill(row.base) + row.path, params),
    headers: row.headers,
    body: row.body === null ? undefined : fill(row.body),
  });
}

function differenceOf(row: GrafanaRequest, answer: ExchangeResponse, nowS: number): string | undefined {
  const statuses = [row.expect.status].flat();
  if (!statuses.includes(answer.status)) return `status: want ${statuses}, got ${answer.status}: ${answer.text.slice(0, 200)}`;
  const type = answer.headers['content-type']?.split(';')[0];
  if (row.expect.contentType && type !== row.expect.contentType)
    return `content type: want ${row.expect.contentType}, got ${type}`;
  const isZipped = answer.headers['content-encoding'] === 'gzip';
  const text = (isZipped ? gunzipSync(answer.body) : answer.body).toString();
  if (row.id === 'P36' && text.length > 1024 && !isZipped) return 'not compressed';
  const check = CHECKS[row.id];
  return check === undefined || check(JSON.parse(text), nowS) ? undefined : `assertion: ${text.slice(0, 200)}`;
}

/** An hour of what the rows ask for, and 30 more series so that the answer to `up` is worth compressing. */
function fixtures(nowS: number): WriteSeries[] {
  const times = Array.from({ length: 241 }, (_item, index) => (nowS - 3600 + index * 15) * 1000);
  const counter = (labels: Record<string, string>, step: number): WriteSeries => ({
    labels: Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)),
    samples: times.map((timeMs, index) => [timeMs, index * step] as const),
  });
  const series = [
    counter({ __name__: 'http_requests_total', service: 'a', status: '200' }, 10),
    counter({ __name__: 'http_requests_total', service: 'b', status: '500' }, 1),
    ...['0.1', '1', '+Inf'].map((le, index) =>
      counter({ __name__: 'http_request_duration_seconds_bucket', le, service: 'a' }, 5 + index),
    ),
    counter({ __name__: 'utf8', 'http.method': 'GET' }, 1),
  ];
  const up = Array.from({ length: 30 }, (_item, index) => ({
    labels: [
      ['__name__', 'up'],
      ['instance', `10.0.0.${index}:80`],
      ['job', 'api'],
    ] as const,
    samples: [[nowS * 1000, 1]] as const,
  }));
  return [...series, ...up];
}

/** A body of metadata, and one bucket sample with an exemplar. */
function metadataAndExemplar(nowS: number): Uint8Array {
  const labels = [
    ['__name__', 'http_request_duration_seconds_bucket'],
    ['le', '1'],
    ['service', 'a'],
  ] as const;
  const pair = (name: string, value: string): ProtoWriter => new ProtoWriter().bytes(1, name).bytes(2, value);
  const series = new ProtoWriter();
  for (const [name, value] of labels) series.bytes(1, pair(name, value));
  series.bytes(
    3,
    new ProtoWriter()
      .bytes(1, pair('trace_id', 'abc'))
      .double(2, 0.5)
      .varint(3, (nowS - 10) * 1000),
  );
  const metadata = new ProtoWriter().varint(1, 1).bytes(2, 'http_requests_total').bytes(4, 'Requests.').bytes(5, '');
  return Buffer.concat([encodeV1([]), new ProtoWriter().bytes(1, series).bytes(3, metadata).finish()]);
}
