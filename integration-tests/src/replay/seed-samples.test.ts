import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { canonical, firstDifference } from '../harness/compare-answers.ts';
import type { LabelPairs, WriteSeries } from '../harness/remote-write-body.ts';
import { recorded, suiteName } from '../harness/repository.ts';
import { askSeries, pushSeries, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';

interface RuleTestFile {
  readonly tests: readonly {
    readonly interval: string;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly promql_expr_test?: readonly {
      readonly expr: string;
      readonly eval_time: string;
      readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
    }[];
  }[];
}

/** Zero of the fixtures' clock. */
const BASE_MS = Date.UTC(2026, 9, 1);
const BATCH = 50;
const file = recorded('acceptance/seed-samples/expected.promtool.yaml');

function durationMs(text: string): number {
  const match = /^(\d+)([smh])$/.exec(text);
  if (match === null) throw new Error(`no duration: ${text}`);
  return Number(match[1]) * { s: 1000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}

/** Labels of `name{a="b"}` or `{a="b"}`, sorted. */
function parseSelector(text: string): LabelPairs {
  const [, name = '', inside = ''] = /^([^{]*)\{(.*)\}$/.exec(text) ?? [];
  const pairs = [...inside.matchAll(/([^=,\s]+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!] as const);
  if (name !== '') pairs.push(['__name__', name]);
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Values of promtool's notation `START+STEPxCOUNT` or `STARTxCOUNT`: COUNT steps after the start. */
function parseValues(text: string): number[] {
  const match = /^(-?[\d.]+)(?:\+([\d.]+))?x(\d+)$/.exec(text);
  if (match === null) throw new Error(`no values: ${text}`);
  return Array.from({ length: Number(match[3]) + 1 }, (_item, index) => Number(match[1]) + index * Number(match[2] ?? 0));
}

it('reads the notation of the fixtures', () => {
  expect(parseValues('3x2')).toEqual([3, 3, 3]);
  expect(parseValues('0+1.5x2')).toEqual([0, 1.5, 3]);
  expect(parseSelector('a{c="d",b="e f"}')).toEqual([
    ['__name__', 'a'],
    ['b', 'e f'],
    ['c', 'd'],
  ]);
});

describe.skipIf(file === undefined)(suiteName('sample queries with their exact values', file), () => {
  const { tests } = file === undefined ? { tests: [] } : (parse(readFileSync(file, 'utf8')) as RuleTestFile);
  let server: TelamonProcess;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'seed', isMultitenant: true });
  });
  afterAll(() => server?.dispose());

  it.skip('alerts of the sample rules (later: with the ruler)');

  for (const [index, fixture] of tests.entries()) {
    it(`fixture ${index}`, async () => {
      const target = telamonTarget(server.metrics, `fixture-${index}`);
      const intervalMs = durationMs(fixture.interval);
      const series = fixture.input_series.map((item) => ({
        labels: parseSelector(item.series),
        values: parseValues(item.values),
      }));
      const count = Math.max(...series.map(({ values }) => values.length));
      for (let from = 0; from < count; from += BATCH) {
        const slice = ({ labels, values }: (typeof series)[number]): WriteSeries => ({
          labels,
          samples: values
            .slice(from, from + BATCH)
            .map((value, offset) => [BASE_MS + (from + offset) * intervalMs, value] as const),
        });
        await pushSeries(target, series.map(slice));
      }
      for (const { expr, eval_time: evalTime, exp_samples: wanted } of fixture.promql_expr_test ?? []) {
        const found = await askSeries(target, 'query', { query: expr, time: String((BASE_MS + durationMs(evalTime)) / 1000) });
        const got = found.map(({ metric, value }) => [canonical(metric), value![1]]);
        const want = wanted.map(({ labels, value }) => [canonical(Object.fromEntries(parseSelector(labels))), String(value)]);
        expect(firstDifference(want.sort(), got.sort(), 1e-12), expr).toBeUndefined();
      }
    });
  }
});
