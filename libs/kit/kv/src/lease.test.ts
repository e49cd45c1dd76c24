import { FakeClock } from '@telamon/telemetry';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InProcessKv } from './in-process-kv.ts';
import { KvUnavailableError } from './kv-errors.ts';
import { Lease } from './lease.ts';

const KEY = 'lease.compactor.t1';

function contender(kv: InProcessKv, clock: FakeClock, holder: string, durationMs: number = 10_000): Lease {
  return new Lease({ kv, key: KEY, holder, durationMs, clock });
}

describe('Lease', () => {
  it('has one holder, who keeps it by renewing', async () => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    const [a, b] = [contender(kv, clock, 'a'), contender(kv, clock, 'b')];
    expect(await a.acquire()).toBe(true);
    for (let i = 0; i < 20; i++) {
      expect(await b.acquire()).toBe(false);
      expect(b.current?.holder).toBe('a');
      await clock.advance(4_000);
      expect(await a.renew()).toBe(true);
      expect(a.isHeld).toBe(true);
    }
  });

  it('is given up at once by release', async () => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    const [a, b] = [contender(kv, clock, 'a'), contender(kv, clock, 'b')];
    await a.acquire();
    await a.release();
    expect(a.isHeld).toBe(false);
    expect(await b.acquire()).toBe(true);
    await a.release();
    expect(await a.renew()).toBe(false);
    expect((await kv.get(KEY)) !== undefined).toBe(true);
  });

  it('is taken over only after a whole duration of silence, and the old holder knows before', async () => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    const [a, b] = [contender(kv, clock, 'a'), contender(kv, clock, 'b')];
    await a.acquire();
    expect(await b.acquire()).toBe(false);
    await clock.advance(9_001);
    expect(a.isHeld).toBe(false);
    expect(await b.acquire()).toBe(false);
    await clock.advance(999);
    expect(await b.acquire()).toBe(true);
    expect(await a.renew()).toBe(false);
    expect(await a.acquire()).toBe(false);
  });

  it('keeps to the longer duration of the two', async () => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    const [a, b] = [contender(kv, clock, 'a', 60_000), contender(kv, clock, 'b', 1_000)];
    await a.acquire();
    await b.acquire();
    await clock.advance(59_999);
    expect(await b.acquire()).toBe(false);
    await clock.advance(1);
    expect(await b.acquire()).toBe(true);
  });

  it('is held until its time is over while the store is away, and renewed after an unanswered renewal', async () => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    const flaky = kv.another();
    let isAnswerLost = false;
    const update = flaky.update.bind(flaky);
    flaky.update = async (...args) => {
      const revision = await update(...args);
      if (isAnswerLost) throw new KvUnavailableError('no answer');
      return revision;
    };
    const a = contender(flaky, clock, 'a');
    await a.acquire();
    isAnswerLost = true;
    await clock.advance(5_000);
    await expect(a.renew()).rejects.toThrow('no answer');
    expect(a.remainingMs).toBe(4_000);
    isAnswerLost = false;
    await clock.advance(3_000);
    expect(await a.renew()).toBe(true);
    expect(a.remainingMs).toBe(9_000);
  });

  it.each(['', 'garbage', '{}', 'null', '{"holder":1,"token":"x"}'])('takes over %j after a duration', async (text) => {
    const [kv, clock] = [new InProcessKv(), new FakeClock()];
    await kv.put(KEY, new TextEncoder().encode(text));
    const a = contender(kv, clock, 'a');
    expect(await a.acquire()).toBe(false);
    await clock.advance(10_000);
    expect(await a.acquire()).toBe(true);
  });

  it('never has two holders, whatever the order of steps', async () => {
    const step = fc.record({ who: fc.nat(2), what: fc.constantFrom('acquire', 'renew', 'release'), waitMs: fc.nat(6_000) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const [kv, clock] = [new InProcessKv(), new FakeClock()];
        const leases = ['a', 'b', 'c'].map((holder) => contender(kv, clock, holder));
        for (const { who, what, waitMs } of steps) {
          await leases[who]![what as 'acquire' | 'renew' | 'release']();
          expect(leases.filter((lease) => lease.isHeld).length).toBeLessThanOrEqual(1);
          await clock.advance(waitMs);
          expect(leases.filter((lease) => lease.isHeld).length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
