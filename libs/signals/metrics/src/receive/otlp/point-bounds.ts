import { TranslationError } from './translation-error.ts';

/** Bounds of one point: far above what honest senders have, low enough that a point is translated in milliseconds. */
const MAX_PARTS = { attributes: 4096, buckets: 65_536, 'bucket bounds': 8192, quantiles: 8192 } as const;

/** Throws `TranslationError` when a point or resource has more of something than is translated. */
export function checkBound(what: keyof typeof MAX_PARTS, count: number): void {
  const max = MAX_PARTS[what];
  if (count > max) throw new TranslationError(`a point or resource has ${count} ${what}, more than ${max}`);
}
