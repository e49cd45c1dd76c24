import type { MatrixStats } from './matrix-body.ts';

type PerStep = readonly (readonly [seconds: number, count: number])[];

/**
 * The statistics of a query with their key, of those of its parts: times and counts are added up, the peak is that of the largest part,
 * counts of steps stand one after the other. '' when the parts have none.
 */
export function uniteStats(parts: readonly (MatrixStats | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0) return '';
  const timings: Record<string, number> = {};
  const samples: Record<string, number | PerStep> = {};
  for (const part of known) {
    for (const [name, seconds] of Object.entries(part.timings)) timings[name] = (timings[name] ?? 0) + seconds;
    for (const [name, value] of Object.entries(part.samples)) samples[name] = add(name, samples[name], value);
  }
  return `,"stats":${JSON.stringify({ timings, samples })}`;
}

function add(name: string, sum: number | PerStep | undefined, value: number | PerStep): number | PerStep {
  if (typeof value !== 'number') return [...(Array.isArray(sum) ? (sum as PerStep) : []), ...value];
  const known = typeof sum === 'number' ? sum : 0;
  return name === 'peakSamples' ? Math.max(known, value) : known + value;
}
