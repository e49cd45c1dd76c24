import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createService, type ServicePhases } from './create-service.ts';
import { FailureWatcher, type ServiceFailure } from './failure-watcher.ts';
import { type Service, ServiceFailedError, type ServiceState } from './service.ts';

function statesOf(service: Service): ServiceState[] {
  const states: ServiceState[] = [service.state];
  service.onTransition((_from, to) => states.push(to));
  return states;
}

describe('createService', () => {
  it('goes through all states and calls each phase once', async () => {
    const calls: string[] = [];
    const service = createService({
      name: 'a',
      start: () => void calls.push('start'),
      run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(void calls.push('run ended')))),
      stop: (reason) => void calls.push(`stop ${reason}`),
    });
    const states = statesOf(service);
    service.start();
    await service.untilRunning();
    service.stop();
    service.stop();
    await service.untilTerminated();
    expect(states).toEqual(['new', 'starting', 'running', 'stopping', 'terminated']);
    expect(calls).toEqual(['start', 'run ended', 'stop undefined']);
  });

  it('terminates without any phase when stopped while new', async () => {
    const service = createService({ name: 'a', start: () => expect.unreachable(), stop: () => expect.unreachable() });
    service.stop();
    expect(service.state).toBe('terminated');
    await expect(service.untilTerminated()).resolves.toBeUndefined();
    await expect(service.untilRunning()).rejects.toThrow(ServiceFailedError);
    expect(() => service.start()).toThrow("service a can't start: it is terminated");
  });

  it('skips run when stopped while starting', async () => {
    const calls: string[] = [];
    let finishStart = (): void => {};
    const service = createService({
      name: 'a',
      start: () =>
        new Promise<void>((resolve) => {
          finishStart = resolve;
        }),
      run: () => void calls.push('run'),
      stop: () => void calls.push('stop'),
    });
    const states = statesOf(service);
    service.start();
    service.stop();
    finishStart();
    await service.untilTerminated();
    expect(calls).toEqual(['stop']);
    expect(states).toEqual(['new', 'starting', 'stopping', 'terminated']);
  });

  it('fails without stop when start throws', async () => {
    const service = createService({
      name: 'a',
      start: () => Promise.reject(new Error('no disk')),
      stop: () => expect.unreachable(),
    });
    service.start();
    await expect(service.untilRunning()).rejects.toThrow('service a is failed: no disk');
    expect(service.state).toBe('failed');
    expect(service.failure).toEqual(new Error('no disk'));
  });

  it('terminates without stop when start gives up because a stop was asked for', async () => {
    const service = createService({
      name: 'a',
      start: (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      stop: () => expect.unreachable(),
    });
    const states = statesOf(service);
    service.start();
    service.stop();
    await service.untilTerminated();
    expect(states).toEqual(['new', 'starting', 'stopping', 'terminated']);
  });

  it('hands what run threw to stop and ends failed', async () => {
    let reason: unknown;
    const service = createService({
      name: 'a',
      run: () => Promise.reject(new Error('boom')),
      stop: (why) => {
        reason = why;
      },
    });
    service.start();
    await expect(service.untilTerminated()).rejects.toThrow('boom');
    expect(reason).toEqual(new Error('boom'));
  });

  it('keeps the first failure when stop fails too', async () => {
    const service = createService({
      name: 'a',
      run: () => Promise.reject(new Error('first')),
      stop: () => Promise.reject(new Error('second')),
    });
    service.start();
    await expect(service.untilTerminated()).rejects.toThrow('first');
    expect(service.failure).toEqual(new Error('first'));
  });

  it('fails when only stop throws', async () => {
    const service = createService({ name: 'a', stop: () => Promise.reject(new Error('late')) });
    service.start();
    await service.untilRunning();
    service.stop();
    await expect(service.untilTerminated()).rejects.toThrow('late');
  });

  it("takes the signal's own reason as an orderly end of run", async () => {
    const service = createService({
      name: 'a',
      run: (signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    service.start();
    await service.untilRunning();
    service.stop();
    await service.untilTerminated();
  });

  it('ends by itself when run returns', async () => {
    const service = createService({ name: 'a', run: () => {} });
    service.start();
    await service.untilTerminated();
  });

  it('gives up waiting when the signal of the wait aborts', async () => {
    const service = createService({ name: 'a' });
    await expect(service.untilRunning(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    const later = new AbortController();
    const waiting = service.untilRunning(later.signal);
    later.abort(new Error('too long'));
    await expect(waiting).rejects.toThrow('too long');
  });

  it('fails when a repeated task throws, unless told otherwise', async () => {
    const task = (phases: Partial<ServicePhases>): Service =>
      createService({
        name: 'a',
        start: (_signal, scope) =>
          void scope.every(
            1000,
            () => {
              throw new Error('tick');
            },
            { isImmediate: true },
          ),
        ...phases,
      });
    const strict = task({});
    strict.start();
    await expect(strict.untilTerminated()).rejects.toThrow('tick');
    const errors: unknown[] = [];
    const lenient = task({ onTaskError: (error) => errors.push(error) });
    lenient.start();
    await lenient.untilRunning();
    lenient.stop();
    await lenient.untilTerminated();
    expect(errors).toEqual([new Error('tick')]);
  });

  it('never overlaps phases nor repeats one, whatever fails or is asked when', async () => {
    const phase = fc.record({ turns: fc.nat(3), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(phase, phase, phase, fc.nat(8), async (start, run, stop, stopAfterTurns) => {
        const seen: string[] = [];
        let active = 0;
        const live =
          (name: string, { turns, fails }: { turns: number; fails: boolean }) =>
          async (): Promise<void> => {
            seen.push(name);
            active++;
            expect(active).toBe(1);
            for (let i = 0; i < turns; i++) await Promise.resolve();
            active--;
            if (fails) throw new Error(name);
          };
        const service = createService({
          name: 'p',
          start: live('start', start),
          run: live('run', run),
          stop: live('stop', stop),
        });
        const states = statesOf(service);
        service.start();
        for (let i = 0; i < stopAfterTurns; i++) await Promise.resolve();
        service.stop();
        await service.untilTerminated().catch(() => {});
        expect([['start'], ['start', 'stop'], ['start', 'run', 'stop']]).toContainEqual(seen);
        const anyFailed = seen.some((name) => ({ start, run, stop })[name]!.fails);
        expect(states.at(-1)).toBe(anyFailed ? 'failed' : 'terminated');
      }),
    );
  });
});

describe('FailureWatcher', () => {
  it('tells of failures, also earlier ones, and not after close', async () => {
    const told: ServiceFailure[] = [];
    const watcher = new FailureWatcher((failure) => told.push(failure));
    const failing = (name: string): Service => createService({ name, start: () => Promise.reject(new Error(name)) });
    const [early, late, closed] = [failing('early'), failing('late'), failing('closed')];
    early.start();
    await early.untilTerminated().catch(() => {});
    watcher.watch(early);
    watcher.watch(late);
    late.start();
    await late.untilTerminated().catch(() => {});
    watcher.watch(closed);
    watcher.close();
    closed.start();
    await closed.untilTerminated().catch(() => {});
    expect(told.map(({ service }) => service)).toEqual(['early', 'late']);
  });
});
