import { parseArgs } from 'node:util';
import { FULL_SIZE, type SimOptions } from './model.ts';
import { simulate } from './simulate.ts';

const options = readOptions();
const { ingesters, zones, tenants, series, samples, seed } = options;
process.stdout.write(
  `${ingesters} ingesters in ${zones} zones, ${tenants} tenants, ${series.toLocaleString('en')} series, replication factor 3, seed ${seed}\n` +
    `${samples.toLocaleString('en')} series are placed one by one by the distributor's code; each stands for a part of its tenant's series, so shares\n` +
    'below what one sample stands for are seen as 0. Ingesters only keep books; time is virtual, but CPU times are of this machine.\n\n',
);
const { isMet } = await simulate(options, (text) => process.stdout.write(`${text}\n`));
process.stdout.write(isMet ? 'All targets are met.\n' : 'Some targets are MISSED.\n');
process.exitCode = isMet ? 0 : 1;

function readOptions(): SimOptions {
  const names = ['seed', 'ingesters', 'tenants', 'series', 'samples', 'trials'] as const;
  const { values } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }] as const)) });
  const result: Record<string, number> = { seed: 1, ...FULL_SIZE };
  for (const name of names) {
    const text = values[name];
    if (text === undefined) continue;
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 0 || (name !== 'seed' && value < 3))
      throw new Error(`--${name} must be a whole number`);
    result[name] = value;
  }
  return result as unknown as SimOptions;
}
