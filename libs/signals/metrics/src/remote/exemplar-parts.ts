import { compareUtf8, Labels } from '@telamon/model';
import { v1 } from '@telamon/proto';
import { TimeSlice } from '@telamon/telemetry';
import type { ExemplarSeries } from '../head/index.ts';
import { sortInSlices } from '../head/sort-in-slices.ts';
import { decodeMessage } from './decode-message.ts';

/** Exemplars of one part, about 200 bytes each. */
const EXEMPLARS_PER_PART = 4096;
const SLICE_MS = 10;

type Exemplar = ExemplarSeries['exemplars'][number];

/** Splits exemplars into `MetricsExemplarsPart` messages; a series with very many stands in several. */
export function* encodeExemplars(found: readonly ExemplarSeries[]): IterableIterator<Uint8Array> {
  let series: v1.MetricsExemplarSeries.$Properties[] = [];
  let count = 0;
  const finish = (): Uint8Array => {
    const bytes = v1.MetricsExemplarsPart.encode({ series }).finish();
    series = [];
    count = 0;
    return bytes;
  };
  for (const one of found) {
    for (let at = 0; at < one.exemplars.length; at += EXEMPLARS_PER_PART) {
      const exemplars = one.exemplars.slice(at, at + EXEMPLARS_PER_PART);
      series.push({ labels: one.series.bytes(), exemplars: exemplars.map(toMessage) });
      count += exemplars.length;
      if (count >= EXEMPLARS_PER_PART) yield finish();
    }
  }
  if (series.length > 0) yield finish();
}

function toMessage({ timeMs, value, labels }: Exemplar): v1.MetricsExemplar.$Properties {
  return { timeMs, value, labels: labels.bytes() };
}

/** Exemplars of several ingesters as one would have them: each once, series in the order of their labels, exemplars in that of time. */
export async function uniteExemplars(parts: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ExemplarSeries[]> {
  const found = new Map<string, { readonly series: Labels; readonly exemplars: Map<string, Exemplar> }>();
  const slice = new TimeSlice(SLICE_MS, signal);
  for await (const part of parts) {
    for (const message of decodeMessage(v1.MetricsExemplarsPart, part).series) {
      const series = Labels.fromBytes((message.labels ?? new Uint8Array(0)).slice());
      const key = series.key();
      const held = found.get(key) ?? { series, exemplars: new Map<string, Exemplar>() };
      found.set(key, held);
      for (const exemplar of message.exemplars ?? []) {
        const labels = Labels.fromBytes((exemplar.labels ?? new Uint8Array(0)).slice());
        const timeMs = exemplar.timeMs ?? 0;
        const value = exemplar.value ?? 0;
        held.exemplars.set(`${timeMs} ${value} ${labels.key()}`, { timeMs, value, labels });
      }
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
  }
  const united = [...found.values()].map(({ series, exemplars }) => ({ series, exemplars: inOrder([...exemplars.values()]) }));
  return await sortInSlices(united, (a, b) => a.series.compare(b.series), slice);
}

/** As the ring of one ingester takes them: by time, then value, then labels. */
function inOrder(exemplars: Exemplar[]): Exemplar[] {
  return exemplars.sort((a, b) => a.timeMs - b.timeMs || a.value - b.value || compareUtf8(a.labels.key(), b.labels.key()));
}
