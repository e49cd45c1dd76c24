import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels } from '@telamon/model';
import { WriteRequestCursor, WriteRequestEncoder } from '@telamon/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChunkSpill } from './chunk-spill.ts';
import { HeadState } from './head-state.ts';
import { fieldsSpellLabels } from './label-bytes.ts';
import { labelRun, skipsFirst, skipsSecond, spanBytes, spanPairs } from './label-run.ts';

/** Few names and values, so that neighbours have much in common; some are not short. */
const value = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'production-eu-west-1', '10.0.0.1:8080') },
  fc.constantFrom('', 'x'.repeat(120), 'y'.repeat(127), 'z'.repeat(300)),
);
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('__name__', 'cluster', 'container', 'instance', 'job', 'method', 'namespace') },
  fc.constantFrom('n'.repeat(126), 'n'.repeat(200)),
);
const record = fc.dictionary(name, value, { minKeys: 1, maxKeys: 7, noNullPrototype: true });
const edits = fc.dictionary(name, value, { maxKeys: 2, noNullPrototype: true });
/** Labels that differ in a few pairs at most, mostly. */
const family = (minLength: number, maxLength: number): fc.Arbitrary<Labels[]> =>
  fc
    .tuple(record, fc.array(fc.oneof({ weight: 5, arbitrary: edits }, record), { minLength, maxLength }))
    .map(([base, all]) => all.map((changes) => Labels.fromRecord({ ...base, ...changes })).filter(({ size }) => size > 0));
const rangeOf = (set: Labels): { bytes: Uint8Array; start: number; end: number } => {
  const bytes = set.bytes();
  return { bytes: Buffer.concat([Uint8Array.of(9, 9), bytes, Uint8Array.of(1, 65, 1, 65)]), start: 2, end: 2 + bytes.length };
};
const bodyOf = (...sets: readonly Labels[]): Uint8Array => {
  const encoder = new WriteRequestEncoder();
  for (const set of sets) encoder.addSeries({ labels: set.flat(), samples: [{ timeMs: 1, value: 1 }] });
  return encoder.finish();
};
const runOf = (first: readonly string[], second: readonly string[]): number =>
  labelRun(rangeOf(Labels.fromPairs(pairsOf(first))), rangeOf(Labels.fromPairs(pairsOf(second))));
const pairsOf = (texts: readonly string[]): [string, string][] => texts.map((text) => [text.split('=')[0]!, text.split('=')[1]!]);

describe('labelRun', () => {
  const target = ['cluster=eu', 'instance=i', 'pod=p'];

  it.each([
    ['a value between', ['__name__=m', 'job=x', ...target], ['__name__=n', 'job=y', ...target], [2, 1], [true, true]],
    ['a pair of the first', ['__name__=m', 'image=x', ...target], ['__name__=n', ...target], [1, 2], [true, false]],
    ['a pair of the second', ['__name__=m', ...target], ['__name__=n', 'image=x', ...target], [1, 2], [false, true]],
    ['nothing but the first pair', ['__name__=m', ...target], ['__name__=n', ...target], [3, 0], [false, false]],
    ['everything', ['__name__=m', 'a=1', 'b=1'], ['__name__=m', 'a=2', 'b=2'], [0, 0], [false, false]],
    ['one alone has more than one pair', ['__name__=m'], ['__name__=m', 'a=2'], [0, 0], [false, false]],
  ] as const)('of labels that differ by %s', (_, first, second, pairs, skips) => {
    const run = runOf(first, second);
    expect([spanPairs(run, 0), spanPairs(run, 1)]).toEqual(pairs);
    expect([skipsFirst(run), skipsSecond(run)]).toEqual(skips);
    expect(spanBytes(run, 1) > 0).toBe(pairs[1] > 0);
  });

  it('lets labels be recognised behind others exactly when they are the same', () => {
    let hits = 0;
    fc.assert(
      fc.property(family(3, 3), fc.boolean(), ([before, other, sent], isIt) => {
        if (before === undefined || other === undefined || sent === undefined) return;
        const held = isIt ? sent : other;
        const body = bodyOf(before, sent);
        const cursor = new WriteRequestCursor(body);
        cursor.nextPlace();
        const bytes = { bytes: body, view: new DataView(body.buffer, body.byteOffset, body.length) };
        const plain = { run: 0, runAt: 0, secondAt: 0, labelsEnd: 0, labelCount: 0 };
        const first = { ...bytes, ...plain, from: cursor.fieldsStart, limit: cursor.messageEnd };
        const canonical = before.bytes();
        const view = new DataView(canonical.buffer, canonical.byteOffset, canonical.length);
        expect(fieldsSpellLabels(first, { bytes: canonical, view }, 0, canonical.length)).toBe(true);
        cursor.nextPlace();
        const run = first.secondAt === 0 ? 0 : labelRun(rangeOf(before), rangeOf(held));
        if (spanPairs(run, 0) + spanPairs(run, 1) > 0) hits++;
        const second = { ...bytes, ...plain, from: cursor.fieldsStart, limit: cursor.messageEnd, run, runAt: first.secondAt };
        const { bytes: own, start, end } = rangeOf(held);
        const owned = { bytes: own, view: new DataView(own.buffer, own.byteOffset, own.length) };
        expect(fieldsSpellLabels(second, owned, start, end)).toBe(sent.equals(held));
        if (sent.equals(held)) expect(second.labelCount).toBe(sent.size);
      }),
      { numRuns: 5000 },
    );
    expect(hits).toBeGreaterThan(1000);
  });
});

describe('a head state', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'run-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it('finds each series by its labels alone, whatever came before it and whoever had its place', async () => {
    const spill = await ChunkSpill.open(folder);
    // So few that whatever can be mistaken for another is.
    const small = fc.dictionary(fc.constantFrom('__name__', 'a', 'b'), fc.constantFrom('1', '2'), {
      minKeys: 1,
      noNullPrototype: true,
    });
    const sets = fc.array(
      small.map((one) => Labels.fromRecord(one)),
      { minLength: 1, maxLength: 6 },
    );
    const request = fc.record({
      sets: fc.oneof(sets, family(1, 6)),
      gone: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 4 }),
    });
    let quick = 0;
    fc.assert(
      fc.property(fc.array(request, { minLength: 2, maxLength: 12 }), fc.boolean(), (requests, isRepeated) => {
        const state = new HeadState({ rangeMs: 1000, spill, hashSeed: 7 });
        for (const { sets, gone } of isRepeated ? requests.flatMap((one) => [one, one]) : requests) {
          quick += sendTo(state, sets);
          removeFrom(state, gone);
        }
      }),
      { numRuns: 1500 },
    );
    expect(quick).toBeGreaterThan(1500);
    await spill.close();
  });

  /** Sends a request as the appender does. How many series were found without a hash. */
  function sendTo(state: HeadState, sets: readonly Labels[]): number {
    const body = bodyOf(...sets);
    const cursor = new WriteRequestCursor(body);
    let quick = 0;
    for (let i = 0; cursor.nextPlace(); i++) {
      let ref = state.findNext(cursor, body);
      if (ref !== 0) quick++;
      else {
        cursor.readSeries();
        ref = state.findBySpelling({ cursor, body });
      }
      if (ref === 0) {
        ref = state.findByLabels(sets[i]!.bytes()) || state.create(sets[i]!);
        state.addSpelling(ref, { cursor, body });
      }
      expect(state.labels(ref).toString()).toBe(sets[i]!.toString());
      expect([cursor.labelCount, cursor.sampleCount]).toEqual([sets[i]!.size, 1]);
    }
    state.endRequest();
    return quick;
  }

  /** Takes series out, after which others may have their places. */
  function removeFrom(state: HeadState, refs: readonly number[]): void {
    const living = [...new Set(refs)].filter((ref) => state.rows.isLive(ref));
    for (const ref of living) state.kill(ref);
    for (let part = 0; part < state.spellingParts; part++) state.sweepSpellings(part);
    state.rows.free(living);
  }
});
