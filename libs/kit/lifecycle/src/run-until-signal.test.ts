import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createService, type ServicePhases } from './create-service.ts';
import { runUntilSignal } from './run-until-signal.ts';
import type { Service } from './service.ts';
import { ServiceGraph } from './service-graph.ts';

function graphOf(phases: Partial<ServicePhases> = {}): ServiceGraph {
  const service: Service = createService({ name: 'one', ...phases });
  return new ServiceGraph(new Map([['one', { service, dependsOn: [] }]]));
}

describe('runUntilSignal', () => {
  it('drains on SIGTERM and removes its listeners', async () => {
    const source = new EventEmitter();
    const log: string[] = [];
    const outcome = await runUntilSignal(graphOf({ stop: () => void log.push('drained') }), {
      source,
      drainTimeoutMs: () => 1000,
      onReady: () => void setImmediate(() => source.emit('SIGTERM')),
      onDrain: (why) => log.push(why),
    });
    expect(outcome).toEqual({ exitCode: 0, failures: [], unfinished: [] });
    expect(log).toEqual(['SIGTERM', 'drained']);
    expect(source.listenerCount('SIGTERM') + source.listenerCount('SIGINT')).toBe(0);
  });

  it('exits at once on a second signal', async () => {
    const source = new EventEmitter();
    let finish = (): void => {};
    let exits = 0;
    const running = runUntilSignal(
      graphOf({
        stop: () =>
          new Promise<void>((resolve) => {
            finish = resolve;
          }),
      }),
      {
        source,
        drainTimeoutMs: () => 10_000,
        onReady: () => void source.emit('SIGINT'),
        onDrain: () =>
          void setImmediate(() => {
            source.emit('SIGINT');
            finish();
          }),
        exitNow: () => void exits++,
      },
    );
    await running;
    expect(exits).toBe(1);
  });

  it('drains and tells when a service fails', async () => {
    const outcome = await runUntilSignal(graphOf({ run: () => Promise.reject(new Error('disk full')) }), {
      source: new EventEmitter(),
      drainTimeoutMs: () => 1000,
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.failures).toEqual([{ service: 'one', failure: new Error('disk full') }]);
  });

  it('tells when a service cannot start', async () => {
    const outcome = await runUntilSignal(graphOf({ start: () => Promise.reject(new Error('port')) }), {
      source: new EventEmitter(),
      drainTimeoutMs: () => 1000,
      onReady: () => expect.unreachable(),
    });
    expect(outcome.exitCode).toBe(1);
  });

  it('ends by a signal while starting', async () => {
    const source = new EventEmitter();
    const running = runUntilSignal(
      graphOf({ start: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())) }),
      {
        source,
        drainTimeoutMs: () => 1000,
        onReady: () => expect.unreachable(),
      },
    );
    source.emit('SIGTERM');
    expect((await running).exitCode).toBe(0);
  });

  it('exits with 2 when the deadline passes', async () => {
    const abort = new AbortController();
    const outcome = await runUntilSignal(graphOf({ stop: () => new Promise(() => {}) }), {
      source: new EventEmitter(),
      drainTimeoutMs: () => 5,
      signal: abort.signal,
      onReady: () => abort.abort(),
    });
    expect(outcome).toEqual({ exitCode: 2, failures: [], unfinished: ['one'] });
  });
});
