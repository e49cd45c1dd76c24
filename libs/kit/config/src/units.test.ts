import { parseByteSize, parseOptionDurationMs } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesText, durationText } from './units.ts';

describe('durationText', () => {
  it('prints them short', () => {
    expect([0, 46_800_000, 5_400_000, 86_400_000, 604_800_000, 90_000_000, 1500, 0.25].map(durationText)).toEqual([
      '0s',
      '13h',
      '1h30m',
      '1d',
      '1w',
      '1d1h',
      '1s500ms',
      '0.25ms',
    ]);
  });

  it('is read back', () => {
    const durations = fc.oneof(
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.integer({ min: 1, max: 1e6 }).map((us) => us / 1000),
    );
    fc.assert(
      fc.property(durations, (durationMs) => {
        expect(parseOptionDurationMs(durationText(durationMs))).toBeCloseTo(durationMs, 6);
      }),
    );
  });
});

describe('bytesText', () => {
  it('prints whole units and is read back', () => {
    expect([0, 1500, 104_857_600].map(bytesText)).toEqual(['0B', '1500B', '100MiB']);
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseByteSize(bytesText(bytes))).toBe(bytes);
      }),
    );
  });
});
