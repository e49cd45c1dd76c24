import { setTimeout as delay } from 'node:timers/promises';
import { TelamonError } from '@telamon/model';
import { afterEach, describe, expect, it } from 'vitest';
import type { JobHostHandlers } from './pool-worker.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function pool(options: Partial<WorkerPoolOptions> = {}): WorkerPool {
  const entry = new URL('./pool-entry.fixture.ts', import.meta.url);
  const made = new WorkerPool({ entry, size: 1, name: 'test', restartDelayMs: 1, ...options });
  pools.push(made);
  return made;
}

async function eventually(condition: () => boolean): Promise<void> {
  const endMs = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error('condition not met in time');
    await delay(5);
  }
}

describe('WorkerPool', () => {
  it('runs jobs from sources, many at once', async () => {
    const p = pool({ size: 2, workerData: { limit: 5n } });
    expect(p.stats.workers).toBe(0);
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => p.run('echo', { i, map: new Map([[i, 1n]]) })));
    expect(results[49]).toEqual({ i: 49, map: new Map([[49, 1n]]) });
    expect(await p.run('data', null)).toEqual({ limit: 5n });
    expect(p.stats).toEqual({ workers: 2, running: 0, queued: 0, finished: 51, crashes: 0 });
  });

  it('gives errors back as what they were', async () => {
    const p = pool();
    const operational = await p.run('fail', 'operational').catch((error: unknown) => error);
    expect(operational).toBeInstanceOf(TelamonError);
    expect(operational).toMatchObject({ message: 'as told', status: 422, id: 'err-x', isRetryable: false });
    const bug = await p.run('fail', 'bug').catch((error: unknown) => error);
    expect(bug).not.toBeInstanceOf(TelamonError);
    expect((bug as Error).stack).toContain('pool-entry.fixture');
    await expect(p.run('no-such-kind', null)).rejects.toThrow('no handler for jobs of kind no-such-kind');
    await expect(p.run('constructor', null)).rejects.toThrow('no handler');
    await expect(p.run('unclonable', null)).rejects.toThrow('could not be cloned');
    await expect(p.run('echo', () => {})).rejects.toThrow('could not be cloned');
    expect(p.stats).toMatchObject({ running: 0, crashes: 0 });
  });

  it('stops a loop that never yields, by signal and by deadline', async () => {
    const p = pool();
    const abort = new AbortController();
    const spinning = p.run('spin', null, { signal: abort.signal });
    await eventually(() => p.stats.running === 1);
    abort.abort(new TelamonError('enough', { status: 499 }));
    await expect(spinning).rejects.toThrow('enough');
    await eventually(() => p.stats.running === 0);
    await expect(p.run('spin', null, { deadlineMs: 50 })).rejects.toMatchObject({ status: 504 });
    await eventually(() => p.stats.running === 0);
    const waiting = p.run('wait', null, { signal: AbortSignal.timeout(50) });
    await expect(waiting).rejects.toThrow();
    await expect(p.run('echo', 1, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
    expect(await p.run('echo', 'alive')).toBe('alive');
    expect(p.stats.crashes).toBe(0);
  });

  it('kills a worker that ignores cancellation, and replaces it', async () => {
    const p = pool({ cancelGraceMs: 50 });
    const deaf = p.run('deaf', null, { deadlineMs: 300 });
    await expect(deaf).rejects.toMatchObject({ status: 504 });
    expect(await p.run('echo', 'alive')).toBe('alive');
    expect(p.stats.crashes).toBe(1);
  });

  it.each(['exit', 'crash'])('fails jobs with a retryable error when the worker dies (%s), and goes on', async (kind) => {
    const errors: string[] = [];
    const p = pool({ onCrash: (error) => errors.push(error.message) });
    expect(await p.run('echo', 1)).toBe(1);
    const bystander = p.run('wait', null);
    bystander.catch(() => {});
    await expect(p.run(kind, null)).rejects.toMatchObject({ isRetryable: true, status: 503 });
    await expect(bystander).rejects.toMatchObject({ isRetryable: true });
    expect(await p.run('echo', 2)).toBe(2);
    expect(errors).toHaveLength(1);
  });

  it('survives a worker that runs out of heap', async () => {
    const p = pool({ resourceLimits: { maxOldGenerationSizeMb: 32 } });
    await expect(p.run('hoard', null)).rejects.toThrow(/died: .*memory/);
    expect(await p.run('echo', 'alive')).toBe('alive');
  });

  it('refuses waiting jobs when workers cannot start', async () => {
    const p = pool({ entry: new URL('./no-such-entry.ts', import.meta.url) });
    const jobs = await Promise.allSettled(Array.from({ length: 30 }, () => p.run('echo', 1)));
    expect(jobs.every((job) => job.status === 'rejected' && (job.reason as TelamonError).isRetryable)).toBe(true);
  });

  it('takes turns between keys and bounds what waits', async () => {
    const p = pool({ maxJobsPerWorker: 1, maxQueuedPerKey: 3 });
    const abort = new AbortController();
    const blocker = p.run('wait', null, { signal: abort.signal });
    blocker.catch(() => {});
    await eventually(() => p.stats.running === 1);
    const order: string[] = [];
    const run = async (key: string, name: string): Promise<void> => {
      await p.run('echo', name, { key });
      order.push(name);
    };
    const jobs = [run('a', 'a1'), run('a', 'a2'), run('a', 'a3'), run('b', 'b1')];
    await expect(p.run('echo', 'a4', { key: 'a' })).rejects.toMatchObject({
      status: 429,
      message: 'too many outstanding requests',
    });
    const gone = p.run('echo', 'b2', { key: 'b', deadlineMs: 10 });
    await expect(gone).rejects.toMatchObject({ status: 504 });
    expect(p.stats.queued).toBe(4);
    abort.abort();
    await Promise.all(jobs);
    expect(order).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('interleaves jobs of one worker at their yields', async () => {
    const p = pool();
    const long = p.run('slices', 500);
    await eventually(() => p.stats.running === 1);
    expect(await p.run('echo', 'quick')).toBe('quick');
    expect(p.stats.running).toBe(1);
    expect(await long).toBe('done');
  });

  it('kills a job at its memory limit and names it', async () => {
    const p = pool();
    let peakBytes = 0;
    const limit = { memoryLimitBytes: 1000, memoryLimitName: '--querier.max-memory' };
    expect(await p.run('charge', 1000, { ...limit, onPeakBytes: (bytes) => (peakBytes = bytes) })).toBe(510);
    expect(peakBytes).toBe(1000);
    await expect(p.run('charge', 1001, limit)).rejects.toMatchObject({
      status: 422,
      message: expect.stringMatching(/1001 bytes .* limit is 1000 \(--querier\.max-memory\)/),
    });
    expect(await p.run('charge', 2000)).toBe(1010);
  });

  it('moves buffers instead of copying them', async () => {
    const p = pool();
    const bytes = new Uint8Array(1 << 20).fill(7);
    const back = await p.run<Uint8Array, Uint8Array>('move', bytes, { transfer: [bytes.buffer] });
    expect(bytes.length).toBe(0);
    expect([back.length, back[5]]).toEqual([1 << 20, 7]);
  });

  it('ends idle workers and starts them again', async () => {
    const p = pool({ idleTimeoutMs: 30 });
    await p.run('echo', 1);
    await eventually(() => p.stats.workers === 0);
    expect(await p.run('echo', 2)).toBe(2);
    expect(p.stats.crashes).toBe(0);
  });

  it('closes: waiting jobs are refused, running ones drained', async () => {
    const p = pool({ maxJobsPerWorker: 1 });
    const running = p.run('slices', 200);
    await eventually(() => p.stats.running === 1);
    const waiting = p.run('echo', 1);
    waiting.catch(() => {});
    const closed = p.close(5000);
    await expect(waiting).rejects.toMatchObject({ status: 503 });
    expect(await running).toBe('done');
    await closed;
    await expect(p.run('echo', 1)).rejects.toThrow('is closed');
  });
});

describe('calls from a job to its host', () => {
  it('answer, fail, and end with the job', async () => {
    const p = pool();
    let wasAborted = false;
    const host: JobHostHandlers = {
      call: async (kind, request, signal) => {
        if (request === 'hang') {
          signal.addEventListener('abort', () => {
            wasAborted = true;
          });
          await new Promise(() => {});
        }
        if (request === 'fail') throw new TelamonError('no', { status: 429 });
        return [kind, request];
      },
    };
    expect(await p.run('ask', 'x', { host })).toEqual(['question', 'x']);
    await expect(p.run('ask', 'fail', { host })).rejects.toMatchObject({ status: 429 });
    await expect(p.run('ask', 'x')).rejects.toThrow('no handler for calls');
    await expect(p.run('ask', 'hang', { host, deadlineMs: 100 })).rejects.toMatchObject({ status: 504 });
    await eventually(() => wasAborted && p.stats.running === 0);
  });

  it('stream bytes with back-pressure', async () => {
    const p = pool();
    let produced = 0;
    const host: JobHostHandlers = {
      async *stream() {
        for (let i = 0; i < 1000; i++) {
          produced++;
          yield new Uint8Array(100).fill(1);
        }
      },
      call: async () => await new Promise(() => {}),
    };
    expect(await p.run('sum', {}, { host })).toBe(100_000);
    produced = 0;
    expect(await p.run('sum', { windowBytes: 250 }, { host })).toBe(100_000);
    produced = 0;
    const abort = new AbortController();
    const held = p.run('hold', null, { host, signal: abort.signal });
    held.catch(() => {});
    let seen = -1;
    let quietRounds = 0;
    await eventually(() => {
      quietRounds = produced === seen && produced >= 10 ? quietRounds + 1 : 0;
      seen = produced;
      return quietRounds === 10;
    });
    // A window of ten chunks, one consumed, one in hand.
    expect(produced).toBeLessThanOrEqual(13);
    abort.abort();
    await eventually(() => p.stats.running === 0);
  });

  it('stream what belongs to others without taking it away', async () => {
    const p = pool();
    const cached = Buffer.from('pooled bytes of a cache');
    const view = new Uint8Array(1000).fill(1).subarray(10, 20);
    const host: JobHostHandlers = {
      async *stream() {
        yield cached;
        yield view;
      },
    };
    expect(await p.run('sum', {}, { host })).toBe(cached.reduce((a, b) => a + b, 10));
    expect(cached.toString()).toBe('pooled bytes of a cache');
    expect(view.length).toBe(10);
  });

  it('end the producer when the job stops reading or fails', async () => {
    const p = pool();
    const events: string[] = [];
    const host: JobHostHandlers = {
      async *stream(_kind, request, signal) {
        signal.addEventListener('abort', () => events.push('aborted'));
        try {
          for (;;) {
            yield new Uint8Array([1]);
            if ((request as { isBroken?: boolean }).isBroken) throw new TelamonError('lost', { status: 503 });
          }
        } finally {
          events.push('returned');
        }
      },
    };
    expect(await p.run('sum', { take: 3, windowBytes: 10 }, { host })).toBe(3);
    await eventually(() => events.length === 2);
    await expect(p.run('sum', { isBroken: true }, { host })).rejects.toMatchObject({ status: 503 });
    await expect(p.run('sum', {})).rejects.toThrow('no handler for streams');
  });
});
