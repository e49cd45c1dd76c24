import { describe, expect, it } from 'vitest';
import { ServiceScope, type Timers } from './service-scope.ts';

/** Timers that fire when told, and settle the microtasks between. */
class ManualTimers implements Timers {
  readonly delays: number[] = [];
  #pending: (() => void)[] = [];

  setTimer(callback: () => void, delayMs: number): () => void {
    this.delays.push(delayMs);
    this.#pending.push(callback);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== callback);
    };
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  async fire(): Promise<void> {
    for (const callback of this.#pending.splice(0)) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function setUp(): { timers: ManualTimers; errors: unknown[]; scope: ServiceScope } {
  const timers = new ManualTimers();
  const errors: unknown[] = [];
  return { timers, errors, scope: new ServiceScope({ timers, onError: (error) => errors.push(error) }) };
}

describe('ServiceScope', () => {
  it('repeats a task, and arms the next turn only when the last has ended', async () => {
    const { timers, scope } = setUp();
    let runs = 0;
    let finish = (): void => {};
    scope.every(100, () => {
      runs++;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await timers.fire();
    expect([runs, timers.pendingCount]).toEqual([1, 0]);
    finish();
    await timers.fire();
    await timers.fire();
    expect(runs).toBe(2);
    finish();
    await scope.close();
    expect(timers.pendingCount).toBe(0);
  });

  it('goes on after an error', async () => {
    const { timers, errors, scope } = setUp();
    scope.every(100, () => {
      throw new Error('x');
    });
    await timers.fire();
    await timers.fire();
    expect(errors).toHaveLength(2);
    await scope.close();
  });

  it('adds jitter and rejects a senseless interval', () => {
    const { timers, scope } = setUp();
    scope.every(100, () => {}, { jitter: 0.2, random: () => 0.5 });
    expect(timers.delays).toEqual([110]);
    expect(() => scope.every(0, () => {})).toThrow('interval');
  });

  it('waits for the running task on close, then cleans up last first', async () => {
    const { scope } = setUp();
    const events: string[] = [];
    scope.defer(() => void events.push('first'));
    scope.defer(() => void events.push('second'));
    scope.every(
      100,
      (signal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(void events.push('task')))),
      { isImmediate: true },
    );
    await scope.close();
    expect(events).toEqual(['task', 'second', 'first']);
    scope.defer(() => void events.push('late'));
    await scope.close();
    expect(events.at(-1)).toBe('late');
  });

  it('stops a task that is cancelled', async () => {
    const { timers, scope } = setUp();
    let runs = 0;
    const cancel = scope.every(100, () => void runs++);
    await timers.fire();
    cancel();
    await timers.fire();
    expect(runs).toBe(1);
  });
});
