import type { BlockedQuery } from '@telamon/limits';
import { parseExpr } from '@telamon/promql';
import { expect, it } from 'vitest';
import { fixtureRequest } from './query.fixture.ts';
import { type BlockableRequest, QueryBlocker } from './query-blocker.ts';

const RULE: BlockedQuery = {
  pattern: '',
  isRegex: false,
  reason: '',
  isForUnalignedRanges: false,
  timeRangeLongerThanMs: 0,
  stepShorterThanMs: 0,
};
const RANGE = { kind: 'range', startMs: 0, endMs: 3_600_000, stepMs: 15_000 } as const;

const blocker = new QueryBlocker();

function isBlocked(rule: Partial<BlockedQuery>, query: string, times: Partial<BlockableRequest> = {}): boolean {
  const policy = { features: [], experimentalFunctions: [], blockedQueries: [{ ...RULE, ...rule }] };
  return blocker.find(fixtureRequest({ query, ...times, policy }), parseExpr(query)) !== undefined;
}

it('knows a query however it is written', () => {
  const rule = { pattern: 'sum by(job) (rate(up[5m]))' };
  expect(isBlocked(rule, 'sum by (job) (rate(up[5m]))')).toBe(true);
  expect(isBlocked(rule, ' sum(rate( up[300s] )) by (job)\n')).toBe(true);
  expect(isBlocked(rule, 'sum by (instance) (rate(up[5m]))')).toBe(false);
  expect(isBlocked({ pattern: 'up' }, 'up + up')).toBe(false);
  expect(isBlocked({ pattern: 'u(p' }, 'up')).toBe(false);
});

it('matches regular expressions against the whole text', () => {
  expect(isBlocked({ pattern: '.*rate\\(up.*', isRegex: true }, 'sum(rate(up[5m]))')).toBe(true);
  expect(isBlocked({ pattern: 'rate\\(up', isRegex: true }, 'sum(rate(up[5m]))')).toBe(false);
  expect(isBlocked({ pattern: '.*by \\(job\\) \\(up.*', isRegex: true }, 'sum(\n up) by (job)')).toBe(true);
  expect(isBlocked({ pattern: 'sum.*', isRegex: true }, 'sum(\nup)')).toBe(true);
});

it('wants every condition to hold', () => {
  const long = { timeRangeLongerThanMs: 1_800_000 };
  expect(isBlocked(long, 'up', RANGE)).toBe(true);
  expect(isBlocked(long, 'up', { ...RANGE, endMs: 1_800_000 })).toBe(false);
  expect(isBlocked(long, 'up')).toBe(false);
  expect(isBlocked({ ...long, pattern: 'down' }, 'up', RANGE)).toBe(false);
  expect(isBlocked({ ...long, stepShorterThanMs: 30_000 }, 'up', RANGE)).toBe(true);
  expect(isBlocked({ ...long, stepShorterThanMs: 15_000 }, 'up', RANGE)).toBe(false);
  expect(isBlocked({ stepShorterThanMs: 30_000 }, 'up')).toBe(false);
  expect(isBlocked({ isForUnalignedRanges: true }, 'up', { ...RANGE, isUnaligned: true })).toBe(true);
  expect(isBlocked({ isForUnalignedRanges: true }, 'up', RANGE)).toBe(false);
});
