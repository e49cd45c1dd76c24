import { ByteWriter } from '@telamon/bytes';
import { Labels } from '@telamon/model';
import { WriteRequestCursor } from '@telamon/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLabelRanges, fieldsSpellLabels } from './label-bytes.ts';

const text = fc.oneof(
  fc.constantFrom('a', 'ab', 'b', 'é', '\u{1f600}', '\ue000', 'x'.repeat(127), 'y'.repeat(300)),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const labels = fc
  .dictionary(text, text, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
  .map((record) => Labels.fromRecord(record));
const viewed = (bytes: Uint8Array) => ({ bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) });

/** A series field whose message holds the label fields and, behind them, `rest`. */
function message(pairs: Iterable<readonly [string, string]>, rest: Uint8Array): Uint8Array {
  const body = new ByteWriter(64);
  for (const [name, value] of pairs)
    body.u8(0x0a).uvarintBytes(new ByteWriter(64).u8(0x0a).uvarintString(name).u8(0x12).uvarintString(value).finish());
  return new ByteWriter(64).u8(0x0a).uvarintBytes(body.bytes(rest).finish()).finish();
}

const NOTHING_YET = { run: 0, runAt: 0, secondAt: 0, labelsEnd: 0, labelCount: 0 };

function spells(sent: Uint8Array, canonical: Uint8Array): boolean {
  const cursor = new WriteRequestCursor(sent);
  const fields = { ...viewed(sent), from: fieldsAt(sent), limit: sent.length, ...NOTHING_YET };
  const isSo = fieldsSpellLabels(fields, viewed(canonical), 0, canonical.length);
  // Where they end the cursor goes on as if it had read them itself.
  if (isSo && cursor.nextPlace()) {
    cursor.readSeries(fields.labelsEnd, fields.labelCount);
    const quick = [cursor.labelCount, cursor.sampleCount, cursor.rawKey(), cursor.hashLow];
    cursor.rewind();
    cursor.nextSeries();
    expect(quick).toEqual([cursor.labelCount, cursor.sampleCount, cursor.rawKey(), cursor.hashLow]);
  }
  return isSo;
}

/** Place of the first field of the series that stands first. */
function fieldsAt(sent: Uint8Array): number {
  let at = 1;
  while (sent[at]! >= 0x80) at++;
  return at + 1;
}

/** The labels' bytes behind some others. */
function range(set: Labels, start: number): { bytes: Uint8Array; start: number; end: number } {
  const bytes = Buffer.concat([new Uint8Array(start), set.bytes(), Uint8Array.of(1, 2)]);
  return { bytes, start, end: start + set.bytes().length };
}

const SAMPLE = Uint8Array.of(0x12, 2, 0x10, 1);

describe('fieldsSpellLabels', () => {
  it('accepts the usual spelling and nothing else', () => {
    fc.assert(
      fc.property(labels, labels, fc.boolean(), fc.nat(), fc.integer({ min: 1, max: 255 }), (a, b, hasSample, place, flip) => {
        const rest = hasSample ? SAMPLE : new Uint8Array(0);
        const sent = message(a, rest);
        expect(spells(sent, a.bytes())).toBe(true);
        expect(spells(sent, b.bytes())).toBe(a.equals(b));
        expect(spells(message([...a].reverse(), rest), a.bytes())).toBe(a.size === 1);
        expect(spells(message([...a, ['zz', 'z']], rest), a.bytes())).toBe(false);
        expect(spells(sent.subarray(0, sent.length - rest.length - 1), a.bytes())).toBe(false);
        const changed = a.bytes().slice();
        changed[place % changed.length]! ^= flip;
        // Sizes that now point elsewhere must neither match nor read outside; a damaged size may end in an exception-free false.
        expect(spells(sent, changed)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('sizes of label fields', () => {
  const [name, value] = ['job', 'x'].map((one) => new ByteWriter(8).uvarintString(one).finish());
  const field = (size: Uint8Array): Uint8Array => {
    const label = Buffer.concat([Uint8Array.of(0x0a), size, Uint8Array.of(0x0a), name!, Uint8Array.of(0x12), value!]);
    return new ByteWriter(64).u8(0x0a).uvarintBytes(label).finish();
  };

  it.each([
    ['the shortest', Uint8Array.of(8), true],
    ['a longer one', Uint8Array.of(0x88, 0), false],
    ['a size that is too small', Uint8Array.of(7), false],
    ['a size that is too large', Uint8Array.of(9), false],
    ['a size without an end', new Uint8Array(20).fill(0xff), false],
  ])('are spelt as usual only with %s', (_, size, isUsual) => {
    const sent = field(size);
    const fields = { ...viewed(sent), from: fieldsAt(sent), limit: sent.length, ...NOTHING_YET };
    const canonical = Buffer.concat([name!, value!]);
    expect(fieldsSpellLabels(fields, viewed(canonical), 0, canonical.length)).toBe(isUsual);
  });
});

describe('compareLabelRanges', () => {
  it('orders as Labels.compare does', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        expect(Math.sign(compareLabelRanges(range(a, 3), range(b, 0)))).toBe(Math.sign(a.compare(b)));
      }),
      { numRuns: 500 },
    );
  });
});
