import { expect, it } from 'vitest';
import { leftToStore } from './left-to-store.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;

it('leaves a block to the store when every index that is used must have it', () => {
  const isLeft = leftToStore({ maxStaleMs: HOUR_MS, queryStoreAfterMs: 0, nowMs: () => NOW_MS });
  const maxTimeMs = NOW_MS - HOUR_MS;
  expect(isLeft({ shippedMs: undefined, maxTimeMs })).toBe(false);
  expect(isLeft({ shippedMs: NOW_MS - HOUR_MS, maxTimeMs })).toBe(false);
  expect(isLeft({ shippedMs: NOW_MS - 1.25 * HOUR_MS, maxTimeMs })).toBe(true);
});

it('keeps what queriers do not ask the store for', () => {
  const isLeft = leftToStore({ maxStaleMs: HOUR_MS, queryStoreAfterMs: 12 * HOUR_MS, nowMs: () => NOW_MS });
  const shippedMs = NOW_MS - 10 * HOUR_MS;
  expect(isLeft({ shippedMs, maxTimeMs: NOW_MS - 12 * HOUR_MS })).toBe(false);
  expect(isLeft({ shippedMs, maxTimeMs: NOW_MS - 12.5 * HOUR_MS })).toBe(true);
});
