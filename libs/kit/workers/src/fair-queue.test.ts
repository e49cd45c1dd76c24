import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

describe('FairQueue', () => {
  it('gives every key one turn in each round', () => {
    const queue = new FairQueue<string>();
    for (const entry of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(entry[0]!, entry);
    expect(queue.sizeOf('a')).toBe(3);
    const order: string[] = [];
    for (let next = queue.shift(); next; next = queue.shift()) order.push(next);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(queue.size).toBe(0);
  });

  it('keeps order within a key and loses nothing', () => {
    const operation = fc.oneof(
      fc.record({ push: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ remove: fc.nat(50) }),
      fc.constant({ shift: true }),
    );
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const queue = new FairQueue<{ key: string; n: number }>();
        const waiting: { key: string; n: number }[] = [];
        let n = 0;
        for (const op of operations) {
          if ('push' in op) {
            const entry = { key: op.push, n: n++ };
            waiting.push(entry);
            queue.push(op.push, entry);
          } else if ('remove' in op) {
            const entry = waiting[op.remove];
            if (!entry) continue;
            expect(queue.remove(entry.key, entry)).toBe(true);
            expect(queue.remove(entry.key, entry)).toBe(false);
            waiting.splice(op.remove, 1);
          } else {
            const entry = queue.shift();
            const oldest = waiting.find((w) => w.key === entry?.key);
            expect(entry).toBe(oldest);
            if (entry) waiting.splice(waiting.indexOf(entry), 1);
          }
          expect(queue.size).toBe(waiting.length);
        }
        expect(
          queue
            .drain()
            .map((e) => e.n)
            .sort(),
        ).toEqual(waiting.map((e) => e.n).sort());
      }),
    );
  });
});
