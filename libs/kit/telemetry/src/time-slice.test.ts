import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TimeSlice } from './time-slice.ts';

let nowMs = 0;

beforeEach(() => {
  nowMs = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('TimeSlice', () => {
  it('pauses when a slice is over, for one turn of the event loop', async () => {
    const slice = new TimeSlice(10);
    expect([slice.endMs, slice.pause()]).toEqual([1010, undefined]);
    nowMs = 1009;
    expect(slice.pause()).toBeUndefined();
    nowMs = 1010;
    let hadTurn = false;
    setImmediate(() => {
      hadTurn = true;
    });
    const pause = slice.pause();
    nowMs = 1020;
    await pause;
    expect([hadTurn, slice.endMs, slice.pause()]).toEqual([true, 1030, undefined]);
  });

  it('ends the work when the signal has aborted', async () => {
    const controller = new AbortController();
    const slice = new TimeSlice(10, controller.signal);
    controller.abort(new Error('enough'));
    expect(slice.pause()).toBeUndefined();
    nowMs = 1010;
    await expect(slice.pause()).rejects.toThrow('enough');
    await expect(slice.until(Promise.resolve(1))).rejects.toThrow('enough');
    expect(() => new TimeSlice(10, controller.signal)).toThrow('enough');
  });

  it('waits for work no longer than the signal lasts', async () => {
    const controller = new AbortController();
    const slice = new TimeSlice(10, controller.signal);
    expect(await slice.until(Promise.resolve(7))).toBe(7);
    const waiting = slice.until(new Promise(() => {}));
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
