import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatDurationMs, parseBytes, parseDurationMs } from './units.ts';

describe('durations', () => {
  it('reads what Go and Prometheus write', () => {
    const cases: [string, number | undefined][] = [
      ['0', 0],
      ['0s', 0],
      ['-0', 0],
      ['30s', 30_000],
      ['1h30m', 5_400_000],
      ['1.5h', 5_400_000],
      ['1.1h', 3_960_000],
      ['13h0m0s', 46_800_000],
      ['7d', 604_800_000],
      ['1w', 604_800_000],
      ['1y', 31_536_000_000],
      ['100us', 0.1],
      ['-5m', -300_000],
      ['5', undefined],
      ['', undefined],
      ['m', undefined],
      ['1h 30m', undefined],
      ['1e3s', undefined],
      [`${'9'.repeat(400)}y`, undefined],
    ];
    for (const [text, want] of cases) expect([text, parseDurationMs(text)]).toEqual([text, want]);
  });

  it('prints them short', () => {
    expect([0, 46_800_000, 5_400_000, 604_800_000, 90_000_000, 1500, -1000].map(formatDurationMs)).toEqual([
      '0s',
      '13h',
      '1h30m',
      '7d',
      '25h',
      '1s500ms',
      '-1s',
    ]);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e14 }), (durationMs) => {
        expect(parseDurationMs(formatDurationMs(durationMs))).toBe(durationMs);
      }),
    );
  });
});

describe('sizes', () => {
  it('reads binary multiples', () => {
    const cases: [string, number | undefined][] = [
      ['1024', 1024],
      ['100MiB', 104_857_600],
      ['100MB', 104_857_600],
      ['1.5k', 1536],
      ['1 GiB', 1_073_741_824],
      ['5B', 5],
      ['5iB', undefined],
      ['-1', undefined],
      ['0.3', undefined],
      ['99999999TiB', undefined],
    ];
    for (const [text, want] of cases) expect([text, parseBytes(text)]).toEqual([text, want]);
  });

  it('reads back what it prints', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        expect(parseBytes(formatBytes(bytes))).toBe(bytes);
      }),
    );
    expect([0, 1500, 104_857_600].map(formatBytes)).toEqual(['0B', '1500B', '100MiB']);
  });
});
