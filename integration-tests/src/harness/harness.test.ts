import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freePort } from './child-server.ts';
import { canonical, firstDifference, inFixedOrder, sameNumber } from './compare-answers.ts';
import { compareWithLedger, Ledger, ledgerBatch, ledgerLabels, ledgerValue } from './ledger.ts';
import { encodeOtlpMetrics } from './otlp-protobuf.ts';
import { encodeV1, encodeV2 } from './remote-write-body.ts';
import { scratchFolder } from './repository.ts';
import { waitUntil } from './wait-until.ts';

const folder = scratchFolder('harness');
afterAll(() => rmSync(folder, { recursive: true }));

it('compares numbers within the tolerance and nothing else', () => {
  expect(sameNumber('1', '1.0000000001', 1e-9)).toBe(true);
  expect(sameNumber('1', '1.00000001', 1e-9)).toBe(false);
  expect(sameNumber('NaN', 'NaN')).toBe(true);
  expect(sameNumber('+Inf', '-Inf')).toBe(false);
  expect(sameNumber('0', 'NaN')).toBe(false);
  expect(firstDifference({ a: [1, '2'] }, { a: [1, '2.0000000000001'] }, 1e-9)).toBeUndefined();
  expect(firstDifference({ a: [1, '2'] }, { a: [1, '2.0000000000001'] }, 0)).toBe('$.a[1]: want "2", got "2.0000000000001"');
  expect(firstDifference({ a: 'x' }, { a: 'x', b: 1 }, 1e-9)).toBe('$.b: want nothing, got 1');
  expect(firstDifference([1], [1, 2], 0)).toContain('want 1 elements');
  expect(inFixedOrder([{ metric: { b: '2', a: '1' } }, { metric: { a: '0' } }]).map(canonical)).toEqual([
    '{"metric":{"a":"0"}}',
    '{"metric":{"a":"1","b":"2"}}',
  ]);
});

it('finds what a ledger and a store differ in', () => {
  const ledger = new Ledger(join(folder, 'ledger.jsonl'));
  ledger.acknowledge({ firstSeries: 0, count: 3, timeMs: 1000 });
  const stored = ledgerBatch(0, 3, 1000).map(({ labels, samples }) => ({
    series: canonical(Object.fromEntries(labels)),
    timeMs: samples[0]![0],
    value: String(samples[0]![1]),
  }));
  expect(compareWithLedger(ledger, stored)).toMatchObject({ missing: 0, doubled: 0, wrong: 0, unacknowledged: 0 });
  const [first, second, third] = stored;
  const later = { ...third!, timeMs: 2000 };
  const spoiled = [first!, first!, { ...second!, value: '-1' }, later];
  expect(compareWithLedger(ledger, spoiled)).toMatchObject({ missing: 1, doubled: 1, wrong: 1, unacknowledged: 1 });
  expect(ledgerValue(1, 1000)).not.toBe(ledgerValue(1, 2000));
  expect(canonical(Object.fromEntries(ledgerLabels(7)))).toContain('"series":"7"');
});

it('writes the bodies that the formats ask for', () => {
  const series = [{ labels: [['a', 'b'] as const], samples: [[1, 2] as const] }];
  expect(Buffer.from(encodeV1(series)).toString('hex')).toBe('0a150a060a01611201' + '62120b0900000000000000' + '401001');
  expect(Buffer.from(encodeV2(series)).toString('hex')).toBe(
    '2200' + '220161' + '220162' + '2a11' + '0a020102' + '120b0900000000000000' + '401001',
  );
  const request = {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: 'g', gauge: { dataPoints: [{ timeUnixNano: '1', asInt: '-2' }] } }] }] },
    ],
  };
  expect(Buffer.from(encodeOtlpMetrics(request)!).toString('hex')).toBe(
    '0a1d121b12190a01672a140a1219010000000000000031feffffffffffffff',
  );
  expect(encodeOtlpMetrics({ nonsense: 1 })).toBeUndefined();
});

it('gives up waiting with the reason', async () => {
  const attempt = (): never => {
    throw new Error('because');
  };
  await expect(waitUntil('a thing', attempt, { timeoutMs: 20, pollMs: 5 })).rejects.toThrow('in vain for a thing: because');
});

it('gives no port out twice', async () => {
  const ports = await Promise.all(Array.from({ length: 500 }, () => freePort()));
  expect(new Set(ports).size).toBe(500);
});
