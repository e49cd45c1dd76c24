import { TelamonError } from '@telamon/model';
import { FakeClock } from '@telamon/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.ts';
import { CircuitBreakers } from './circuit-breakers.ts';

const DOWN = new TelamonError('unavailable', { status: 503 });
const ABORTED = Object.assign(new Error('aborted'), { name: 'AbortError' });

let clock: FakeClock;
let options: CircuitBreakerOptions;
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = new FakeClock();
  options = { failureShare: 0.1, minCalls: 20, windowMs: 60_000, cooldownMs: 10_000, trialCalls: 2, clock };
  breaker = new CircuitBreaker('ingester-0', options);
});

function succeed(count: number): void {
  for (let i = 0; i < count; i++) breaker.enter().succeed();
}

function fail(count: number, error: unknown = DOWN): void {
  for (let i = 0; i < count; i++) breaker.enter().fail(error);
}

describe('CircuitBreaker', () => {
  it('opens at the share of failures, not before there are enough calls', () => {
    succeed(17);
    fail(2);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
    expect(() => breaker.enter()).toThrow('circuit breaker of ingester-0 is open');
  });

  it('stays closed below the share', () => {
    for (let i = 0; i < 50; i++) {
      succeed(19);
      fail(1);
    }
    expect(breaker.isOpen).toBe(false);
  });

  it('counts neither what was refused nor what we gave up', () => {
    fail(100, new TelamonError('bad', { status: 400 }));
    fail(100, ABORTED);
    expect(breaker.isOpen).toBe(false);
    fail(12, new Error('ECONNRESET'));
    expect(breaker.isOpen).toBe(true);
  });

  it('forgets what is out of the window', async () => {
    fail(19);
    await clock.advance(60_000);
    succeed(19);
    fail(1);
    expect(breaker.isOpen).toBe(false);
    await clock.advance(30_000);
    fail(1);
    expect(breaker.isOpen).toBe(false);
    fail(1);
    expect(breaker.isOpen).toBe(true);
  });

  it('tries after the cool-down and closes when all trials are good', async () => {
    fail(20);
    await clock.advance(9_999);
    expect(() => breaker.enter()).toThrow(TelamonError);
    await clock.advance(1);
    const trials = [breaker.enter(), breaker.enter()];
    expect(() => breaker.enter()).toThrow('open');
    trials[0]!.succeed();
    expect(() => breaker.enter()).toThrow('open');
    trials[1]!.succeed();
    succeed(100);
  });

  it('opens again when a trial fails', async () => {
    fail(20);
    await clock.advance(10_000);
    breaker.enter().succeed();
    breaker.enter().fail(DOWN);
    expect(breaker.isOpen).toBe(true);
    await clock.advance(10_000);
    expect(breaker.isOpen).toBe(false);
  });

  it('lets another trial through for one that says nothing', async () => {
    fail(20);
    await clock.advance(10_000);
    breaker.enter().fail(ABORTED);
    breaker.enter().succeed();
    breaker.enter().succeed();
    succeed(10);
  });

  it('does not count late answers of an earlier time', async () => {
    const late = Array.from({ length: 30 }, () => breaker.enter());
    fail(20);
    await clock.advance(10_000);
    for (const passage of late) passage.fail(DOWN);
    succeed(2);
    expect(breaker.isOpen).toBe(false);
  });
});

describe('CircuitBreakers', () => {
  it('keeps instances apart', async () => {
    const breakers = new CircuitBreakers(options);
    for (let i = 0; i < 20; i++) await breakers.run('a', () => Promise.reject(DOWN)).catch(() => {});
    await expect(breakers.run('a', async () => 1)).rejects.toMatchObject({
      id: 'circuit-breaker-open',
      status: 503,
      isRetryable: true,
    });
    expect(await breakers.run('b', async () => 1)).toBe(1);
    expect(breakers.open()).toEqual(['a']);
    expect(breakers.isOpen('unknown')).toBe(false);
  });

  it('forgets what an instance did before it was started anew', async () => {
    const breakers = new CircuitBreakers(options);
    for (let i = 0; i < 20; i++) await breakers.run('a', () => Promise.reject(DOWN)).catch(() => {});
    expect(breakers.isOpen('a')).toBe(true);
    breakers.forget('a');
    expect(await breakers.run('a', async () => 1)).toBe(1);
  });

  it('counts deadlines, but no call that nobody wanted any more', async () => {
    const breakers = new CircuitBreakers(options);
    const abort = (reason: Error): AbortSignal => AbortSignal.abort(reason);
    for (let i = 0; i < 30; i++) await breakers.run('a', () => Promise.reject(DOWN), abort(new Error('lost'))).catch(() => {});
    expect(breakers.isOpen('a')).toBe(false);
    for (let i = 0; i < 30; i++) await breakers.run('a', () => Promise.reject(DOWN), abort(DOWN)).catch(() => {});
    expect(breakers.isOpen('a')).toBe(true);
  });
});
