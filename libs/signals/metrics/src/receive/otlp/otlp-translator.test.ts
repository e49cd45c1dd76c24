import { defaultLimits } from '@telamon/limits';
import { Labels } from '@telamon/model';
import { decodeOtlpMetrics, decodeOtlpMetricsJson, decodeOtlpMetricsPieces, encodeOtlpMetrics } from '@telamon/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestOf, T0, timeNano } from './otlp.fixture.ts';
import { OtlpTranslator } from './otlp-translator.ts';
import { NO_POINT } from './translated-rows.ts';
import { type TranslationSettings, translationSettingsOf } from './translation-settings.ts';

const SETTINGS = translationSettingsOf(defaultLimits(), { lookbackDeltaMs: 300_000 });

function translate(request: object, own: Partial<TranslationSettings> = {}): OtlpTranslator {
  const decoded = decodeOtlpMetricsJson(Buffer.from(JSON.stringify(request)));
  const translator = new OtlpTranslator({ ...SETTINGS, ...own });
  translator.begin(decoded);
  while (!translator.step(0));
  translator.finish();
  return translator;
}

/** `series value time` of all rows. */
function rowsOf({ rows }: OtlpTranslator): string[] {
  return Array.from({ length: rows.count }, (_, row) => {
    const series = Labels.fromBytes(rows.labelsOf(row).slice());
    const value = rows.histograms.has(row) ? 'histogram' : String(rows.values[row]);
    return `${series} ${value} ${(rows.timesMs[row]! - T0) / 1000}`;
  });
}

const gauge = (name: string, ...seconds: number[]): object => ({
  name,
  unit: 'By',
  description: `help of ${name}`,
  gauge: { dataPoints: seconds.map((at) => ({ timeUnixNano: timeNano(at), asInt: '1' })) },
});

describe('OtlpTranslator', () => {
  it('makes target_info every half lookback from the first to the last point, and at the last', () => {
    const resource = { 'service.name': 'a', host: 'h' };
    const rows = rowsOf(translate(requestOf([gauge('g', 0, 400)], resource)));
    const infos = rows.filter((row) => row.includes('target_info'));
    expect(infos).toEqual([0, 150, 300, 400].map((at) => `{__name__="target_info", host="h", job="a"} 1 ${at}`));
  });

  it('bounds target_info of points that lie far apart', () => {
    const request = {
      name: 'g',
      gauge: {
        dataPoints: [
          { timeUnixNano: '0', asInt: 1 },
          { timeUnixNano: timeNano(0), asInt: 1 },
        ],
      },
    };
    const { rows } = translate(requestOf([request], { 'service.name': 'a', host: 'h' }));
    expect(rows.count).toBeLessThan(5000);
    expect(rows.timesMs[rows.count - 1]).toBe(T0);
    expect(rows.points[rows.count - 1]).toBe(NO_POINT);
  });

  it('joins resources with the same target_info', () => {
    const one = (at: number): object[] =>
      (requestOf([gauge('g', at)], { 'service.name': 'a', host: 'h' }) as { resourceMetrics: object[] }).resourceMetrics;
    const rows = rowsOf(translate({ resourceMetrics: [...one(10), ...one(0), ...one(10)] }));
    expect(rows.filter((row) => row.includes('target_info'))).toEqual([
      '{__name__="target_info", host="h", job="a"} 1 0',
      '{__name__="target_info", host="h", job="a"} 1 10',
    ]);
  });

  it('makes of pieces what it makes of the whole, target_info included', () => {
    const metrics = [gauge('a', 0, 700), gauge('b', 100, 300), gauge('bad', 5), gauge('c', 900)];
    const request = decodeOtlpMetricsJson(
      Buffer.from(JSON.stringify(requestOf(metrics, { 'service.name': 'a', host: 'h', ключ: 'x' }))),
    );
    const message = encodeOtlpMetrics({ resourceMetrics: [...request.resourceMetrics, ...request.resourceMetrics] });
    for (const isAll of [false, true]) {
      const settings = { ...SETTINGS, promotion: { isAll, names: new Set<string>() } };
      const [whole, inPieces] = [1 << 20, 1].map((pieceBytes) => {
        const translator = new OtlpTranslator(settings);
        for (const piece of decodeOtlpMetricsPieces(message, { pieceBytes })) {
          if (piece === undefined) continue;
          translator.begin(piece.request, piece.continuesResource);
          while (!translator.step(0));
        }
        translator.finish();
        return { rows: rowsOf(translator), metadata: translator.metadata, refused: translator.refusals.pointCount };
      });
      expect(inPieces).toEqual(whole);
      expect(whole!.refused).toBe(isAll ? 12 : 0);
    }
  });

  it('keeps labels apart however many there are', () => {
    const long = 'x'.repeat(2000);
    const dataPoints = Array.from({ length: 6000 }, (_, i) => ({
      timeUnixNano: timeNano(0),
      asInt: '1',
      attributes: [{ key: 'k', value: { stringValue: `${long}${i}` } }],
    }));
    const { rows } = translate(requestOf([{ name: 'g', gauge: { dataPoints } }]));
    const [block, last] = [rows.labelBlock(0), rows.labelBlock(rows.count - 1)];
    expect(block).not.toBe(last);
    expect(block.length).toBeLessThan(5 << 20);
    for (let row = 0; row < 6000; row++) {
      expect(rows.labelsOf(row).length).toBeLessThan(2100);
      expect(Labels.fromBytes(rows.labelsOf(row)).get('k').slice(2000)).toBe(String(row));
    }
  });

  it('collects metadata of metrics that have points', () => {
    const { metadata } = translate(requestOf([gauge('g', 0), gauge('empty')], { 'service.name': 'a', host: 'h' }));
    expect([...metadata.values()]).toEqual([
      { name: 'g_bytes', type: 'gauge', help: 'help of g', unit: 'bytes' },
      { name: 'target_info', type: 'gauge', help: 'Target metadata', unit: '' },
    ]);
  });

  it('adds type and unit as labels when wanted', () => {
    expect(rowsOf(translate(requestOf([gauge('g', 0)]), { hasTypeAndUnitLabels: true }))).toEqual([
      '{__name__="g_bytes", __type__="gauge", __unit__="bytes", job="a"} 1 0',
    ]);
  });

  it('promotes all resource attributes but those ignored; attributes of points go before', () => {
    const resource = { 'service.name': 'a', 'host.name': 'h', zone: 'z' };
    const promotion = { isAll: true, names: new Set(['zone']) };
    const [row] = rowsOf(translate(requestOf([gauge('g', 0)], resource), { promotion }));
    expect(row).toBe('{__name__="g_bytes", host_name="h", job="a", service_name="a"} 1 0');
  });

  it('refuses a resource whose promoted attribute has no usable name, with all its points', () => {
    const { rows, refusals } = translate(requestOf([gauge('g', 0, 1)], { 'service.name': 'a', ключ: 'x' }), {
      promotion: { isAll: true, names: new Set() },
    });
    expect([rows.count, refusals.pointCount]).toEqual([0, 2]);
    expect(refusals.text).toContain('resulted in invalid name');
  });

  /** Exemplars of a histogram's buckets, by `le`. */
  function bucketExemplars(values: readonly number[], flags = 0): unknown {
    const exemplars = values.map((asDouble) => ({ timeUnixNano: timeNano(0), asDouble }));
    const point = { timeUnixNano: timeNano(0), flags, count: 3, bucketCounts: [1, 1, 1], explicitBounds: [0.1, 1], exemplars };
    const translated = translate(requestOf([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [point] } }]));
    return [...translated.rows.exemplars].map(([row, list]) => [
      rowsOf(translated)[row]!.split(' ')[2],
      list.map((one) => one.asDouble),
    ]);
  }

  it('attaches exemplars to the buckets that hold them', () => {
    expect(bucketExemplars([0.05, 0.5, 0.6, 5])).toEqual([
      ['le="0.1"}', [0.05]],
      ['le="1"}', [0.5, 0.6]],
      ['le="+Inf"}', [5]],
    ]);
  });

  it('attaches exemplars that do not ascend to the bucket of a larger one, as Prometheus does', () => {
    expect(bucketExemplars([0.5, 0.05, 5, 0.5])).toEqual([
      ['le="1"}', [0.5, 0.05]],
      ['le="+Inf"}', [5, 0.5]],
    ]);
  });

  it('drops the exemplars of a point without a value', () => {
    expect(bucketExemplars([0.05, 0.5], 1)).toEqual([]);
    const point = { timeUnixNano: timeNano(0), flags: 1, asInt: '1', exemplars: [{ timeUnixNano: timeNano(0), asDouble: 1 }] };
    const sum = { name: 's', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] } };
    const exponential = { ...point, count: '1', scale: 0, positive: { offset: 0, bucketCounts: ['1'] } };
    const histogram = { name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [exponential] } };
    expect(translate(requestOf([sum, histogram])).rows.exemplars.size).toBe(0);
  });

  it('puts labels in order around the name and a label of a bucket', () => {
    const attributes = ['Z', 'a', 'le', 'z'].map((key) => ({ key, value: { stringValue: `v${key}` } }));
    const point = { timeUnixNano: timeNano(0), count: 1, bucketCounts: [1], attributes };
    expect(rowsOf(translate(requestOf([{ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [point] } }])))).toEqual([
      '{Z="vZ", __name__="h_count", a="va", job="a", le="vle", z="vz"} 1 0',
      '{Z="vZ", __name__="h_bucket", a="va", job="a", le="+Inf", z="vz"} 1 0',
    ]);
  });

  it('refuses points that are out of all proportion, and keeps the others', () => {
    const attributes = Array.from({ length: 5000 }, (_, i) => ({ key: `k${i}`, value: { stringValue: 'v' } }));
    const point = { timeUnixNano: timeNano(0), count: 0 };
    const many = Array.from({ length: 9000 }, (_, i) => i);
    const cumulative = (dataPoints: object[]): object => ({ aggregationTemporality: 2, dataPoints });
    const { rows, refusals } = translate(
      requestOf([
        { name: 'g', gauge: { dataPoints: [{ ...point, attributes }, point] } },
        { name: 'h', histogram: cumulative([{ ...point, explicitBounds: many, bucketCounts: many }]) },
        { name: 'e', exponentialHistogram: cumulative([{ ...point, positive: { bucketCounts: new Array(70_000).fill(0) } }]) },
        { name: 's', summary: { dataPoints: [{ ...point, quantileValues: many.map((quantile) => ({ quantile })) }] } },
      ]),
    );
    expect([rows.count, refusals.pointCount]).toEqual([1, 4]);
    expect(refusals.text).toContain('has 5000 attributes, more than 4096');
  });

  it('refuses what would become too much', () => {
    const request = decodeOtlpMetricsJson(Buffer.from(JSON.stringify(requestOf([gauge('g', 0, 1, 2)]))));
    const translator = new OtlpTranslator(SETTINGS, { maxRows: 2, maxLabelBytes: 1000 });
    translator.begin(request);
    expect(() => translator.step(Number.POSITIVE_INFINITY)).toThrow('send smaller batches');
  });

  it('gives canonical labels for any attributes, the same from JSON and protobuf', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('a.b', 'a_b', 'le', '__name__', 'job', 'Z'),
    );
    const attribute = fc.record({ key: text, value: fc.record({ stringValue: text }) });
    fc.assert(
      fc.property(fc.array(attribute, { maxLength: 6 }), fc.boolean(), (attributes, isEscaping) => {
        const metric = { name: 'm', gauge: { dataPoints: [{ timeUnixNano: timeNano(0), asInt: '1', attributes }] } };
        const own = { labelNaming: { ...SETTINGS.labelNaming, isEscaping } };
        const fromJson = translate(requestOf([metric]), own);
        const decoded = decodeOtlpMetricsJson(Buffer.from(JSON.stringify(requestOf([metric]))));
        const fromProtobuf = new OtlpTranslator({ ...SETTINGS, ...own });
        fromProtobuf.begin(decodeOtlpMetrics(encodeOtlpMetrics(decoded)));
        fromProtobuf.step(Number.POSITIVE_INFINITY);
        expect(rowsOf(fromProtobuf)).toEqual(rowsOf(fromJson));
        expect(fromJson.rows.count + fromJson.refusals.pointCount).toBe(1);
        if (fromJson.rows.count === 0) return;
        const labels = Labels.fromBytes(fromJson.rows.labelsOf(0));
        expect(Buffer.from(Labels.fromPairs(labels).bytes())).toEqual(Buffer.from(fromJson.rows.labelsOf(0)));
        expect(labels.get('job')).toBe('a');
      }),
    );
  });
});
