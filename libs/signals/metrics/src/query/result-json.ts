import {
  type FloatHistogram,
  formatScalar,
  formatTimestampMs,
  formatValue,
  histogramJson,
  jsonStringHtml,
  jsonStringRaw,
  type Labels,
} from '@telamon/model';
import type { MatrixSeries, QueryResult, QueryValue, VectorSample } from '@telamon/promql';

/** Bytes of annotations that one answer may carry, as Prometheus bounds them. */
const ANNOTATIONS_MAX = 10;

/**
 * The API's answer to a query that succeeded, byte for byte as Prometheus writes it: label sets unescaped but for quotes,
 * annotations HTML-escaped, samples as `[seconds, "value"]`.
 * `maxSeries` > 0 cuts vectors and matrices and adds Prometheus' warning. Cost: linear in the result.
 */
export function resultJson(result: QueryResult, options: { readonly withStats: boolean; readonly maxSeries: number }): string {
  const { value, isTruncated } = truncate(result.value, options.maxSeries);
  const parts: string[] = [`{"status":"success","data":{"resultType":"${value.type}","result":`];
  writeValue(parts, value);
  if (options.withStats) parts.push(`,"stats":${statsJson(result)}`);
  parts.push('}');
  const warnings = isTruncated ? [...result.warnings, 'results truncated due to limit'] : result.warnings;
  writeAnnotations(parts, 'warnings', 'warning', warnings);
  writeAnnotations(parts, 'infos', 'info', result.infos);
  parts.push('}');
  return parts.join('');
}

function truncate(value: QueryValue, maxSeries: number): { value: QueryValue; isTruncated: boolean } {
  if (maxSeries > 0 && value.type === 'vector' && value.samples.length > maxSeries) {
    return { value: { type: 'vector', samples: value.samples.slice(0, maxSeries) }, isTruncated: true };
  }
  if (maxSeries > 0 && value.type === 'matrix' && value.series.length > maxSeries) {
    return { value: { type: 'matrix', series: value.series.slice(0, maxSeries) }, isTruncated: true };
  }
  return { value, isTruncated: false };
}

function writeValue(parts: string[], value: QueryValue): void {
  switch (value.type) {
    case 'scalar':
      parts.push(`[${scalarTime(value.timeMs)},"${formatScalar(value.value)}"]`);
      return;
    case 'string':
      parts.push(`[${scalarTime(value.timeMs)},${jsonStringHtml(value.value)}]`);
      return;
    case 'vector':
      writeList(parts, value.samples, writeVectorSample);
      return;
    case 'matrix':
      writeList(parts, value.series, writeMatrixSeries);
  }
}

/** Scalars and strings go through Go's generic encoder, which prints the shortest form instead of three decimals. */
function scalarTime(timeMs: number): string {
  return String(timeMs / 1000);
}

function writeList<T>(parts: string[], items: readonly T[], write: (parts: string[], item: T) => void): void {
  parts.push('[');
  for (let i = 0; i < items.length; i++) {
    if (i > 0) parts.push(',');
    write(parts, items[i]!);
  }
  parts.push(']');
}

function writeVectorSample(parts: string[], sample: VectorSample): void {
  parts.push('{"metric":', labelsJson(sample.labels));
  if (sample.histogram === undefined) {
    parts.push(`,"value":[${formatTimestampMs(sample.timeMs)},"${formatValue(sample.value)}"]}`);
  } else {
    parts.push(`,"histogram":[${formatTimestampMs(sample.timeMs)},${histogramText(sample.histogram)}]}`);
  }
}

function writeMatrixSeries(parts: string[], series: MatrixSeries): void {
  parts.push('{"metric":', labelsJson(series.labels));
  if (series.timesMs.length > 0) writeFloats(parts, series);
  if (series.histograms.length > 0) writeHistograms(parts, series.histogramTimesMs, series.histograms);
  parts.push('}');
}

function writeFloats(parts: string[], series: MatrixSeries): void {
  let text = ',"values":[';
  for (let i = 0; i < series.timesMs.length; i++) {
    if (i > 0) text += ',';
    text += `[${formatTimestampMs(series.timesMs[i]!)},"${formatValue(series.values[i]!)}"]`;
  }
  parts.push(text, ']');
}

function writeHistograms(parts: string[], timesMs: Float64Array, histograms: readonly FloatHistogram[]): void {
  parts.push(',"histograms":[');
  for (let i = 0; i < histograms.length; i++) {
    if (i > 0) parts.push(',');
    parts.push(`[${formatTimestampMs(timesMs[i]!)},${histogramText(histograms[i]!)}]`);
  }
  parts.push(']');
}

function histogramText(histogram: FloatHistogram): string {
  const { count, sum, buckets } = histogramJson(histogram);
  return JSON.stringify(buckets.length === 0 ? { count, sum } : { count, sum, buckets });
}

/** A label set as the query API prints it. */
export function labelsJson(labels: Labels): string {
  const flat = labels.flat();
  let text = '{';
  for (let i = 0; i < flat.length; i += 2) {
    if (i > 0) text += ',';
    text += `${jsonStringRaw(flat[i]!)}:${jsonStringRaw(flat[i + 1]!)}`;
  }
  return `${text}}`;
}

function statsJson(result: QueryResult): string {
  const { timings, samples } = result.stats;
  const parts: string[] = [];
  pushSteps(parts, 'totalQueryableSamplesPerStep', samples.totalQueryableSamplesPerStep);
  parts.push(`"totalQueryableSamples":${samples.totalQueryableSamples}`);
  pushSteps(parts, 'samplesReadPerStep', samples.samplesReadPerStep);
  if (samples.samplesRead !== undefined) parts.push(`"samplesRead":${samples.samplesRead}`);
  parts.push(`"peakSamples":${samples.peakSamples}`);
  return `{"timings":${JSON.stringify(timings)},"samples":{${parts.join(',')}}}`;
}

function pushSteps(parts: string[], key: string, steps: readonly (readonly [number, number])[] | undefined): void {
  if (steps === undefined) return;
  parts.push(`"${key}":[${steps.map(([timeMs, count]) => `[${formatTimestampMs(timeMs)},${count}]`).join(',')}]`);
}

function writeAnnotations(parts: string[], key: string, kind: string, messages: readonly string[]): void {
  if (messages.length === 0) return;
  const shown = messages.slice(0, ANNOTATIONS_MAX).map(jsonStringHtml);
  const hidden = messages.length - ANNOTATIONS_MAX;
  if (hidden > 0) shown.push(jsonStringHtml(`${hidden} more ${kind} annotations omitted`));
  parts.push(`,"${key}":[${shown.join(',')}]`);
}
