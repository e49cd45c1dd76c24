import { expect, it } from 'vitest';
import { IngestionRates } from './ingestion-rates.ts';

it('nears a steady rate and forgets', () => {
  let nowMs = 0;
  const rates = new IngestionRates(() => nowMs);
  for (let i = 0; i < 60; i++) {
    nowMs += 15_000;
    rates.add('a', 1500);
  }
  expect(rates.rateOf('a')).toBeGreaterThan(95);
  expect(rates.rateOf('a')).toBeLessThan(115);
  expect(rates.rateOf('b')).toBe(0);
  nowMs += 60_000;
  expect(rates.rateOf('a')).toBeLessThan(45);
  nowMs += 3_600_000;
  expect(rates.rateOf('a')).toBe(0);
});
