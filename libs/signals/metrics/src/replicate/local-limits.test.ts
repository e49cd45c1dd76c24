import { describe, expect, it } from 'vitest';
import { DEFAULT_APPEND_LIMITS } from '../head/append-contract.ts';
import { tooManySeries, tooManySeriesOfMetric } from '../head/refusal-texts.ts';
import { localLimits, withGlobalLimit } from './local-limits.ts';

const GLOBAL = {
  ...DEFAULT_APPEND_LIMITS,
  maxSeriesPerUser: 1000,
  maxSeriesPerMetric: 10,
  maxMetadataPerUser: 7,
  maxMetadataPerMetric: 5,
};

describe('localLimits', () => {
  it.each([
    [{ instanceCount: 1, replicationFactor: 1 }, 1000, 10, 7],
    [{ instanceCount: 3, replicationFactor: 3 }, 1000, 10, 7],
    [{ instanceCount: 9, replicationFactor: 3 }, 333, 3, 2],
    [{ instanceCount: 300, replicationFactor: 3 }, 10, 1, 1],
    [{ instanceCount: 2, replicationFactor: 3 }, 1000, 10, 7],
  ])('%j', (share, perUser, perMetric, metadata) => {
    expect(localLimits(GLOBAL, share)).toEqual({
      ...GLOBAL,
      maxSeriesPerUser: perUser,
      maxSeriesPerMetric: perMetric,
      maxMetadataPerUser: metadata,
      maxExemplars: Math.max(
        1,
        Math.floor((100_000 * Math.min(share.replicationFactor, share.instanceCount)) / share.instanceCount),
      ),
    });
  });

  it('leaves off what is off', () => {
    const off = { ...GLOBAL, maxSeriesPerUser: 0, maxExemplars: 0 };
    expect(localLimits(off, { instanceCount: 9, replicationFactor: 3 })).toMatchObject({ maxSeriesPerUser: 0, maxExemplars: 0 });
  });
});

describe('withGlobalLimit', () => {
  const local = localLimits(GLOBAL, { instanceCount: 9, replicationFactor: 3 });

  it('tells the limit that the tenant has', () => {
    expect(withGlobalLimit(tooManySeries(333), local, GLOBAL)).toEqual(tooManySeries(1000));
    const series = '{__name__="limit of 3 exceeded"}';
    expect(withGlobalLimit(tooManySeriesOfMetric(3, series), local, GLOBAL)).toEqual(tooManySeriesOfMetric(10, series));
  });

  it('leaves other refusals alone', () => {
    const other = { reason: 'sample-out-of-order', message: 'limit of 333 exceeded', kind: 'sample' as const };
    expect(withGlobalLimit(other, local, GLOBAL)).toBe(other);
  });
});
