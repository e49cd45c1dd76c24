import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Labels } from '@telamon/model';
import { TimeSlice } from '@telamon/telemetry';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChunkSpill } from './chunk-spill.ts';
import { HeadState } from './head-state.ts';

let root: string;
let spill: ChunkSpill;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'order-'));
  spill = await ChunkSpill.open(root);
});
afterAll(async () => {
  await spill.close();
  await rm(root, { recursive: true });
});

const labelsOf = (id: number): Labels =>
  Labels.fromRecord({
    __name__: `m${(id * 7919) % 13}`,
    id: String((id * 104_729) % 99_991),
    ...(id % 3 === 0 ? { a: 'x' } : {}),
  });

class Subject {
  readonly state: HeadState = new HeadState({ rangeMs: 7_200_000, spill, hashSeed: 1 });
  readonly labels: Map<number, Labels> = new Map();
  #next = 0;

  add(count: number): void {
    for (let i = 0; i < count; i++) {
      const labels = labelsOf(this.#next++);
      this.labels.set(this.state.create(labels), labels);
    }
  }

  /** Removes every `nth` series; their refs are used again. */
  remove(nth: number): void {
    const gone = [...this.labels.keys()].filter((ref) => ref % nth === 0);
    for (const ref of gone) {
      this.state.kill(ref);
      this.labels.delete(ref);
    }
    this.state.postings.pruneAll((ref) => this.state.rows.isLive(ref));
    this.state.rows.free(gone);
  }

  async arranged(refs: Uint32Array = this.state.postings.all()): Promise<string[]> {
    const found = await this.state.order.arrange(refs, new TimeSlice(1000));
    expect([...found].sort((a, b) => a - b)).toEqual([...refs]);
    return [...found].map((ref) => this.labels.get(ref)!.toString());
  }

  sorted(refs: Iterable<number> = this.labels.keys()): string[] {
    const labels = [...refs].map((ref) => this.labels.get(ref)!);
    return labels.sort((a, b) => a.compare(b)).map(String);
  }
}

describe('LabelOrder', () => {
  it('gives few series in order at once, and many when they are ranked', async () => {
    const subject = new Subject();
    subject.add(900);
    expect(await subject.arranged()).toEqual(subject.sorted());
    subject.add(4000);
    await subject.arranged();
    await subject.state.order.settled;
    expect(await subject.arranged()).toEqual(subject.sorted());
    subject.add(1000);
    expect(await subject.arranged()).toEqual(subject.sorted());
    const few = Uint32Array.of(3, 17, 500, 4444, 5555);
    expect(await subject.arranged(few)).toEqual(subject.sorted(few));
    expect(await subject.arranged(new Uint32Array(0))).toEqual([]);
  });

  it('forgets what it knew of a ref that another series has now', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ add: fc.integer({ min: 0, max: 3000 }), nth: fc.integer({ min: 2, max: 9 }) })),
        async (steps) => {
          const subject = new Subject();
          for (const { add, nth } of steps) {
            subject.add(add);
            await subject.arranged();
            subject.remove(nth);
            await subject.arranged();
            await subject.state.order.settled;
            await subject.arranged();
            await subject.state.order.settled;
            expect(await subject.arranged()).toEqual(subject.sorted());
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
