import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { type IdleCollection, IdleCollector } from './idle-collector.ts';

const MIB = 1024 * 1024;

/** A process whose memory, load and pauses a test sets; its time stands still in between. */
class FakeProcess {
  readonly collector: IdleCollector;
  readonly collections: IdleCollection[] = [];
  residentMib = 90;
  /** Where a collection brings the memory. */
  liveMib = 90;
  cpuShare = 0;
  isBusy = false;
  pauseMs = 20;
  #nowMs = 0;
  #cpuMs = 0;

  constructor() {
    const nowMs = (): number => this.#nowMs;
    this.collector = new IdleCollector({
      clock: { nowMs, monotonicMs: nowMs, setTimer: () => () => {} },
      isBusy: () => this.isBusy,
      residentBytes: () => this.residentMib * MIB,
      cpuMs: () => this.#cpuMs,
      collect: () => {
        this.#nowMs += this.pauseMs;
        this.residentMib = this.liveMib;
      },
    });
  }

  /** Lets seconds pass with a check in each; gives the number of collections since the start. */
  pass(seconds: number): number {
    for (let i = 0; i < seconds; i++) {
      this.#nowMs += 1000;
      this.#cpuMs += 1000 * this.cpuShare;
      const collection = this.collector.check();
      if (collection !== undefined) this.collections.push(collection);
    }
    return this.collections.length;
  }
}

describe('IdleCollector', () => {
  it('collects twice after a burst, each time when the process was idle for ten checks', () => {
    const fake = new FakeProcess();
    expect(fake.pass(5)).toBe(0);
    fake.residentMib = 300;
    fake.liveMib = 110;
    fake.cpuShare = 0.9;
    expect(fake.pass(10)).toBe(0);
    fake.cpuShare = 0.01;
    expect(fake.pass(9)).toBe(0);
    expect(fake.pass(1)).toBe(1);
    expect(fake.residentMib).toBe(110);
    expect(fake.pass(9)).toBe(1);
    expect(fake.pass(1)).toBe(2);
    expect(fake.pass(300)).toBe(2);
  });

  it('never collects while requests are served', () => {
    const fake = new FakeProcess();
    fake.residentMib = 500;
    fake.isBusy = true;
    expect(fake.pass(100)).toBe(0);
    fake.isBusy = false;
    expect(fake.pass(9)).toBe(0);
    fake.isBusy = true;
    expect(fake.pass(1)).toBe(0);
    fake.isBusy = false;
    expect(fake.pass(10)).toBe(1);
    fake.isBusy = true;
    expect(fake.pass(100)).toBe(1);
    fake.isBusy = false;
    expect(fake.pass(10)).toBe(2);
  });

  it('does not come back for memory that is in use, nor for little growth', () => {
    const fake = new FakeProcess();
    fake.residentMib = fake.liveMib = 400;
    expect(fake.pass(300)).toBe(2);
    fake.residentMib = 499;
    expect(fake.pass(300)).toBe(2);
    fake.residentMib = 501;
    expect(fake.pass(300)).toBe(4);
  });

  it('leaves small processes alone, and those whose size is not known', () => {
    const fake = new FakeProcess();
    fake.residentMib = 95;
    expect(fake.pass(300)).toBe(0);
    fake.residentMib = 0;
    expect(fake.pass(300)).toBe(0);
  });

  it('measures growth from the lowest level since the last collection', () => {
    const fake = new FakeProcess();
    fake.residentMib = fake.liveMib = 400;
    expect(fake.pass(60)).toBe(2);
    fake.residentMib = fake.liveMib = 150;
    expect(fake.pass(60)).toBe(2);
    fake.residentMib = 190;
    expect(fake.pass(60)).toBe(4);
  });

  it('waits 30 s between pairs of collections, longer after long ones', () => {
    const fake = new FakeProcess();
    fake.residentMib = 300;
    expect(fake.pass(22)).toBe(2);
    fake.residentMib = 300;
    expect(fake.pass(25)).toBe(2);
    fake.pauseMs = 500;
    expect(fake.pass(10)).toBe(3);
    fake.residentMib = 300;
    expect(fake.pass(90)).toBe(3);
    expect(fake.pass(15)).toBe(4);
    fake.residentMib = 300;
    expect(fake.pass(80)).toBe(4);
  });

  it('tells what it did', () => {
    const fake = new FakeProcess();
    fake.residentMib = 300;
    fake.pass(12);
    expect(fake.collections).toEqual([{ pauseMs: 20, residentBytes: 300 * MIB }]);
  });

  it('really frees what is garbage, and leaves no function behind', async () => {
    let cpuMs = 0;
    const clock = new FakeClock();
    const collector = new IdleCollector({ clock, isBusy: () => false, residentBytes: () => 1024 * MIB, cpuMs: () => cpuMs++ });
    const dead = Array.from({ length: 10 }, (_, i) => new WeakRef({ i }));
    // A reference is held strongly until the turn that made it ends.
    await new Promise<void>((resolve) => setImmediate(resolve));
    let collections = 0;
    for (let i = 0; i < 10; i++) {
      await clock.advance(1000);
      if (collector.check() !== undefined) collections++;
    }
    expect(collections).toBe(1);
    expect(dead.filter((ref) => ref.deref() !== undefined)).toEqual([]);
    expect('gc' in globalThis).toBe(false);
  });
});
