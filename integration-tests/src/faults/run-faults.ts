import { findTool } from '../harness/test-tool.ts';
import { FaultRunner, renderOutcomes } from './fault-runner.ts';
import { FAULT_TABLE } from './fault-table.ts';

/** Value of `--name value` or `--name=value`. */
function option(name: string, fallback: string): string {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  if (at < 0) return fallback;
  return args[at]!.includes('=') ? args[at]!.slice(args[at]!.indexOf('=') + 1) : (args[at + 1] ?? fallback);
}

const what = process.argv[2] ?? '';
const seed = Number(option('seed', String(Date.now() % 100_000)));
const scale = Number(option('scale', '1'));
const rows = what === 'all' ? FAULT_TABLE : FAULT_TABLE.filter(({ id }) => what.split(',').includes(id));
const [nats, seaweed] = [findTool('nats-server'), findTool('seaweedfs')];
const print = (line: string): void => void process.stdout.write(`${line}\n`);
if (rows.length === 0) {
  print('npm run faults -- all|Fnn[,Fnn] [--seed N] [--scale N]\n');
  for (const { id, title, isQuick } of FAULT_TABLE) print(`  ${id}  ${title}${isQuick ? ' (in npm test)' : ''}`);
  process.exit(1);
}
if (nats.path === undefined || seaweed.path === undefined) {
  print(`faults need nats-server (${nats.reason ?? 'found'}) and SeaweedFS (${seaweed.reason ?? 'found'})`);
  process.exit(1);
}
print(`seed ${seed}, times of the table divided by ${scale}`);
const runner = new FaultRunner({ natsProgram: nats.path, seaweedProgram: seaweed.path, seed, scale, say: print });
const outcomes = [];
for (const row of rows) {
  print(`${row.id} ${row.title} ...`);
  const outcome = await runner.run(row);
  outcomes.push(outcome);
  print(`${row.id} ${outcome.failure === '' ? 'pass' : `FAIL\n${outcome.failure}`}`);
}
await runner.dispose();
print(`\n${renderOutcomes(outcomes)}`);
process.exit(outcomes.every(({ failure }) => failure === '') ? 0 : 1);
