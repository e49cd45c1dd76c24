import { Labels } from '@telamon/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeFrames } from './merge-frames.ts';
import { type FrameChunk, readSeriesFrame, SeriesFrameWriter } from './series-frame.ts';

type ChunkText = readonly [minTimeMs: number, text: string];
type Series = ReadonlyMap<string, readonly ChunkText[]>;

const labelsOf = (name: string): Uint8Array => Labels.fromPairs([['__name__', name]]).bytes();

/** Frames of a source, so many series each; the names ascend. */
function framesOf(series: Series, seriesPerFrame: number): Uint8Array[] {
  const names = [...series.keys()].sort();
  const frames: Uint8Array[] = [];
  for (let i = 0; i < names.length; i += seriesPerFrame) {
    const writer = new SeriesFrameWriter();
    for (const name of names.slice(i, i + seriesPerFrame)) {
      writer.beginSeries(labelsOf(name));
      for (const [minTimeMs, text] of series.get(name)!) writer.addChunk(1, minTimeMs, minTimeMs + 9, Buffer.from(text));
    }
    frames.push(writer.finish());
  }
  return frames;
}

async function* streamOf(frames: readonly Uint8Array[], onEnd: () => void = () => {}): AsyncIterable<Uint8Array> {
  try {
    for (const frame of frames) {
      await new Promise((resolve) => setImmediate(resolve));
      yield frame;
    }
  } finally {
    onEnd();
  }
}

const noPause = (): undefined => undefined;
const textOf = ({ minTimeMs, data }: FrameChunk): string => `${minTimeMs}:${Buffer.from(data).toString()}`;

async function merged(sources: readonly AsyncIterable<Uint8Array>[]): Promise<[string, string[]][]> {
  const found: [string, string[]][] = [];
  for await (const frame of mergeFrames(sources, noPause)) {
    for (const { labels, chunks } of readSeriesFrame(frame))
      found.push([Labels.fromBytes(labels).metricName, chunks.map(textOf)]);
  }
  return found;
}

const chunks = fc
  .uniqueArray(fc.tuple(fc.constantFrom(0, 10, 20, 30), fc.constantFrom('x', 'yy', 'z'.repeat(70))), {
    selector: ([minTimeMs]) => minTimeMs,
    minLength: 1,
    maxLength: 3,
  })
  .map((list): ChunkText[] => [...list].sort((a, b) => a[0] - b[0]));
const source = fc
  .dictionary(fc.constantFrom('a', 'ab', 'b', 'c', 'd', 'ä'), chunks)
  .map((all): Series => new Map(Object.entries(all)));

it('series of all sources come once, in order, with every distinct chunk once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(source, { minLength: 2, maxLength: 5 }), fc.integer({ min: 1, max: 4 }), async (all, perFrame) => {
      const found = await merged(all.map((series) => streamOf(framesOf(series, perFrame))));
      const names = [...new Set(all.flatMap((series) => [...series.keys()]))].sort();
      expect(found.map(([name]) => name)).toEqual(names);
      for (const [name, texts] of found) {
        const wanted = new Set(
          all.flatMap((series) => series.get(name) ?? []).map(([minTimeMs, text]) => `${minTimeMs}:${text}`),
        );
        expect([...texts].sort()).toEqual([...wanted].sort());
        const times = texts.map((text) => Number.parseInt(text, 10));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }
    }),
  );
});

it('the frames of one source are its own', async () => {
  const frames = framesOf(new Map([['a', [[0, 'x']]]]), 1);
  const found: Uint8Array[] = [];
  for await (const frame of mergeFrames([streamOf(frames)], noPause)) found.push(frame);
  expect(found[0]).toBe(frames[0]);
});

it('many series come in several frames, and the clock is looked at', async () => {
  const series: Series = new Map(Array.from({ length: 4000 }, (_, i) => [`m${10_000 + i}`, [[0, 'x'.repeat(300)]]]));
  let pauses = 0;
  let [frames, count] = [0, 0];
  const pause = async (): Promise<void> => void pauses++;
  const sources = [1000, 700].map((perFrame) => streamOf(framesOf(series, perFrame)));
  for await (const frame of mergeFrames(sources, pause)) {
    frames++;
    count += [...readSeriesFrame(frame)].length;
  }
  expect(count).toBe(4000);
  expect(frames).toBeGreaterThan(2);
  expect(pauses).toBeGreaterThan(50);
});

it('a failure ends all sources, and so does leaving', async () => {
  const frames = framesOf(new Map(['a', 'b', 'c'].map((name) => [name, [[0, 'x']]])), 1);
  let ended = 0;
  const failing = async function* (): AsyncIterable<Uint8Array> {
    yield frames[0]!;
    throw new Error('lost');
  };
  const other = (): AsyncIterable<Uint8Array> => streamOf(frames, () => ended++);
  await expect(merged([other(), failing(), other()])).rejects.toThrow('lost');
  expect(ended).toBe(2);
  const many: Series = new Map(Array.from({ length: 4000 }, (_, i) => [`m${10_000 + i}`, [[0, 'x'.repeat(300)]]]));
  for await (const _ of mergeFrames(
    [0, 1].map(() => streamOf(framesOf(many, 100), () => ended++)),
    noPause,
  ))
    break;
  expect(ended).toBe(4);
});
