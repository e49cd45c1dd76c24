import { FakeClock } from '@telamon/telemetry';
import { expect, it } from 'vitest';
import { AttentiveClock } from './attentive-clock.ts';

it('stands still while the store is away, and passes over long sleeps', async () => {
  const clock = new FakeClock();
  let isConnected = true;
  const attentive = new AttentiveClock(clock, () => isConnected, 3000);
  const after = async (ms: number): Promise<number> => {
    const before = attentive.nowMs();
    await clock.advance(ms);
    return attentive.nowMs() - before;
  };
  attentive.nowMs();
  expect(await after(1000)).toBe(1000);
  // The process was stopped: whoever was silent meanwhile could not have been heard.
  expect(await after(300_000)).toBe(3000);
  isConnected = false;
  expect(await after(1000)).toBe(0);
  expect(await after(1000)).toBe(0);
  isConnected = true;
  expect(await after(1000)).toBe(1000);
});
