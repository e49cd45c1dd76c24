import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LruMap } from './lru-map.ts';
import { MinHeap } from './min-heap.ts';
import { isUlid, newUlid, parseUlid, ulidTimeMs } from './ulid.ts';

describe('MinHeap', () => {
  it('sorts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (start, more) => {
        const heap = new MinHeap<number>((a, b) => a - b, start);
        for (const item of more) heap.push(item);
        const out: number[] = [];
        while (heap.size > 0) {
          out.push(heap.pop()!);
        }
        expect(out).toEqual([...start, ...more].sort((a, b) => a - b));
      }),
    );
  });

  it('replaces the top', () => {
    const heap = new MinHeap<number>((a, b) => a - b, [1, 5, 3]);
    heap.replaceTop(4);
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([3, 4, 5, undefined]);
    expect(() => heap.replaceTop(1)).toThrow();
  });
});

describe('LruMap', () => {
  it('forgets what was used least recently', () => {
    const evicted: string[] = [];
    const map = new LruMap<string, number>({ maxCost: 2, onEvict: (key) => evicted.push(key) });
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);
    expect([...map.entries()]).toEqual([
      ['a', 1],
      ['c', 3],
    ]);
    expect(evicted).toEqual(['b']);
    expect([map.peek('b'), map.has('c'), map.delete('c'), map.delete('c'), map.size]).toEqual([undefined, true, true, false, 1]);
  });

  it('never passes its cost, and does not keep what costs more', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(10), fc.nat(30))), (steps) => {
        const map = new LruMap<number, number>({ maxCost: 20, costOf: (value) => value });
        for (const [key, value] of steps) {
          map.set(key, value);
          expect(map.cost).toBe([...map.entries()].reduce((sum, [, cost]) => sum + cost, 0));
          expect(map.cost).toBeLessThanOrEqual(20);
          expect(map.has(key)).toBe(value <= 20);
        }
      }),
    );
  });
});

describe('ULIDs', () => {
  it('have the layout of the specification', () => {
    expect(newUlid(1469918176385, new Uint8Array(10))).toBe('01ARYZ6S410000000000000000');
    expect(newUlid(2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    expect(() => newUlid(2 ** 48)).toThrow();
  });

  it('round-trip and sort by time', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.uint8Array({ minLength: 10, maxLength: 10 }), (seconds, random) => {
        const timeMs = seconds * 1000 + 7;
        const text = newUlid(timeMs, random);
        expect(isUlid(text)).toBe(true);
        expect(parseUlid(text)).toEqual({ timeMs, randomness: random });
        expect(ulidTimeMs(text.toLowerCase())).toBe(timeMs);
        expect(newUlid(timeMs + 1) > newUlid(timeMs)).toBe(true);
      }),
    );
  });

  it('are told from other names', () => {
    for (const text of [
      '',
      '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
      '01ARYZ6S41000000000000000',
      '01ARYZ6S41000000000000000U',
      'bucket-index.json.gz',
    ]) {
      expect(isUlid(text)).toBe(false);
      expect(parseUlid(text)).toBeUndefined();
    }
  });
});
