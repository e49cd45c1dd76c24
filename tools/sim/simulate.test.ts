import { describe, expect, it } from 'vitest';
import { FULL_SIZE, makeModel, viewOf } from './model.ts';
import { lostShare, placeAll } from './placement.ts';
import { simulate } from './simulate.ts';

const SMALL = { ...FULL_SIZE, seed: 7, ingesters: 18, tenants: 40, series: 1_000_000, samples: 4000, tokenCount: 64, trials: 20 };

describe('simulate', () => {
  it('meets all targets in a small cluster, the same for the same seed', async () => {
    const texts: string[] = [];
    const { findings, isMet } = await simulate(SMALL, (text) => texts.push(text));
    expect(findings.filter((finding) => !finding.isMet)).toEqual([]);
    expect(isMet).toBe(true);
    expect(texts).toHaveLength(5);
    const again = await simulate(SMALL, () => {});
    const values = (all: typeof findings): string[] =>
      all.filter(({ what }) => !what.startsWith('CPU')).map(({ value }) => value);
    expect(values(again.findings)).toEqual(values(findings));
  });

  it('sees what is lost when two zones go while series were written to them alone', async () => {
    const model = makeModel(SMALL);
    const of = (...zones: string[]): Uint8Array => Uint8Array.from(model.instances, ({ zone }) => (zones.includes(zone) ? 1 : 0));
    const down = of('zone-a');
    const written = await placeAll(model, viewOf(model.instances), (position) => down[position] === 1);
    expect(lostShare(model, written, of('zone-b'))).toBe(0);
    expect(lostShare(model, written, of('zone-b', 'zone-c'))).toBeCloseTo(1);
    const nothing = await placeAll(model, viewOf(model.instances), (position) => of('zone-a', 'zone-b')[position] === 1);
    expect(nothing.acked.some((acked) => acked === 1)).toBe(false);
  });
});
