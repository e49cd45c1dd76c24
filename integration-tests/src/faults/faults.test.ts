import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findTool } from '../harness/test-tool.ts';
import { FaultRunner } from './fault-runner.ts';
import { FAULT_TABLE } from './fault-table.ts';
import { type FaultOutcome, renderOutcomes } from './outcome-table.ts';

/** Times of the table, and the time-outs that they test, are divided by this. */
const SCALE = 30;
const nats = findTool('nats-server');
const seaweed = findTool('seaweedfs');

describe.skipIf(nats.path === undefined || seaweed.path === undefined)('faults of a cluster', () => {
  const seed = Number(process.env.TELAMON_TEST_SEED ?? Date.now() % 100_000);
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const outcomes: FaultOutcome[] = [];
  let runner: FaultRunner;

  beforeAll(() => {
    say(`faults: TELAMON_TEST_SEED=${seed}`);
    runner = new FaultRunner({ natsProgram: nats.path!, seaweedProgram: seaweed.path!, scale: SCALE, seed, say });
  });
  afterAll(async () => {
    say(renderOutcomes(outcomes));
    await runner.dispose();
  });

  for (const row of FAULT_TABLE.filter(({ isQuick }) => isQuick)) {
    it(`${row.id}: ${row.title}`, { timeout: 240_000 }, async () => {
      const outcome = await runner.run(row);
      outcomes.push(outcome);
      // Whole, which a comparison would not be.
      if (outcome.failure !== '') expect.fail(outcome.failure);
      expect(outcome.samples).toBeGreaterThan(0);
    });
  }

  it('everything is still there in the bucket alone, and after compaction', { timeout: 300_000 }, async () => {
    expect(await runner.finish()).toEqual([]);
  });
});
