import { ByteWriter } from '@telamon/bytes';
import { defaultLimits } from '@telamon/limits';
import { Labels } from '@telamon/model';
import { WriteRequestCursor, WriteRequestEncoder } from '@telamon/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeriesPreparer } from '../receive/series-preparer.ts';
import { writeLabelFields } from './label-fields.ts';
import { LabelScanner } from './label-scanner.ts';
import { seedOf, tokenOfLabels, tokenOfMetric } from './series-token.ts';

const LIMITS = { ...defaultLimits(), maxLabelNameLength: 20, maxLabelValueLength: 150, maxLabelNamesPerSeries: 5 };
const SEED = seedOf('tenant');
const WIDE = { maxLabels: 5, maxNameBytes: 100, maxValueBytes: 150, forbiddenName: '' };

function scannerOf(forbiddenName = ''): LabelScanner {
  return new LabelScanner(SEED, { maxLabels: 5, maxNameBytes: 20, maxValueBytes: 150, forbiddenName });
}

/** Its limits are wide enough for labels to be remembered. */
function wideScanner(): LabelScanner {
  return new LabelScanner(SEED, WIDE);
}

function fieldsOf(flat: readonly string[]): Uint8Array {
  const cursor = new WriteRequestCursor(new WriteRequestEncoder().addSeries({ labels: flat }).finish());
  cursor.nextSeries();
  return cursor.rawKey();
}

function scan(fields: Uint8Array, scanner = scannerOf()): number | undefined {
  scanner.aim(fields, new DataView(fields.buffer, fields.byteOffset, fields.byteLength));
  return scanner.scan(0, fields.length) ? scanner.token : undefined;
}

const token = (flat: readonly string[]): number => tokenOfLabels(SEED, Labels.fromSortedFlat(flat).bytes());

describe('LabelScanner', () => {
  it('gives canonical labels the token that everybody gives them', () => {
    const flat = ['A', 'before', '__name__', 'm', 'job', 'a'.repeat(140)];
    expect(scan(fieldsOf(flat))).toBe(token(flat));
  });

  it.each([
    ['no labels', []],
    ['no metric name', ['job', 'x']],
    ['disorder', ['job', 'x', '__name__', 'm']],
    ['a name twice', ['__name__', 'm', 'job', 'x', 'job', 'x']],
    ['a prefix behind its longer name', ['__name__', 'm', 'jobs', 'x', 'job', 'y']],
    ['an empty value', ['__name__', 'm', 'job', '']],
    ['an empty name', ['', 'x', '__name__', 'm']],
    ['a long name', ['__name__', 'm', 'n'.repeat(21), 'x']],
    ['a long value', ['__name__', 'm', 'n', 'ä'.repeat(76)]],
    ['too many', ['__name__', 'm', 'a', '1', 'b', '1', 'c', '1', 'd', '1', 'e', '1']],
  ])('leaves %s to others', (_, flat) => {
    expect(scan(fieldsOf(flat))).toBeUndefined();
  });

  it('takes UTF-8 beyond ASCII and nothing that is not UTF-8', () => {
    const flat = ['__name__', 'mêtre', 'größe', '✓'];
    expect(scan(fieldsOf(flat))).toBe(token(flat));
    const broken = fieldsOf(['__name__', 'mm', 'job', 'xxxxx']);
    broken[broken.length - 1] = 0xff;
    expect(scan(broken)).toBeUndefined();
  });

  it('leaves series with the forbidden label to others', () => {
    const flat = ['__name__', 'm', '__replica__', 'r'];
    expect(scan(fieldsOf(flat), scannerOf('__replica__'))).toBeUndefined();
    expect(scan(fieldsOf(flat), scannerOf('__replica'))).toBe(token(flat));
  });

  const text = fc.oneof(fc.constantFrom('', '__name__', 'job', 'a', 'b', 'ä', '\u{1f600}'), fc.string({ maxLength: 24 }));

  it.each([
    ['narrow', LIMITS, scannerOf],
    ['wide', { ...LIMITS, maxLabelNameLength: WIDE.maxNameBytes }, wideScanner],
  ])('accepts only what preparing would leave as it is, with the same token: %s limits', (_, limits, newScanner) => {
    const preparer = new SeriesPreparer(limits);
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), fc.boolean(), (pairs, isSorted) => {
        const all = isSorted ? [...Labels.fromPairs([['__name__', 'm'], ...pairs])] : pairs;
        const flat = all.flat();
        const found = scan(fieldsOf(flat), newScanner());
        if (found === undefined) return;
        accepted++;
        const prepared = preparer.prepare(flat, '', false);
        if (prepared.kind !== 'accepted') throw new Error(`${JSON.stringify(flat)} is ${prepared.kind}`);
        expect(prepared.labels.flat()).toEqual(flat);
        expect(found).toBe(tokenOfLabels(SEED, prepared.labels.bytes()));
      }),
      { numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('tells labels apart that differ in one byte, whichever was there before', () => {
    const names = fc.constantFrom('le', 'job', 'name', 'names', 'instance', 'n'.repeat(30));
    const letter = fc.constantFrom('a', 'b', '0', '_');
    const values = fc.oneof(
      fc.string({ unit: letter, minLength: 1, maxLength: 70 }),
      fc.string({ unit: letter, minLength: 1, maxLength: 5 }),
    );
    const scanner = wideScanner();
    fc.assert(
      fc.property(names, values, fc.nat(69), letter, (name, value, at, other) => {
        const place = at % value.length;
        for (const each of [value, value.slice(0, place) + other + value.slice(place + 1), value]) {
          const flat = ['__name__', 'm', name, each];
          expect(scan(fieldsOf(flat), scanner)).toBe(token(flat));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('goes by the limits and the order of this series, whatever was right in another', () => {
    const flat = ['__name__', 'm', 'job', 'x'.repeat(40), 'zone', 'a'];
    const scanOf = (fields: Uint8Array, strict: object): number | undefined =>
      scan(fields, new LabelScanner(SEED, { ...WIDE, ...strict }));
    expect(scanOf(fieldsOf(flat), {})).toBe(token(flat));
    expect(scanOf(fieldsOf(flat), { maxValueBytes: 39 })).toBeUndefined();
    expect(scanOf(fieldsOf(flat), { maxNameBytes: 7 })).toBeUndefined();
    expect(scanOf(fieldsOf(flat), { maxLabels: 2 })).toBeUndefined();
    expect(scanOf(fieldsOf(flat), { forbiddenName: 'job' })).toBeUndefined();
    expect(scanOf(fieldsOf(['__name__', 'm', 'zone', 'a', 'job', 'x'.repeat(40)]), {})).toBeUndefined();
    expect(scanOf(fieldsOf(['__name__', 'm', 'zone', 'a', 'zone', 'a']), {})).toBeUndefined();
    expect(scanOf(fieldsOf(['job', 'x'.repeat(40), 'zone', 'a']), {})).toBeUndefined();
  });

  it('sees a name twice, also where lengths are spelt with two bytes', () => {
    const short = fieldsOf(['node', 'a']);
    // 0a size 0a n name ...: n as two bytes, and the size one more.
    const long = Buffer.from([0x0a, short[1]! + 1, 0x0a, 0x84, 0x00, ...short.subarray(4)]);
    const metric = fieldsOf(['__name__', 'm']);
    const other = fieldsOf(['node', 'b']);
    const scanWide = (fields: Uint8Array): number | undefined => scan(fields, wideScanner());
    for (let round = 0; round < 2; round++) {
      expect(scanWide(Buffer.concat([metric, long]))).toBe(token(['__name__', 'm', 'node', 'a']));
      for (const twice of [
        [long, other],
        [other, long],
        [long, long],
      ]) {
        expect(scanWide(Buffer.concat([metric, ...twice]))).toBeUndefined();
      }
    }
  });

  it.each([
    ['narrow', scannerOf],
    ['wide', wideScanner],
  ])('reads nothing outside its range, whatever the bytes: %s limits', (_, newScanner) => {
    const good = fieldsOf(['__name__', 'metric', 'job', 'some job', 'größe', 'ü']);
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(good.length * 8 - 1), fc.nat(255), (cut, bit, filler) => {
        const inner = good.slice(0, cut);
        if (bit >> 3 < cut) inner[bit >> 3]! ^= 1 << (bit & 7);
        const outer = new Uint8Array(cut + 40).fill(filler);
        outer.set(inner, 20);
        const scanner = newScanner();
        scanner.aim(outer, new DataView(outer.buffer));
        const padded = scanner.scan(20, 20 + cut) ? scanner.token : undefined;
        if (padded !== undefined) expect(scanner.end).toBeLessThanOrEqual(20 + cut);
        expect(padded).toBe(scan(inner, newScanner()));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('tokens', () => {
  it('are what they were in the first version', () => {
    // Changing these numbers moves every series to other ingesters.
    expect([seedOf('tenant'), token(['__name__', 'up', 'job', 'node']), tokenOfMetric(SEED, 'up')]).toMatchInlineSnapshot(`
      [
        1256847878,
        1678300794,
        3963357783,
      ]
    `);
  });

  it('differ between tenants and spread evenly', () => {
    const flat = (i: number): Uint8Array => Labels.fromSortedFlat(['__name__', 'm', 'pod', `pod-${i}`]).bytes();
    expect(tokenOfLabels(seedOf('a'), flat(1))).not.toBe(tokenOfLabels(seedOf('b'), flat(1)));
    const buckets = new Array<number>(16).fill(0);
    for (let i = 0; i < 16_000; i++) buckets[tokenOfLabels(SEED, flat(i)) >>> 28]!++;
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(160);
  });
});

it('label fields are written as a sender would', () => {
  const flat = ['__name__', 'm', 'long', 'x'.repeat(300), 'ä', 'ö'];
  const out = new ByteWriter();
  expect(writeLabelFields(out, Labels.fromSortedFlat(flat).bytes())).toBe(3);
  expect(out.finish()).toEqual(new Uint8Array(fieldsOf(flat)));
});
