import { describe, expect, it } from 'vitest';
import { isInstanceId } from './instance-codec.ts';
import { instanceIdOf, RING, type RingConfig } from './ring-options.ts';

const DEFAULTS: RingConfig = RING.defaults();

describe('RING', () => {
  it('has defaults that hold together', () => {
    expect(RING.validate(DEFAULTS)).toEqual([]);
    expect(DEFAULTS).toMatchObject({
      replicationFactor: 3,
      heartbeatPeriodMs: 5000,
      heartbeatTimeoutMs: 60_000,
      tokens: 512,
      store: 'inprocess',
    });
    expect(RING.options.map(({ flag }) => flag)).toContain('ring.zone-awareness-enabled');
  });

  it.each([
    [{ instanceId: 'a.b' }, 'instance-id'],
    [{ cluster: '' }, 'cluster'],
    [{ zone: 'a b' }, 'zone'],
    [{ heartbeatPeriodMs: 40_000 }, 'at least twice'],
  ])('refuses %j', (change, text) => {
    expect(RING.validate({ ...DEFAULTS, ...change }).join()).toContain(text);
  });

  it('makes an id of the host name', () => {
    expect(instanceIdOf({ instanceId: 'me' })).toBe('me');
    expect(isInstanceId(instanceIdOf({ instanceId: '' }))).toBe(true);
  });
});
