import { afterAll, beforeAll, describe, it } from 'vitest';
import { stringify } from 'yaml';
import { canonical, firstDifference, inFixedOrder } from '../harness/compare-answers.ts';
import { exchange } from '../harness/http-exchange.ts';
import { encodeOtlpMetrics } from '../harness/otlp-protobuf.ts';
import { PendingList } from '../harness/pending-list.ts';
import { otlpLimits } from '../harness/profiles.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { askByUrl, askSeries, type ResultSeries, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { expectSettled, readJsonLines, runCases } from './recorded-lines.ts';

interface ExpectedSeries {
  readonly status: number;
  readonly samples?: readonly ResultSeries[];
  readonly staleSeries?: readonly Readonly<Record<string, string>>[];
  readonly exemplars?: readonly unknown[];
}

interface OtlpCase {
  readonly id: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly request: string | (Readonly<Record<string, unknown>> & { readonly $contentType?: string; readonly body?: unknown });
  readonly expect: Readonly<Record<string, ExpectedSeries>>;
}

/** One case under one strategy in one encoding: a tenant of its own. */
interface OtlpRun {
  readonly id: string;
  readonly tenant: string;
  readonly item: OtlpCase;
  readonly expected: ExpectedSeries;
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

const STRATEGIES = ['UnderscoreEscapingWithSuffixes', 'NoUTF8EscapingWithSuffixes'] as const;
const EVALUATED_AT = '1793495400';
const file = recorded('conformance/otlp/cases.jsonl');

describe.skipIf(file === undefined)(suiteName('OTLP metrics as Prometheus translates them', file), () => {
  const cases = file === undefined ? [] : readJsonLines<OtlpCase>(file);
  const runs = cases.flatMap(runsOf);
  const pending = new PendingList('otlp');
  let server: TelamonProcess;

  beforeAll(async () => {
    const overrides = Object.fromEntries(
      runs.map(({ tenant, item, id }) => [tenant, otlpLimits(STRATEGIES.find((name) => id.includes(name))!, item.config)]),
    );
    server = await TelamonProcess.start({ name: 'otlp', isMultitenant: true, overrides: stringify({ overrides }) });
  });
  afterAll(() => server?.dispose());

  for (const strategy of STRATEGIES) {
    for (const encoding of ['json', 'protobuf']) {
      it(`${strategy}, ${encoding}`, async () => {
        const chosen = runs.filter(({ id }) => id.endsWith(`/${strategy}/${encoding}`));
        const run = (item: OtlpRun): Promise<string | undefined> => differenceOf(item, server);
        expectSettled(`otlp ${strategy} ${encoding}`, pending, await runCases(chosen, run));
        server.requireRunning();
      });
    }
  }
});

function runsOf(item: OtlpCase, index: number): OtlpRun[] {
  const { request } = item;
  const runs: OtlpRun[] = [];
  for (const [number, strategy] of STRATEGIES.entries()) {
    const expected = item.expect[strategy]!;
    const make = (encoding: string, contentType: string, body: Uint8Array | string): void => {
      runs.push({
        id: `${item.id}/${strategy}/${encoding}`,
        tenant: `t${index}-${number}-${encoding}`,
        item,
        expected,
        contentType,
        body,
      });
    };
    if (typeof request === 'string') make('json', 'application/json', request);
    else if (request.$contentType !== undefined) make('json', request.$contentType, JSON.stringify(request.body));
    else {
      make('json', 'application/json', JSON.stringify(request));
      const body = encodeOtlpMetrics(request);
      if (body !== undefined) make('protobuf', 'application/x-protobuf', body);
    }
  }
  return runs;
}

async function differenceOf(
  { tenant, expected, contentType, body }: OtlpRun,
  server: TelamonProcess,
): Promise<string | undefined> {
  const target = telamonTarget(server.metrics, tenant);
  const answer = await exchange({
    method: 'POST',
    base: server.listeners['otlp-http'],
    path: '/v1/metrics',
    headers: { 'content-type': contentType, ...target.headers },
    body,
  });
  if (answer.status !== expected.status)
    return `status: want ${expected.status}, got ${answer.status}: ${answer.text.slice(0, 200)}`;
  if (expected.samples !== undefined) {
    const found = await askSeries(target, 'query', { query: '{__name__=~".+"}[2h]', time: EVALUATED_AT });
    const difference = firstDifference(inFixedOrder(expected.samples), inFixedOrder(found), 0, '$.samples');
    if (difference !== undefined) return difference;
  }
  return (await staleDifference(target, expected)) ?? (await exemplarDifference(target, expected));
}

/** Series that have nothing but stale markers exist, although no query returns a sample of them. */
async function staleDifference(target: Target, { staleSeries = [] }: ExpectedSeries): Promise<string | undefined> {
  if (staleSeries.length === 0) return undefined;
  const answer = await askByUrl(target, 'series', [
    ['match[]', '{__name__=~".+"}'],
    ['start', '1793488200'],
    ['end', EVALUATED_AT],
  ]);
  const known = new Set((JSON.parse(answer.text) as { data: unknown[] }).data.map(canonical));
  const missing = staleSeries.find((series) => !known.has(canonical(series)));
  return missing === undefined ? undefined : `no series ${canonical(missing)}`;
}

async function exemplarDifference(target: Target, { exemplars = [] }: ExpectedSeries): Promise<string | undefined> {
  if (exemplars.length === 0) return undefined;
  const answer = await askByUrl(target, 'query_exemplars', [
    ['query', '{__name__=~".+"}'],
    ['start', '1793488200'],
    ['end', EVALUATED_AT],
  ]);
  return firstDifference(
    inFixedOrder(exemplars),
    inFixedOrder((JSON.parse(answer.text) as { data: unknown[] }).data),
    0,
    '$.exemplars',
  );
}
