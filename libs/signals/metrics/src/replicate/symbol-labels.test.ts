import { Labels } from '@telamon/model';
import { WriteRequestCursor, WriteRequestEncoder, WriteRequestV2Cursor, WriteRequestV2Encoder } from '@telamon/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelScanner, type ScanLimits } from './label-scanner.ts';
import { seedOf, tokenOfMetric } from './series-token.ts';
import { SymbolLabels } from './symbol-labels.ts';

const SEED = seedOf('tenant');
const LIMITS: ScanLimits = { maxLabels: 5, maxNameBytes: 20, maxValueBytes: 150, forbiddenName: '__replica__' };

/** What symbols say of the series of a version 2 body, and what the scanner says of the same in version 1. */
function bothOf(all: readonly (readonly string[])[]): [unknown, unknown][] {
  const version2 = new WriteRequestV2Encoder();
  const version1 = new WriteRequestEncoder();
  for (const labels of all) {
    version2.addSeries({ labels, samples: [{ timeMs: 1, value: 1 }] });
    version1.addSeries({ labels, samples: [{ timeMs: 1, value: 1 }] });
  }
  const body = version2.finish();
  const cursor = new WriteRequestV2Cursor(body);
  const symbols = new SymbolLabels(body, SEED, LIMITS);
  const scanned = new WriteRequestCursor(version1.finish());
  const scanner = new LabelScanner(SEED, LIMITS);
  return all.map(() => {
    cursor.nextSeries();
    scanned.nextSeries();
    const key = scanned.rawKey();
    scanner.aim(key, new DataView(key.buffer, key.byteOffset, key.byteLength));
    const isRight = scanner.scan(0, key.length);
    const fields = symbols.fieldsOf(cursor);
    return [
      fields === undefined ? undefined : { fields: Buffer.from(fields).toString('hex'), token: symbols.token },
      isRight ? { fields: Buffer.from(key).toString('hex'), token: scanner.token } : undefined,
    ];
  });
}

describe('SymbolLabels', () => {
  it('takes what the scanner of version 1 takes, with the same bytes and token', () => {
    const text = fc.oneof(
      fc.constantFrom('', '__name__', '__replica__', 'job', 'a', 'ä', 'x'.repeat(149)),
      fc.string({ maxLength: 24 }),
    );
    const labels = fc.tuple(fc.array(fc.tuple(text, text), { maxLength: 6 }), fc.boolean()).map(([pairs, isSorted]) => {
      return isSorted ? Labels.fromPairs([['__name__', 'm'], ...pairs]).flat() : pairs.flat();
    });
    let taken = 0;
    fc.assert(
      fc.property(fc.array(labels, { minLength: 1, maxLength: 8 }), (all) => {
        for (const [symbols, scanner] of bothOf(all)) {
          expect(symbols).toEqual(scanner);
          if (symbols !== undefined) taken++;
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('knows many symbols and long labels', () => {
    const all = Array.from({ length: 40_000 }, (_, i) => ['__name__', `metric_${i % 7}`, 'pod', `${'pod'.repeat(i % 40)}-${i}`]);
    for (const [symbols, scanner] of bothOf(all)) {
      if (JSON.stringify(symbols) !== JSON.stringify(scanner)) expect(symbols).toEqual(scanner);
    }
  });

  it('tells the metric', () => {
    const body = new WriteRequestV2Encoder().addSeries({
      labels: ['A', 'b', '__name__', 'größe'],
      samples: [{ timeMs: 1, value: 1 }],
    });
    const bytes = body.finish();
    const cursor = new WriteRequestV2Cursor(bytes);
    cursor.nextSeries();
    const symbols = new SymbolLabels(bytes, SEED, LIMITS);
    expect(symbols.fieldsOf(cursor)).toBeDefined();
    expect(Buffer.from(symbols.bytesOf(symbols.metricRef)).toString()).toBe('größe');
    expect(symbols.metricToken).toBe(tokenOfMetric(SEED, 'größe'));
  });

  it('leaves to others whatever is unusual, and reads nothing that is not there', () => {
    const good = new WriteRequestV2Encoder()
      .addSeries({ labels: ['__name__', 'm', 'job', 'x'], samples: [{ timeMs: 1, value: 1 }] })
      .finish();
    fc.assert(
      fc.property(fc.nat(good.length * 8 - 1), (bit) => {
        const bytes = Uint8Array.from(good);
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        let cursor: WriteRequestV2Cursor;
        try {
          cursor = new WriteRequestV2Cursor(bytes);
          if (!cursor.nextSeries()) return;
        } catch {
          return;
        }
        const fields = new SymbolLabels(bytes, SEED, LIMITS).fieldsOf(cursor);
        if (fields !== undefined) expect(Buffer.compare(fields, cursor.rawKey())).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});
