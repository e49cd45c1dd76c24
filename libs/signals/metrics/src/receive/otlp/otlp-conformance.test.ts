import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { type FloatHistogram, histogramJson, Labels, TelamonError } from '@telamon/model';
import { decodeOtlpMetricsJson, encodeOtlpMetrics, type OtlpEncoding } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { HeadSource } from '../../head/head-source.ts';
import { OtlpStation } from './otlp.fixture.ts';

interface ExpectedSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values?: readonly (readonly [number, string])[];
  readonly histograms?: readonly (readonly [number, object])[];
}

interface Expected {
  readonly status: number;
  readonly samples: readonly ExpectedSeries[];
  readonly staleSeries?: readonly Readonly<Record<string, string>>[];
  readonly exemplars?: readonly object[];
}

interface Case {
  readonly id: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly request: string | (Readonly<Record<string, unknown>> & { readonly $contentType?: string });
  readonly expect: Readonly<Record<string, Expected>>;
}

const STRATEGIES = ['UnderscoreEscapingWithSuffixes', 'NoUTF8EscapingWithSuffixes'] as const;
const TO_MS = 1_793_495_400_000;
const FROM_MS = TO_MS - 7_200_000;
const file = fileURLToPath(new URL('../../../../../../../shared/conformance/otlp/cases.jsonl', import.meta.url));
const cases: Case[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case)
  : [];
const pending = readFileSync(new URL('./conformance-pending.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^(?:deviates|open) (\S+) \S/.exec(line)![1]!);

describe.skipIf(cases.length === 0)('recorded OTLP cases', () => {
  for (const strategy of STRATEGIES) {
    for (const encoding of ['json', 'protobuf'] as const) {
      it(`${strategy}, ${encoding}`, async () => {
        const failed: string[] = [];
        let count = 0;
        for (const item of cases) {
          const body = bodyOf(item, encoding);
          if (body === undefined) continue;
          count++;
          const difference = await differenceOf(item, { strategy, encoding, body });
          if (difference !== undefined) failed.push(`${item.id}/${strategy}: ${difference}`);
        }
        const listed = pending.filter((id) => id.endsWith(`/${strategy}`) && (encoding === 'json' || canBeProtobuf(id)));
        expect(failed.filter((text) => !listed.some((id) => text.startsWith(`${id}: `)))).toEqual([]);
        expect(listed.filter((id) => !failed.some((text) => text.startsWith(`${id}: `)))).toEqual([]);
        expect(count).toBeGreaterThan(150);
      });
    }
  }
});

function canBeProtobuf(id: string): boolean {
  const item = cases.find((one) => id.startsWith(`${one.id}/`));
  return item !== undefined && bodyOf(item, 'protobuf') !== undefined;
}

function bodyOf({ request }: Case, encoding: OtlpEncoding): Uint8Array | undefined {
  // What is wrong with the framing is a matter of the HTTP handler, and of its test.
  if (typeof request !== 'string' && request.$contentType !== undefined) return undefined;
  const json = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request));
  if (encoding === 'json') return json;
  return typeof request === 'string' ? undefined : encodeOtlpMetrics(decodeOtlpMetricsJson(json));
}

interface Run {
  readonly strategy: (typeof STRATEGIES)[number];
  readonly encoding: OtlpEncoding;
  readonly body: Uint8Array;
}

async function differenceOf(item: Case, { strategy, encoding, body }: Run): Promise<string | undefined> {
  const expected = item.expect[strategy]!;
  const station = await OtlpStation.open();
  // Prometheus has no limit on values.
  const fixed = { otelTranslationStrategy: strategy, maxLabelValueLength: 1_000_000 };
  station.limits = { ...defaultLimits(), ...limitsOf(item.config ?? {}), ...fixed };
  try {
    const status = await statusOf(station.send(body, encoding));
    if (status !== expected.status) return `status ${status}, not ${expected.status}`;
    return difference(await found(station), wanted(expected));
  } finally {
    await station.close();
  }
}

/** Limits of the meaning of Prometheus' `otlp` settings. */
function limitsOf(config: Readonly<Record<string, unknown>>): Partial<TenantLimits> {
  return {
    promoteOtelResourceAttributes: (config.promote_resource_attributes as string[] | undefined) ?? [],
    otelPromoteAllResourceAttributes: config.promote_all_resource_attributes === true,
    otelIgnoreResourceAttributes: (config.ignore_resource_attributes as string[] | undefined) ?? [],
    otelKeepIdentifyingResourceAttributes: config.keep_identifying_resource_attributes === true,
    otelConvertHistogramsToNhcb: config.convert_histograms_to_nhcb === true,
    otelPromoteScopeMetadata: config.promote_scope_metadata === true,
  };
}

async function statusOf(sending: Promise<unknown>): Promise<number> {
  try {
    await sending;
    return 200;
  } catch (error) {
    if (error instanceof TelamonError) return error.status;
    throw error;
  }
}

/** What a station holds, as comparable texts. */
async function found(station: OtlpStation): Promise<string[]> {
  const lines: string[] = [];
  for (const [series, samples] of await station.dump()) {
    for (const [timeMs, text] of samples) {
      if (text.startsWith('7ff00000:')) lines.push(`stale ${series}`);
      else if (timeMs > FROM_MS && timeMs <= TO_MS) lines.push(`${series} ${timeMs} ${valueText(text)}`);
    }
  }
  const request = { tenant: 't', matcherSets: [], fromMs: FROM_MS, toMs: TO_MS };
  const source = new HeadSource(() => station.head);
  for (const { series, exemplars } of await source.exemplars(request, new AbortController().signal)) {
    for (const { labels, value, timeMs } of exemplars) lines.push(`exemplar ${series} ${labels} ${value} ${timeMs}`);
  }
  return lines.sort();
}

function valueText(text: string): string {
  if (!text.startsWith('{')) return text;
  const { sum, ...rest } = JSON.parse(text) as Record<string, unknown>;
  const arrays = Object.entries(rest).map(([key, value]): [string, unknown] =>
    key.endsWith('Buckets') || key === 'customValues' ? [key, Float64Array.from(value as number[])] : [key, value],
  );
  const histogram = { ...Object.fromEntries(arrays), sum: Number(sum), counterResetHint: 0 } as unknown as FloatHistogram;
  return JSON.stringify(histogramJson(histogram));
}

function wanted({ samples, staleSeries = [], exemplars = [] }: Expected): string[] {
  const lines = staleSeries.map((metric) => `stale ${Labels.fromRecord(metric)}`);
  for (const { metric, values = [], histograms = [] } of samples) {
    const series = Labels.fromRecord(metric).toString();
    for (const [time, value] of values)
      lines.push(`${series} ${Math.round(time * 1000)} ${Number(value.replace('Inf', 'Infinity'))}`);
    for (const [time, value] of histograms) lines.push(`${series} ${Math.round(time * 1000)} ${JSON.stringify(value)}`);
  }
  for (const one of exemplars as { seriesLabels: Record<string, string>; exemplars: ExpectedExemplar[] }[]) {
    for (const { labels, value, timestamp } of one.exemplars) {
      const time = Math.round(timestamp * 1000);
      lines.push(`exemplar ${Labels.fromRecord(one.seriesLabels)} ${Labels.fromRecord(labels)} ${Number(value)} ${time}`);
    }
  }
  return lines.sort();
}

interface ExpectedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
  readonly timestamp: number;
}

function difference(got: readonly string[], expected: readonly string[]): string | undefined {
  const missing = expected.find((line) => !got.includes(line));
  const surplus = got.find((line) => !expected.includes(line));
  if (missing === undefined && surplus === undefined) return undefined;
  return `missing ${missing ?? 'nothing'}, surplus ${surplus ?? 'nothing'}`;
}
