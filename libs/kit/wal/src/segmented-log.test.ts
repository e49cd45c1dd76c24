import { chmod, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryLogFiles } from './memory-log-files.ts';
import { SegmentedLog, type SegmentedLogOptions } from './segmented-log.ts';

const DIRECTORY = '/log';

interface Read {
  type: number;
  text: string;
}

async function openLog(files: MemoryLogFiles, options: Partial<SegmentedLogOptions> = {}): Promise<SegmentedLog> {
  return SegmentedLog.open({ directory: DIRECTORY, files, ...options });
}

async function replayAll(log: SegmentedLog): Promise<Read[]> {
  const read: Read[] = [];
  await log.replay((type, payload) => read.push({ type, text: Buffer.from(payload).toString() }));
  return read;
}

async function contentsOf(files: MemoryLogFiles): Promise<string[]> {
  return (await replayAll(await openLog(files))).map((record) => record.text);
}

const bytesOf = (text: string): Uint8Array[] => [Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))];

/** A schedule that runs only when the test says so. */
class ManualClock {
  readonly #due: (() => void)[] = [];
  readonly schedule = (_delayMs: number, run: () => void): (() => void) => {
    this.#due.push(run);
    return () => {
      const index = this.#due.indexOf(run);
      if (index >= 0) this.#due.splice(index, 1);
    };
  };
  get waiting(): number {
    return this.#due.length;
  }
  fire(): void {
    for (const run of this.#due.splice(0)) run();
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('condition not met in time');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('SegmentedLog', () => {
  it('gives back what was appended, in order, after the end of the process', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files);
    await log.replay(() => undefined);
    for (let i = 0; i < 100; i++) log.append(1 + (i % 3), bytesOf(`record ${i}`));
    await log.durable(log.lastLsn);
    expect(files.syncs).toBe(1);
    const again = await openLog(files.afterPowerLoss());
    const read = await replayAll(again);
    expect(read).toEqual(Array.from({ length: 100 }, (_, i) => ({ type: 1 + (i % 3), text: `record ${i}` })));
    expect(again.lastLsn).toBe(100);
  });

  it('goes on behind the records of earlier processes', async () => {
    let files = new MemoryLogFiles();
    for (let run = 0; run < 4; run++) {
      const log = await openLog(files, { segmentSizeBytes: 100 });
      expect((await replayAll(log)).length).toBe(run * 3);
      for (let i = 0; i < 3; i++) await log.durable(log.append(1, bytesOf(`run ${run}.${i}`)));
      await log.close();
      files = files.afterPowerLoss();
    }
    expect((await contentsOf(files)).at(-1)).toBe('run 3.2');
  });

  it('acknowledges under `group` only what a loss of power leaves', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files);
    await log.replay(() => undefined);
    await log.durable(log.append(1, bytesOf('safe')));
    log.append(1, bytesOf('not waited for'));
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['safe']);
    await log.close();
    await expect(async () => log.append(1, bytesOf('late'))).rejects.toThrow(/closed/);
  });

  it('syncs every record by itself under `always`', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files, { policy: { kind: 'always' } });
    await log.replay(() => undefined);
    for (let i = 0; i < 5; i++) log.append(1, bytesOf(`r${i}`));
    await log.durable(log.lastLsn);
    expect(files.syncs).toBe(5);
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  });

  it('acknowledges under `interval` after the write and syncs later', async () => {
    const files = new MemoryLogFiles();
    const clock = new ManualClock();
    const log = await openLog(files, { policy: { kind: 'interval', intervalMs: 1000 }, schedule: clock.schedule });
    await log.replay(() => undefined);
    await log.durable(log.append(1, bytesOf('one')));
    expect(log.durableLsn).toBe(0);
    expect(await contentsOf(files.afterExit())).toEqual(['one']);
    expect(await contentsOf(files.afterPowerLoss())).toEqual([]);
    clock.fire();
    await until(() => log.durableLsn === 1);
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['one']);
    await log.durable(log.append(1, bytesOf('two')));
    await log.sync();
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['one', 'two']);
    await log.close();
  });

  it('replays 40,000 records without holding the event loop', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files);
    await log.replay(() => undefined);
    for (let i = 0; i < 40_000; i++) log.append(1, [new Uint8Array(100).fill(i)]);
    await log.close();
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    count();
    const again = await openLog(files);
    const report = await again.replay(() => {
      const end = performance.now() + 0.005;
      while (performance.now() < end);
    });
    isDone = true;
    expect(report.records).toBe(40_000);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('a disk that fails', () => {
  for (const fault of ['full', 'short', 'sync', 'io'] as const) {
    it(`keeps what it could not save and saves it later (${fault})`, async () => {
      const files = new MemoryLogFiles();
      const clock = new ManualClock();
      const failures: unknown[] = [];
      const log = await openLog(files, { schedule: clock.schedule, onFailure: (cause) => failures.push(cause) });
      await log.replay(() => undefined);
      await log.durable(log.append(1, bytesOf('before')));
      if (fault === 'full') files.faults.freeBytes = 0;
      if (fault === 'short') files.faults.freeBytes = 10;
      if (fault === 'sync') files.faults.syncError = new Error('EIO');
      if (fault === 'io') files.faults.writeError = new Error('EIO');
      const lsn = log.append(1, bytesOf('first try'));
      await expect(log.durable(lsn)).rejects.toMatchObject({ status: 503, isRetryable: true });
      expect(() => log.append(1, bytesOf('refused'))).toThrow(/retry later/);
      expect(() => log.checkWritable()).toThrow(/retry later/);
      // A retry that logged nothing new must not be acknowledged either.
      await expect(log.durable(log.lastLsn)).rejects.toMatchObject({ status: 503 });
      clock.fire();
      await until(() => clock.waiting === 1);
      await expect(log.durable(lsn)).rejects.toMatchObject({ status: 503 });
      if (fault === 'sync') expect(await contentsOf(files.afterPowerLoss())).toEqual(['before']);
      Object.assign(files.faults, { freeBytes: undefined, syncError: undefined, writeError: undefined });
      clock.fire();
      await until(() => log.durableLsn === lsn);
      await log.durable(log.append(1, bytesOf('after')));
      expect(await contentsOf(files.afterPowerLoss())).toEqual(['before', 'first try', 'after']);
      expect(await contentsOf(files.afterExit())).toEqual(['before', 'first try', 'after']);
      expect(failures.at(-1)).toBeUndefined();
      expect(failures.length).toBe(3);
      await log.close();
    });
  }

  it('does not lose what `interval` had acknowledged but not synced', async () => {
    const files = new MemoryLogFiles();
    const clock = new ManualClock();
    const log = await openLog(files, { schedule: clock.schedule, policy: { kind: 'interval', intervalMs: 10 } });
    await log.replay(() => undefined);
    await log.durable(log.append(1, bytesOf('one')));
    await log.durable(log.append(1, bytesOf('two')));
    files.faults.syncError = new Error('EIO');
    clock.fire();
    await until(() => log.stats.failures === 1);
    files.faults.syncError = undefined;
    clock.fire();
    await until(() => log.durableLsn === 2);
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['one', 'two']);
    expect(await contentsOf(files.afterExit())).toEqual(['one', 'two']);
    await log.close();
  });

  it('bounds what waits for a slow disk', async () => {
    const log = await openLog(new MemoryLogFiles(), { maxPendingBytes: 1000 });
    await log.replay(() => undefined);
    log.append(1, [new Uint8Array(900)]);
    log.checkWritable();
    log.append(1, [new Uint8Array(900)]);
    expect(() => log.checkWritable()).toThrow(/behind/);
    await log.durable(log.lastLsn);
    log.checkWritable();
    expect(() => log.append(1, [new Uint8Array(70 << 20)])).toThrow(/limit/);
    await log.close();
  });
});

describe('checkpoints', () => {
  async function* records(texts: string[]): AsyncIterable<{ type: number; parts: Uint8Array[] }> {
    for (const text of texts) yield { type: 9, parts: [Buffer.from(text)] };
  }

  it('stand for the segments before them', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files, { segmentSizeBytes: 90 });
    await log.replay(() => undefined);
    for (let i = 0; i < 10; i++) await log.durable(log.append(1, bytesOf(`old ${i}`)));
    log.append(1, bytesOf('old, not awaited'));
    const segment = await log.cut();
    await log.durable(log.append(1, bytesOf('new')));
    await log.writeCheckpoint(segment - 1, records(['a', 'b']));
    await log.truncateBefore(segment);
    await log.durable(log.append(1, bytesOf('newer')));
    expect(await contentsOf(files.afterPowerLoss())).toEqual(['a', 'b', 'new', 'newer']);
    const second = await log.cut();
    await log.writeCheckpoint(second - 1, records(['c']));
    await log.truncateBefore(second);
    await log.close();
    expect(files.paths().length).toBe(1);
    const again = await openLog(files.afterPowerLoss());
    expect((await replayAll(again)).map((r) => r.text)).toEqual(['c']);
    expect(again.append(1, bytesOf('x'))).toBe(14);
  });

  it('leave the log as it was when they cannot be finished', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files);
    await log.replay(() => undefined);
    await log.durable(log.append(1, bytesOf('old')));
    const segment = await log.cut();
    files.faults.freeBytes = 3;
    await expect(log.writeCheckpoint(segment - 1, records(['a']))).rejects.toThrow(/no more bytes|ENOSPC/);
    delete files.faults.freeBytes;
    expect(await contentsOf(files.afterExit())).toEqual(['old']);
    await log.close();
  });

  it('report a missing segment', async () => {
    const files = new MemoryLogFiles();
    const log = await openLog(files, { segmentSizeBytes: 1 });
    await log.replay(() => undefined);
    for (let i = 0; i < 4; i++) await log.durable(log.append(1, bytesOf(`r${i}`)));
    await log.close();
    await files.remove('/log/00000001');
    const again = await openLog(files);
    const report = await again.replay(() => undefined);
    expect(report.records).toBe(3);
    expect(report.damages).toEqual([{ kind: 'corruption', file: '00000002', offset: 0, lostBytes: 0, lostRecords: 1 }]);
    await expect((await openLog(files)).replay(() => undefined, { onDamage: () => 'stop' })).rejects.toThrow(
      /00000002 at byte 0/,
    );
  });
});

describe('the directory', () => {
  it('is made for the owner alone, and refused as a link or when anyone may write', async () => {
    const root = await mkdtemp(join(tmpdir(), 'wal-'));
    try {
      const log = await SegmentedLog.open({ directory: join(root, 'a/b') });
      expect((await stat(join(root, 'a/b'))).mode & 0o777).toBe(0o700);
      await log.replay(() => undefined);
      await log.durable(log.append(1, bytesOf('on a real disk')));
      await log.close();
      const again = await SegmentedLog.open({ directory: join(root, 'a/b') });
      expect(await replayAll(again)).toEqual([{ type: 1, text: 'on a real disk' }]);
      expect(await again.sizeBytes()).toBeGreaterThan(64);
      await symlink(join(root, 'a'), join(root, 'link'));
      await expect(SegmentedLog.open({ directory: join(root, 'link') })).rejects.toThrow(/symbolic link/);
      await mkdir(join(root, 'open'));
      await chmod(join(root, 'open'), 0o777);
      await expect(SegmentedLog.open({ directory: join(root, 'open') })).rejects.toThrow(/written by anyone/);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
