import type { OtlpExemplar } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { toExemplar, usableExemplars } from './point-exemplars.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const exemplarOf = (own: Partial<OtlpExemplar>): OtlpExemplar => ({
  attributes: [],
  timeNs: 7_000_000n,
  timeMs: 7,
  asInt: undefined,
  asDouble: 1.5,
  traceId: TRACE,
  spanId: '',
  ...own,
});
const attribute = (key: string, value: string) => ({ key, value: { kind: 'string' as const, value } });

describe('exemplars', () => {
  it('have ids and attributes as labels', () => {
    const attributes = [attribute('user.id', 'u')];
    expect(toExemplar(exemplarOf({ attributes, spanId: 'b7ad6b7169203331' }), 9)).toEqual({
      labels: ['trace_id', TRACE, 'span_id', 'b7ad6b7169203331', 'user.id', 'u'],
      value: 1.5,
      timeMs: 7,
      hasInvalidUtf8: false,
    });
  });

  it('lose their attributes when those do not fit into 128 characters', () => {
    const room = 128 - 'trace_id'.length - TRACE.length - 1;
    const labelsOf = (length: number): number =>
      toExemplar(exemplarOf({ attributes: [attribute('k', '🙂'.repeat(length))] }), 9).labels.length;
    expect(labelsOf(room)).toBe(4);
    expect(labelsOf(room + 1)).toBe(2);
    expect(labelsOf(100_000)).toBe(2);
  });

  it('have the time of the point when they have none, and no ids of zeros', () => {
    const exemplar = toExemplar(exemplarOf({ timeMs: 0, traceId: '0'.repeat(32), asInt: 3n }), 9);
    expect(exemplar).toMatchObject({ timeMs: 9, labels: [], value: 3 });
  });

  it('are left out without a value', () => {
    expect(usableExemplars([exemplarOf({}), exemplarOf({ asDouble: undefined })])).toHaveLength(1);
  });
});
