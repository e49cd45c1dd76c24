import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../harness/repository.ts';
import { findTool } from '../harness/test-tool.ts';
import type { FaultRow } from './fault-row.ts';
import { FaultRunner } from './fault-runner.ts';
import { FAULT_TABLE } from './fault-table.ts';
import { type FaultOutcome, renderOutcomes } from './outcome-table.ts';
import { seededRandom } from './seeded-random.ts';

/** Rows that a soak chooses from. */
const SOAK_LAST_ID = 'F29';
const SOAK_MS = 30 * 60_000;
const BEGIN = '<!-- results: begin -->';
const END = '<!-- results: end -->';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const what = process.argv[2] ?? '';
const seed = Number(option('seed', String(Date.now() % 100_000)));
const scale = Number(option('scale', '1'));
const isSoak = what === 'soak';
const rows = isSoak ? FAULT_TABLE.filter(({ id }) => id <= SOAK_LAST_ID) : chosenRows();
const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
if (rows.length === 0) {
  print('npm run faults -- all|quick|soak|Fnn[,Fnn] [--seed N] [--scale N] [--write] [--keep]\n');
  for (const { id, title, isQuick } of FAULT_TABLE) print(`  ${id}  ${title}${isQuick ? ' (in npm test)' : ''}`);
  process.exit(1);
}
if (nats.path === undefined || seaweed.path === undefined) {
  print(`faults need nats-server (${nats.reason ?? 'found'}) and SeaweedFS (${seaweed.reason ?? 'found'})`);
  process.exit(1);
}
print(`seed ${seed}, times of the table divided by ${scale}`);
const runner = new FaultRunner({
  natsProgram: nats.path,
  seaweedProgram: seaweed.path,
  seed,
  scale,
  say: print,
  isFolderKept: process.argv.includes('--keep'),
});
// Children are reaped when this process exits, which a signal alone would skip.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const outcomes: FaultOutcome[] = [];
const startMs = performance.now();
if (isSoak) await soak(seededRandom(seed));
else for (const row of rows) await runOne(row);
const losses = await runner.finish();
await runner.dispose();
const summary = [
  renderOutcomes(outcomes),
  '',
  `Everything again from the bucket alone, and after compaction: ${losses.length === 0 ? 'pass' : `FAIL\n${losses.join('\n')}`}.`,
  `Seed ${seed}, times divided by ${scale}, ${Math.round((performance.now() - startMs) / 1000)} s in all.`,
].join('\n');
print(`\n${summary}`);
if (process.argv.includes('--write')) write(summary);
process.exit(losses.length === 0 && outcomes.every(({ failure }) => failure === '') ? 0 : 1);

function chosenRows(): readonly FaultRow[] {
  if (what === 'all') return FAULT_TABLE;
  if (what === 'quick') return FAULT_TABLE.filter(({ isQuick }) => isQuick);
  return FAULT_TABLE.filter(({ id }) => what.split(',').includes(id));
}

async function soak(random: () => number): Promise<void> {
  while (performance.now() - startMs < SOAK_MS / scale) await runOne(rows[Math.floor(random() * rows.length)]!);
}

async function runOne(row: FaultRow): Promise<void> {
  print(`${row.id} ${row.title} ...`);
  const outcome = await runner.run(row);
  outcomes.push(outcome);
  const seconds = (outcome.tookMs / 1000).toFixed(1);
  print(`${row.id} ${outcome.failure === '' ? `pass (${seconds} s)` : `FAIL (${seconds} s)\n${outcome.failure}`}`);
}

function write(text: string): void {
  const path = join(ROOT, 'docs', 'reliability.md');
  const page = readFileSync(path, 'utf8');
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
  writeFileSync(path, `${before}\n${text}\n${after}`);
}

/** Value of `--name value` or `--name=value`. */
function option(name: string, fallback: string): string {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return fallback;
  return args[at]!.includes('=') ? args[at]!.slice(args[at]!.indexOf('=') + 1) : (args[at + 1] ?? fallback);
}
