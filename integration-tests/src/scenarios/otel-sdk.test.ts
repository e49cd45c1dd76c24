import { Metadata } from '@grpc/grpc-js';
import { OTLPMetricExporter as GrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askSeries, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';

/** Exports of one program. */
const ROUNDS = 3;

/** How a program sends, with the tenant that it sends as. */
type MakeExporter = (server: TelamonProcess, tenant: string, temporalityPreference: AggregationTemporality) => PushMetricExporter;

const PROTOCOLS: Readonly<Record<string, MakeExporter>> = {
  'http-protobuf': (server, tenant, temporalityPreference) =>
    new ProtobufExporter({
      url: `${server.listeners['otlp-http']}/v1/metrics`,
      headers: { 'X-Scope-OrgID': tenant },
      temporalityPreference,
    }),
  'http-json': (server, tenant, temporalityPreference) =>
    new JsonExporter({
      url: `${server.metrics}/otlp/v1/metrics`,
      headers: { 'X-Scope-OrgID': tenant },
      temporalityPreference,
    }),
  grpc: (server, tenant, temporalityPreference) => {
    const metadata = new Metadata();
    metadata.set('x-scope-orgid', tenant);
    return new GrpcExporter({ url: server.listeners['otlp-grpc']!, metadata, temporalityPreference });
  },
};

/** Measures and exports as a program does. */
async function runProgram(exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop', 'service.instance.id': 'one', 'host.name': 'here' }),
    readers: [reader],
    views: [{ instrumentName: 'wait', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
  });
  const meter = provider.getMeter('test', '1.0');
  const requests = meter.createCounter('requests', { unit: '{request}' });
  const active = meter.createUpDownCounter('active');
  const duration = meter.createHistogram('duration', { unit: 'ms', advice: { explicitBucketBoundaries: [10, 100] } });
  const wait = meter.createHistogram('wait', { unit: 's' });
  const temperature = meter.createGauge('temperature', { unit: 'Cel' });
  for (let round = 0; round < ROUNDS; round++) {
    requests.add(5, { route: '/a' });
    requests.add(1, { route: '/b' });
    active.add(round === 2 ? -1 : 2);
    duration.record(12);
    duration.record(700);
    wait.record(0.25);
    temperature.record(20 + round);
    await reader.forceFlush();
  }
  await provider.shutdown();
}

describe('the OpenTelemetry SDK for JavaScript', () => {
  let server: TelamonProcess;

  beforeAll(async () => {
    server = await TelamonProcess.start({ name: 'otel-sdk', isMultitenant: true });
  });
  afterAll(() => server?.dispose());

  const cases = Object.keys(PROTOCOLS).flatMap((protocol) => [
    [protocol, 'cumulative', AggregationTemporality.CUMULATIVE] as const,
    [protocol, 'delta', AggregationTemporality.DELTA] as const,
  ]);
  it.each(cases)('sends by %s, %s', async (protocol, temporality, preference) => {
    const tenant = `${protocol}-${temporality}`;
    await runProgram(PROTOCOLS[protocol]!(server, tenant, preference));
    const target = telamonTarget(server.metrics, tenant);
    const time = String(Date.now() / 1000 + 1);
    const found = await askSeries(target, 'query', { query: '{instance="one",__name__!="target_info"}', time });
    const identity = 'instance="one",job="shop"';
    const texts = found.map(({ metric: { __name__: name, instance, job, ...rest }, value, histogram }) => {
      const more = Object.entries(rest).map(([key, text]) => `,${key}="${text}"`);
      const { count, sum } = (histogram?.[1] ?? {}) as { readonly count?: string; readonly sum?: string };
      const result = value?.[1] ?? `${count} ${sum}`;
      return `${name}{instance="${instance}",job="${job}"${more.join('')}} ${result}`;
    });
    expect(texts.sort()).toEqual(
      [
        `active{${identity}} 3`,
        `duration_milliseconds_bucket{${identity},le="+Inf"} 6`,
        `duration_milliseconds_bucket{${identity},le="10"} 0`,
        `duration_milliseconds_bucket{${identity},le="100"} 3`,
        `duration_milliseconds_count{${identity}} 6`,
        `duration_milliseconds_sum{${identity}} 2136`,
        `requests_total{${identity},route="/a"} 15`,
        `requests_total{${identity},route="/b"} 3`,
        `temperature_celsius{${identity}} 22`,
        `wait_seconds{${identity}} 3 0.75`,
      ].sort(),
    );
    const [info] = await askSeries(target, 'query', { query: 'target_info', time });
    expect(info?.metric).toEqual({ __name__: 'target_info', instance: 'one', job: 'shop', host_name: 'here' });
  });
});
