import { describe, expect, it } from 'vitest';
import { createService } from './create-service.ts';
import { ModuleTable } from './module-table.ts';
import { readinessOf, renderServices } from './readiness.ts';
import type { Timers } from './service-scope.ts';

interface Context {
  readonly events: string[];
}

interface Entry {
  readonly dependsOn?: string[];
  readonly isTargetable?: boolean;
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void>;
}

function table(entries: Record<string, Entry>): ModuleTable<Context> {
  const modules = new ModuleTable<Context>();
  for (const [name, entry] of Object.entries(entries)) {
    modules.register({
      name,
      isTargetable: entry.isTargetable ?? true,
      dependsOn: entry.dependsOn ?? [],
      init: ({ events }) =>
        createService({
          name,
          start: async () => {
            await entry.start?.();
            events.push(`+${name}`);
          },
          stop: async () => {
            await entry.stop?.();
            events.push(`-${name}`);
          },
        }),
    });
  }
  return modules;
}

const CHAIN = { server: { isTargetable: false }, ingester: { dependsOn: ['server'] }, querier: { dependsOn: ['ingester'] } };

describe('ModuleTable', () => {
  it('resolves targets with what they need', () => {
    const modules = table({ ...CHAIN, compactor: { dependsOn: ['server'] } });
    expect(modules.targets()).toEqual(['all', 'compactor', 'ingester', 'querier']);
    expect(modules.resolve('querier')).toEqual(['server', 'ingester', 'querier']);
    expect(modules.resolve(' compactor, ingester')).toEqual(['server', 'ingester', 'compactor']);
    expect(modules.resolve('all')).toEqual(['server', 'ingester', 'querier', 'compactor']);
  });

  it('names what is wrong with a target or the table', () => {
    expect(() => table(CHAIN).resolve('server')).toThrow('unknown target "server"; known targets: all, ingester, querier');
    expect(() => table(CHAIN).reserve('ruler', 'not yet').resolve('querier,ruler')).toThrow(
      'target "ruler" is reserved: not yet',
    );
    expect(() => table(CHAIN).resolve(' , ')).toThrow('no target');
    expect(() => table({ a: { dependsOn: ['b'] }, b: { dependsOn: ['c'] }, c: { dependsOn: ['a'] } }).resolve('a')).toThrow(
      'a -> b -> c -> a',
    );
    expect(() => table({ a: { dependsOn: ['gone'] } }).resolve('all')).toThrow("a depends on gone, which isn't registered");
    expect(() => table({ a: {} }).register({ name: 'a', init: () => undefined })).toThrow('registered already');
  });

  it('starts dependencies first and stops them last', async () => {
    const events: string[] = [];
    const graph = await table(CHAIN).build('all', { events });
    await graph.start(1000);
    expect(graph.isReady).toBe(true);
    await expect(graph.stop(1000)).resolves.toEqual({ unfinished: [], failures: [] });
    expect(events).toEqual(['+server', '+ingester', '+querier', '-querier', '-ingester', '-server']);
  });

  it('keeps the order across a module without a service', async () => {
    const events: string[] = [];
    const modules = table({ a: {} });
    modules.register({ name: 'setup', dependsOn: ['a'], init: () => undefined });
    modules.register({
      name: 'b',
      isTargetable: true,
      dependsOn: ['setup'],
      init: () => createService({ name: 'b', start: () => void events.push('+b') }),
    });
    const graph = await modules.build('b', { events });
    await graph.start(1000);
    expect(events).toEqual(['+a', '+b']);
    await graph.stop(1000);
  });

  it('stops what has started when one cannot start', async () => {
    const events: string[] = [];
    const graph = await table({
      ...CHAIN,
      ingester: { dependsOn: ['server'], start: () => Promise.reject(new Error('no WAL')) },
    }).build('all', {
      events,
    });
    await expect(graph.start(1000)).rejects.toThrow('no WAL');
    expect(events).toEqual(['+server', '-server']);
    expect(graph.services().map(({ name, state }) => `${name} ${state}`)).toEqual([
      'server terminated',
      'ingester failed',
      'querier terminated',
    ]);
    await expect(graph.untilFailed()).resolves.toMatchObject({ service: 'ingester' });
  });

  it('gives up at the deadline and tells who has not ended', async () => {
    const timers: Timers = {
      setTimer: (callback) => {
        queueMicrotask(callback);
        return () => {};
      },
    };
    const graph = await table({ ...CHAIN, querier: { dependsOn: ['ingester'], stop: () => new Promise(() => {}) } }).build(
      'all',
      { events: [] },
    );
    await graph.start(1000);
    expect((await graph.stop(1000, timers)).unfinished).toEqual(['server', 'ingester', 'querier']);
  });

  it('answers /ready and /services', async () => {
    let letStart = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letStart = resolve;
    });
    const graph = await table({ ...CHAIN, ingester: { dependsOn: ['server'], start: () => gate } }).build('all', { events: [] });
    const started = graph.start(1000);
    while (graph.services()[1]!.state !== 'starting') await new Promise((resolve) => setImmediate(resolve));
    expect(readinessOf(graph)).toEqual({
      status: 503,
      body: 'Some services are not Running:\ningester: Starting\nquerier: New\n',
    });
    letStart();
    await started;
    expect(readinessOf(graph)).toEqual({ status: 200, body: 'ready' });
    expect(renderServices(graph.services())).toBe('ingester => Running\nquerier => Running\nserver => Running\n');
    await graph.stop(1000);
    expect(readinessOf(graph)).toEqual({ status: 503, body: 'Application is stopping\n' });
  });
});
