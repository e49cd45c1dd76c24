import { loadConfig } from '@telamon/config';
import { expect, it } from 'vitest';
import { METRICS_OPTIONS } from './options.ts';

function errorsOf(...args: string[]): readonly string[] {
  const loaded = loadConfig({ groups: METRICS_OPTIONS, args, env: {} });
  return loaded.kind === 'errors' ? loaded.errors : [];
}

it('takes the features that there are', () => {
  expect(errorsOf('--enable-feature=promql-experimental-functions,promql-per-step-stats')).toEqual([]);
  expect(errorsOf('--enable-feature=promql-experimental-function')).toEqual([
    expect.stringContaining('unknown feature promql-experimental-function; there are promql-experimental-functions, '),
  ]);
});

it('takes external labels that are pairs', () => {
  expect(errorsOf('--querier.external-labels=a=b,c=')).toEqual([]);
  expect(errorsOf('--querier.external-labels=a=b,c,=d')).toEqual([
    expect.stringContaining('c is not name=value'),
    expect.stringContaining('=d is not name=value'),
  ]);
});
