import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTokens, losesTokens, type TokenRequest } from './choose-tokens.ts';
import type { Instance } from './instance.ts';
import { ownershipOf } from './ownership.ts';
import { instanceOf } from './ring.fixture.ts';

function choose(id: string, instances: readonly Instance[], extra: Partial<TokenRequest> = {}): Instance {
  const request = { id, zone: 'zone-a', isZoneAware: true, count: 512, instances, ...extra };
  return instanceOf({ id, zone: request.zone, tokens: [...chooseTokens(request)] });
}

function spread(instances: readonly Instance[]): number {
  const shares = ownershipOf(instances, true);
  return Math.max(...shares) * instances.length;
}

function allTokens(instances: readonly Instance[]): number[] {
  return instances.flatMap(({ tokens }) => [...tokens]);
}

describe('chooseTokens', () => {
  it('spreads numbered instances, whatever each of them knows of the others', () => {
    const instances = Array.from({ length: 40 }, (_, i) => choose(`ingester-${i}`, []));
    for (const size of [1, 2, 3, 7, 20, 40]) expect(spread(instances.slice(0, size))).toBeLessThan(1.05);
    expect(new Set(allTokens(instances)).size).toBe(40 * 512);
  });

  it('spreads instances with any names that join one after another', () => {
    const instances: Instance[] = [];
    for (let i = 0; i < 30; i++) {
      instances.push(choose(`pod-${'abcdefghijklmnopqrstuvwxyzABCD'[i]}x`, instances));
      expect(spread(instances)).toBeLessThan(1.05);
    }
    expect(new Set(allTokens(instances)).size).toBe(30 * 512);
  });

  it('stays spread while some leave and others join', () => {
    let instances = Array.from({ length: 12 }, (_, i) => choose(`ingester-${i}`, []));
    instances = instances.filter((_, i) => i % 5 !== 0);
    for (let i = 0; i < 4; i++) instances.push(choose(`other-${i}x`, instances));
    expect(spread(instances)).toBeLessThan(1.15);
  });

  it('gives the same numbers of all zones the same ranges, and of one zone never the same token', () => {
    const a = choose('ingester-zone-a-3', []);
    const b = choose('ingester-zone-b-3', [a], { zone: 'zone-b' });
    expect(b.tokens).toEqual(a.tokens);
    const rival = choose('store-3', [a]);
    expect(new Set(allTokens([a, rival])).size).toBe(1024);
    const plain = choose('ingester-zone-b-3', [a], { zone: 'zone-b', isZoneAware: false });
    expect(new Set(allTokens([a, plain])).size).toBe(1024);
  });

  it('never takes what is taken, and gives as many as asked for', () => {
    const others = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 20 }), { maxLength: 6 });
    fc.assert(
      fc.property(others, fc.integer({ min: 1, max: 600 }), fc.constantFrom('x', 'x-0', 'x-2'), (all, count, id) => {
        const instances = all.map((tokens, i) => instanceOf({ id: `other${i}`, zone: 'zone-a', tokens }));
        const { tokens } = choose(id, instances, { count });
        expect(tokens).toHaveLength(count);
        const taken = new Set(allTokens(instances));
        expect([...tokens].filter((token) => taken.has(token))).toEqual([]);
      }),
    );
  });

  it('does not mind its own old entry', () => {
    const old = choose('ingester-1', []);
    expect(choose('ingester-1', [old]).tokens).toEqual(old.tokens);
  });
});

describe('losesTokens', () => {
  it('lets the lower id of a zone keep a token', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((id) => instanceOf({ id, zone: id === 'c' ? 'zone-c' : 'zone-a', tokens: [1, 5, 9] }));
    const all = [a!, b!, c!];
    expect(all.map((instance) => losesTokens(instance, true, all))).toEqual([false, true, false]);
    expect(all.map((instance) => losesTokens(instance, false, all))).toEqual([false, true, true]);
  });
});

describe('ownershipOf', () => {
  it('sums to one in each zone, and splits by distance', () => {
    const half = 2 ** 31;
    const instances = [
      instanceOf({ id: 'a', zone: 'x', tokens: [0, half] }),
      instanceOf({ id: 'b', zone: 'x', tokens: [half / 2] }),
      instanceOf({ id: 'c', zone: 'y', tokens: [7] }),
      instanceOf({ id: 'd', zone: 'y', tokens: [] }),
    ];
    expect([...ownershipOf(instances, true)]).toEqual([0.75, 0.25, 1, 0]);
    expect(ownershipOf(instances, false).reduce((sum, share) => sum + share)).toBeCloseTo(1);
  });
});
