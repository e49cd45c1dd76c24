import { TelamonError } from '@telamon/model';
import type { HttpContext } from '@telamon/rpc';
import { describe, expect, it } from 'vitest';
import { DISTRIBUTOR } from './options.ts';
import { retryAfterSeconds, withRetryAfter } from './retry-after.ts';

const CONFIG = DISTRIBUTOR.defaults();

describe('retryAfterSeconds', () => {
  it.each([
    [undefined, 0.5, 6],
    ['1', 0.5, 6],
    ['2', 0.5, 12],
    ['4', 0.5, 48],
    ['5', 0.5, 96],
    ['9999', 0.5, 96],
    ['3', 0, 12],
    ['3', 0.999, 36],
    ['-1', 0.5, 6],
    ['x', 0.5, 6],
  ])('attempt %s, random %f: %i s', (attempt, random, seconds) => {
    expect(retryAfterSeconds(attempt, CONFIG, random)).toBe(seconds);
  });
});

async function headersAfter(error: unknown, config = CONFIG, isReplied = false): Promise<Record<string, string>> {
  const sent: Record<string, string> = {};
  const context = {
    headers: { 'retry-attempt': '2' },
    isReplied,
    setHeader: (name: string, value: string) => {
      sent[name] = value;
    },
  } as unknown as HttpContext;
  const handle = async (): Promise<void> => {
    if (error !== undefined) throw error;
  };
  const run = withRetryAfter(context, config, handle, () => 0.5);
  if (error === undefined) await run;
  else await expect(run).rejects.toBe(error);
  return sent;
}

describe('withRetryAfter', () => {
  const told = { 'Retry-After': '12' };
  it.each([
    ['nothing', undefined, {}],
    ['a lost quorum', new TelamonError('no quorum', { status: 503 }), told],
    ['a rate limit', new TelamonError('slow down', { status: 429, isRetryable: false }), told],
    ['a rate limit as overload', new TelamonError('slow down', { status: 529 }), told],
    ['a mistake of the sender', new TelamonError('bad', { status: 400 }), {}],
    ['an unexpected error', new Error('bug'), told],
  ])('%s', async (_, error, headers) => {
    expect(await headersAfter(error)).toEqual(headers);
  });

  it('is off when that is wanted, and behind a reply', async () => {
    const error = new TelamonError('no quorum', { status: 503 });
    expect(await headersAfter(error, { ...CONFIG, retryAfterEnabled: false })).toEqual({});
    expect(await headersAfter(error, CONFIG, true)).toEqual({});
  });
});
