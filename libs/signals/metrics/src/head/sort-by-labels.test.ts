import { Labels } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortByLabels } from './sort-by-labels.ts';

async function sorted(all: readonly Labels[]): Promise<string[]> {
  const bytes = all.map((labels) => labels.bytes());
  const places = {
    aimAtLabels: (ref: number, range: { bytes: Uint8Array; start: number; end: number }) => {
      range.bytes = bytes[ref]!;
      range.start = 0;
      range.end = range.bytes.length;
      return range;
    },
  };
  const order = await sortByLabels(places, [...all.keys()], new TimeSlice(1));
  expect([...order].sort((a, b) => a - b)).toEqual([...all.keys()]);
  return [...order].map((ref) => all[ref]!.toString());
}

const expected = (all: readonly Labels[]): string[] => [...all].sort((a, b) => a.compare(b)).map(String);

it('sorts as comparing does', async () => {
  const name = fc.constantFrom('', 'a', 'b', 'ab', '__name__', 'é', 'Z', 'n'.repeat(200));
  const value = fc.constantFrom('', 'x', 'xy', 'y', '\u0000', '\u{1f600}', '\uffee', 'v'.repeat(300), `${'v'.repeat(300)}w`);
  const labels = fc.dictionary(name, value, { maxKeys: 5 }).map((record) => Labels.fromRecord(record));
  await fc.assert(
    fc.asyncProperty(fc.array(labels, { maxLength: 400 }), async (drawn) => {
      const distinct = [...new Map(drawn.map((each) => [each.key(), each])).values()];
      expect(await sorted(distinct)).toEqual(expected(distinct));
    }),
  );
});

it('sorts many that share much, and many that share nothing', async () => {
  const shared = Array.from({ length: 5000 }, (_, i) =>
    Labels.fromRecord({ __name__: 'm', cluster: 'c', pod: `p${(i * 7919) % 250}`, id: String((i * 104_729) % 5003) }),
  );
  const different = Array.from({ length: 5000 }, (_, i) => Labels.fromRecord({ id: String((i * 104_729) % 5003) }));
  for (const all of [shared, different]) expect(await sorted(all)).toEqual(expected(all));
});

it('puts what goes while it runs anywhere, and ends', async () => {
  const bytes = [0, 1, 2, 3].map((i) => Labels.fromRecord({ a: `${i}`.repeat(50), b: 'x' }).bytes());
  let calls = 0;
  const places = {
    aimAtLabels: (ref: number, range: { bytes: Uint8Array; start: number; end: number }) => {
      range.bytes = ++calls % 5 === 0 ? Uint8Array.of(200) : bytes[ref % 4]!;
      range.start = 0;
      range.end = range.bytes.length;
      return range;
    },
  };
  const refs = Array.from({ length: 500 }, (_, i) => i);
  const order = await sortByLabels(places, refs, new TimeSlice(1));
  expect([...order].sort((a, b) => a - b)).toEqual(refs);
});
