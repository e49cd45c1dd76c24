import { Labels } from '@telamon/model';
import { describe, expect, it } from 'vitest';
import { ExemplarRing } from './exemplar-ring.ts';

const NO_LABELS = new Uint8Array(0);

function exemplar(ref: number, timeMs: number): Parameters<ExemplarRing['append']>[0] {
  return { ref, timeMs, low: 0, high: 0, labels: NO_LABELS };
}

/** What is held of each series, by its ref or labels. */
function held(ring: ExemplarRing): Record<string, number[]> {
  const entries = ring.lists().map((list) => {
    const times = [...ring.of(list, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)].map(({ timeMs }) => timeMs);
    return [list.labels === undefined ? `${list.ref}` : Labels.fromBytes(list.labels).toString(), times] as const;
  });
  return Object.fromEntries(entries);
}

describe('ExemplarRing', () => {
  const labels = Labels.fromPairs([['job', 'a']]);

  it('keeps the newest of all, and lets go of the series whose last one went', () => {
    const ring = new ExemplarRing();
    for (let i = 1; i <= 5; i++) expect(ring.append(exemplar(i % 2, i), 3)).toBe('stored');
    expect(held(ring)).toEqual({ 1: [3, 5], 0: [4] });
    expect(ring.append(exemplar(2, 1), 1)).toBe('stored');
    expect(held(ring)).toEqual({ 2: [1] });
  });

  it('keeps those of a series that goes, and gives them to the next one with its labels', () => {
    const ring = new ExemplarRing();
    for (const timeMs of [1, 2]) ring.append(exemplar(7, timeMs), 1000);
    ring.orphan(7, labels.bytes());
    expect(held(ring)).toEqual({ '{job="a"}': [1, 2] });
    expect([...ring.all()].map(({ ref }) => ref)).toEqual([0, 0]);
    // Another series under the same number is another series, also when the ring grows.
    for (let timeMs = 1; timeMs <= 300; timeMs++) ring.append(exemplar(7, timeMs), 1000);
    expect(held(ring)['{job="a"}']).toEqual([1, 2]);
    ring.adopt(9, labels.bytes());
    expect(ring.append(exemplar(9, 1), 1000)).toBe('out-of-order');
    expect(ring.append(exemplar(9, 3), 1000)).toBe('stored');
    expect(held(ring)['9']).toEqual([1, 2, 3]);
  });

  it('makes room by those of series that are gone, too', () => {
    const ring = new ExemplarRing();
    for (const timeMs of [1, 2]) ring.append(exemplar(7, timeMs), 2);
    ring.orphan(7, labels.bytes());
    const [list] = ring.lists();
    ring.append(exemplar(8, 1), 2);
    expect(held(ring)).toEqual({ '{job="a"}': [2], 8: [1] });
    ring.append(exemplar(8, 2), 2);
    expect(held(ring)).toEqual({ 8: [1, 2] });
    // Whoever still looks at the list finds nothing in it.
    expect([...ring.of(list!, 0, 9)]).toEqual([]);
    ring.adopt(9, labels.bytes());
    expect(held(ring)).toEqual({ 8: [1, 2] });
  });
});
