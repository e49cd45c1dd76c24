import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOG_LAYOUT, type ReplayReport } from './log-replay.ts';
import { MemoryLogFiles } from './memory-log-files.ts';
import { SegmentedLog } from './segmented-log.ts';

const DIRECTORY = '/log';

interface Written {
  files: MemoryLogFiles;
  records: Uint8Array[];
}

/** A log of one process; batches tell after how many records to sync. */
async function write(records: Uint8Array[], segmentSizeBytes: number): Promise<Written> {
  const files = new MemoryLogFiles();
  const log = await SegmentedLog.open({ directory: DIRECTORY, files, segmentSizeBytes });
  await log.replay(() => undefined);
  for (let i = 0; i < records.length; i++) {
    const lsn = log.append(1 + (i % 250), [records[i]!]);
    if (i % 3 === 0) await log.durable(lsn);
  }
  await log.close();
  return { files, records };
}

async function read(files: MemoryLogFiles): Promise<{ payloads: Uint8Array[]; report: ReplayReport; log: SegmentedLog }> {
  const log = await SegmentedLog.open({ directory: DIRECTORY, files });
  const payloads: Uint8Array[] = [];
  const report = await log.replay((type, payload) => payloads.push(Uint8Array.of(type, ...payload)));
  return { payloads, report, log };
}

const expected = (records: Uint8Array[]): Uint8Array[] => records.map((record, i) => Uint8Array.of(1 + (i % 250), ...record));
const arbitraryRecords = fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 12 });

/** Whether `part` is `whole` with some elements left out. */
function isSubsequence(part: Uint8Array[], whole: Uint8Array[]): boolean {
  let at = 0;
  for (const element of part) {
    while (at < whole.length && Buffer.compare(whole[at]!, element) !== 0) at++;
    if (at++ >= whole.length) return false;
  }
  return true;
}

describe('a log after a crash', () => {
  it('yields a prefix wherever the last segment is cut, goes on from there, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRecords, async (records) => {
        const { files } = await write(records, 1 << 20);
        const path = `${DIRECTORY}/00000000`;
        const whole = files.contents(path)!;
        for (let size = 0; size < whole.length; size++) {
          const cut = files.afterExit();
          cut.put(path, whole.slice(0, size));
          const { payloads, report, log } = await read(cut);
          expect(payloads).toEqual(expected(records).slice(0, payloads.length));
          const end = payloads.reduce(
            (sum, payload) => sum + LOG_LAYOUT.recordHeaderBytes + payload.length - 1,
            LOG_LAYOUT.headerBytes,
          );
          expect(report.damages.length).toBe(size === end || size === 0 ? 0 : 1);
          if (report.damages.length > 0 && size >= LOG_LAYOUT.headerBytes) expect(report.damages[0]!.kind).toBe('torn-tail');
          await log.durable(log.append(7, [Uint8Array.of(1, 2, 3)]));
          await log.close();
          const again = await read(cut.afterPowerLoss());
          expect(again.payloads).toEqual([...payloads, Uint8Array.of(7, 1, 2, 3)]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('never yields a record that was not written and never loses one silently, whichever bit flips', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryRecords,
        fc.constantFrom(80, 150, 1 << 20),
        fc.nat(),
        fc.nat(7),
        async (records, segmentSize, place, bit) => {
          const { files } = await write(records, segmentSize);
          const paths = files.paths();
          const path = paths[place % paths.length]!;
          const bytes = files.contents(path)!.slice();
          bytes[Math.floor(place / paths.length) % bytes.length]! ^= 1 << bit;
          const broken = files.afterExit();
          broken.put(path, bytes);
          const { payloads, report, log } = await read(broken);
          const whole = expected(records);
          expect(isSubsequence(payloads, whole)).toBe(true);
          if (payloads.length < whole.length) expect(report.damages.length).toBeGreaterThan(0);
          const known = report.damages.every((damage) => damage.lostRecords !== undefined);
          if (known) expect(payloads.length + report.damages.reduce((sum, d) => sum + d.lostRecords!, 0)).toBe(whole.length);
          // One record at most is gone unless the segment's last one was hit.
          expect(payloads.length).toBeGreaterThanOrEqual(whole.length - 1);
          await log.durable(log.append(7, [Uint8Array.of(9)]));
          expect((await read(broken.afterPowerLoss())).payloads).toEqual([...payloads, Uint8Array.of(7, 9)]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps everything acknowledged through failures of the disk at random places and a loss of power at the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            records: fc.integer({ min: 0, max: 4 }),
            freeBytes: fc.option(fc.integer({ min: 0, max: 300 })),
            sync: fc.boolean(),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.nat(40),
        async (steps, keptBytes) => {
          const files = new MemoryLogFiles();
          const due: (() => void)[] = [];
          const schedule = (_ms: number, run: () => void): (() => void) => {
            due.push(run);
            return () => undefined;
          };
          const log = await SegmentedLog.open({ directory: DIRECTORY, files, segmentSizeBytes: 200, schedule });
          await log.replay(() => undefined);
          const appended: Uint8Array[] = [];
          let acknowledged = 0;
          for (const step of steps) {
            Object.assign(files.faults, {
              freeBytes: step.freeBytes ?? undefined,
              syncError: step.sync ? new Error('EIO') : undefined,
            });
            for (let i = 0; i < step.records; i++) {
              try {
                log.append(1, [Buffer.from(`record ${appended.length}`)]);
                appended.push(Uint8Array.of(1, ...Buffer.from(`record ${appended.length}`)));
              } catch {
                break;
              }
            }
            const lsn = log.lastLsn;
            await log.durable(lsn).then(
              () => (acknowledged = lsn),
              () => undefined,
            );
            for (const run of due.splice(0)) run();
            for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
          }
          const { payloads, report } = await read(files.afterPowerLoss((_path, unsynced) => Math.min(unsynced, keptBytes)));
          expect(payloads.length).toBeGreaterThanOrEqual(acknowledged);
          expect(payloads).toEqual(appended.slice(0, payloads.length));
          expect(report.damages.filter((damage) => damage.kind === 'corruption')).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is not fooled by a record inside a payload when it looks for the next one', async () => {
    const { files } = await write([Buffer.from('first')], 1 << 20);
    const fake = files.contents(`${DIRECTORY}/00000000`)!.slice(LOG_LAYOUT.headerBytes);
    const { files: second } = await write([Buffer.from('one'), fake, Buffer.from('three')], 1 << 20);
    const path = `${DIRECTORY}/00000000`;
    const bytes = second.contents(path)!.slice();
    bytes[LOG_LAYOUT.headerBytes + 14]! ^= 1;
    second.put(path, bytes);
    const { payloads, report } = await read(second);
    expect(payloads.map((p) => p[0])).toEqual([2, 3]);
    expect(report.damages).toMatchObject([{ kind: 'corruption', offset: LOG_LAYOUT.headerBytes, lostRecords: 1 }]);
  });
});
