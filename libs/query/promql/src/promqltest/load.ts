import { compactHistogram, copyFloatHistogram } from '@telamon/model';
import { customBucketSeries } from './custom-buckets.ts';
import type { LoadCommand } from './script.ts';
import type { TestSample, TestStorage } from './test-storage.ts';

/** Puts the samples of a load command into the storage. */
export function load(command: LoadCommand, storage: TestStorage): void {
  const loaded = command.series.map(({ labels, values, startTimes }) => {
    const samples: TestSample[] = [];
    values.forEach((value, i) => {
      if (value.isOmitted) return;
      const timeMs = i * command.gapMs;
      const offset = startTimes?.[i];
      samples.push({
        timeMs,
        value: value.value,
        isStale: value.isStale,
        histogram: value.histogram === undefined ? undefined : compactHistogram(copyFloatHistogram(value.histogram)),
        startTimeMs: offset === undefined ? 0 : timeMs + offset,
      });
    });
    return { labels, samples };
  });
  // A metric that stands twice in one command has the samples of its last line.
  const last = [...new Map(loaded.map((series) => [series.labels.key(), series])).values()];
  for (const { labels, samples } of last) storage.append(labels, samples);
  if (!command.withCustomBuckets) return;
  for (const { labels, samples } of customBucketSeries(last)) storage.append(labels, samples);
}
