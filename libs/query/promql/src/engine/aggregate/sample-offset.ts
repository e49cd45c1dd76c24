import { xxhash64 } from '@telamon/algo';
import type { Labels } from '@telamon/model';

const encoder = new TextEncoder();
/** 2^64 - 1, which as a double is 2^64. */
const MAX_UINT64 = 2 ** 64;

/**
 * Where a series lies between 0 and 1 when series are sampled: its hash over the largest one.
 *
 * Bytes that are hashed (Prometheus' `stringlabels`), for each name and value in order:
 * ```
 * ┌──────────────────────────────┬───────┐
 * │ length <255: 1 byte          │ UTF-8 │
 * │ else 0xff, 3 bytes, little   │       │
 * └──────────────────────────────┴───────┘
 * ```
 */
export function sampleOffset(labels: Labels): number {
  const parts = labels.flat().map((part) => encoder.encode(part));
  let total = 0;
  for (const part of parts) total += part.length + (part.length < 255 ? 1 : 4);
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    if (part.length < 255) bytes[at++] = part.length;
    else {
      bytes.set([255, part.length & 0xff, (part.length >> 8) & 0xff, (part.length >> 16) & 0xff], at);
      at += 4;
    }
    bytes.set(part, at);
    at += part.length;
  }
  return Number(xxhash64(bytes)) / MAX_UINT64;
}
