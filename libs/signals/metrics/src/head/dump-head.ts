import { Labels, type MatcherSpec, SampleColumns } from '@telamon/model';
import { mergeChunks } from '@telamon/tsdb';
import { readSeriesFrame } from '../frame/series-frame.ts';
import { HeadSource } from './head-source.ts';
import type { TenantHead } from './tenant-head.ts';

/** A sample as tests compare it: time and a text that is equal for equal bits. */
export type DumpedSample = readonly [timeMs: number, value: string];

/** What tests look for. */
export interface DumpWish {
  readonly matchers?: readonly MatcherSpec[];
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Text of a float's bits; numbers in short form. */
export function bitsText(low: number, high: number): string {
  const words = new Uint32Array([low, high]);
  const value = new Float64Array(words.buffer)[0]!;
  return Number.isNaN(value) || Object.is(value, -0) ? `${high.toString(16)}:${low.toString(16)}` : String(value);
}

/** Samples of the frames, by series. Throws when a series comes twice or its chunks are not in order. */
export async function dumpFrames(frames: AsyncIterable<Uint8Array>, wish: DumpWish = {}): Promise<Map<string, DumpedSample[]>> {
  const dump = new Map<string, DumpedSample[]>();
  for await (const frame of frames) {
    for (const series of readSeriesFrame(frame)) {
      const name = Labels.fromBytes(series.labels).toString();
      if (dump.has(name)) throw new Error(`${name} comes twice`);
      series.chunks.reduce((before, chunk) => {
        if (chunk.minTimeMs < before) throw new Error(`chunks of ${name} are not in order`);
        return chunk.minTimeMs;
      }, Number.NEGATIVE_INFINITY);
      const columns = new SampleColumns();
      mergeChunks(series.chunks, wish.fromMs ?? Number.NEGATIVE_INFINITY, wish.toMs ?? Number.POSITIVE_INFINITY, columns);
      const samples: DumpedSample[] = [];
      for (let i = 0; i < columns.length; i++) samples.push([columns.timesMs[i]!, sampleText(columns, i)]);
      dump.set(name, samples);
    }
  }
  return new Map([...dump].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All samples of a head that a query finds. */
export async function dumpHead(head: TenantHead, wish: DumpWish = {}): Promise<Map<string, DumpedSample[]>> {
  const request = {
    tenant: head.tenant,
    matchers: wish.matchers ?? [],
    fromMs: wish.fromMs ?? Number.NEGATIVE_INFINITY,
    toMs: wish.toMs ?? Number.POSITIVE_INFINITY,
  };
  return dumpFrames(new HeadSource(() => head).select(request, new AbortController().signal), wish);
}

function sampleText(columns: SampleColumns, i: number): string {
  const histogram = columns.histograms?.[i];
  if (histogram === undefined) return bitsText(columns.words[2 * i]!, columns.words[2 * i + 1]!);
  const { counterResetHint: _hint, ...rest } = histogram;
  return JSON.stringify({ ...rest, sum: String(rest.sum) }, (_key, value: unknown) =>
    value instanceof Float64Array ? [...value] : value,
  );
}
