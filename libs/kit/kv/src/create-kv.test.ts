import { type LoadResult, loadConfig } from '@telamon/config';
import { createRegistry } from '@telamon/telemetry';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { createKv } from './create-kv.ts';
import { KvConflictError } from './kv-conflict-error.ts';
import { createKvMetrics } from './kv-metrics.ts';
import { NATS } from './nats-options.ts';
import { areReplicasSerial } from './nats-version.ts';

describe('createKv', () => {
  it('times calls and tells conflicts from failures', async () => {
    const registry = createRegistry();
    const kv = createKv({ store: 'inprocess', metrics: createKvMetrics(registry) });
    await kv.create('a', new Uint8Array(1));
    await expect(kv.create('a', new Uint8Array(1))).rejects.toThrow(KvConflictError);
    expect(await registry.valueOf('telamon_kv_connected')).toBe(1);
    await kv.close();
    await expect(kv.get('a')).rejects.toThrow('closed');
    const { body } = await registry.expose();
    const count = (operation: string, status: string): boolean =>
      body.includes(`telamon_kv_request_duration_seconds_count{operation="${operation}",status="${status}"} 1`);
    expect([count('create', 'ok'), count('create', 'conflict'), count('get', 'error')]).toEqual([true, true, true]);
    expect(await registry.valueOf('telamon_kv_connected')).toBe(0);
  });

  it('opens NATS without waiting for it and closes at once', async () => {
    const config = { ...NATS.defaults(), url: ['nats://127.0.0.1:1'] };
    const kv = createKv({ store: 'nats', config });
    expect(kv.isConnected).toBe(false);
    const waiting = kv.get('a', { timeoutMs: 60_000 });
    const refused = expect(waiting).rejects.toMatchObject({ id: 'kv-unavailable' });
    const cancelled = kv.get('a', { timeoutMs: 60_000, signal: AbortSignal.timeout(20) });
    await expect(cancelled).rejects.toMatchObject({ name: 'TimeoutError' });
    await kv.close();
    await refused;
  });
});

describe('options', () => {
  it('are read from flags and refused where they contradict each other', () => {
    const load = (...args: string[]): LoadResult => loadConfig({ groups: [NATS], args, env: {} });
    const result = load('--nats.url=nats://a:1,nats://b:2', '--nats.replicas=3', '--nats.timeout=2s');
    if (result.kind !== 'config') throw new Error(JSON.stringify(result));
    expect(result.config.of(NATS)).toMatchObject({
      url: ['nats://a:1', 'nats://b:2'],
      replicas: 3,
      timeoutMs: 2000,
      bucket: 'telamon',
    });
    expect(load('--nats.tls-cert-file=x')).toMatchObject({ errors: [expect.stringContaining('together')] });
    expect(load('--nats.bucket=a.b')).toMatchObject({ errors: [expect.stringContaining('nats.bucket')] });
  });
});

describe('areReplicasSerial', () => {
  it.each([
    ['2.9.10', false],
    ['2.9.20', false],
    ['1.99.99', false],
    ['2.9.21', true],
    ['2.10.0-beta.1', true],
    ['2.15.1', true],
    ['3.0.0', true],
    ['dev', true],
  ])('%s: %s', (version, expected) => {
    expect(areReplicasSerial(version)).toBe(expected);
  });
});

describe('backoffMs', () => {
  it('doubles to a limit and is never far below it', () => {
    expect(backoffMs(0, () => 0)).toBe(125);
    expect(backoffMs(3, () => 1)).toBe(2_000);
    for (const failures of [6, 60, 1e9]) expect(backoffMs(failures, () => 0)).toBe(5_000);
  });
});
