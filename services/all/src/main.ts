import { loadConfig } from '@telamon/config';
import { runUntilSignal } from '@telamon/lifecycle';
import { createLogger, type RootLogger } from '@telamon/telemetry';
import { BUILD } from './build.ts';
import { OPTION_GROUPS } from './option-groups.ts';
import { LOG, PROCESS } from './options.ts';
import { openProduct, type Product } from './product.ts';

/** Parses the arguments, runs until a signal, and returns the exit status. */
async function main(): Promise<number> {
  const loaded = loadConfig({ groups: OPTION_GROUPS, args: process.argv.slice(2), env: process.env });
  if (loaded.kind === 'help') return print(loaded.text);
  if (loaded.kind === 'version') return print(`telamon ${BUILD.version}\n`);
  if (loaded.kind === 'errors') return complain(loaded.errors);
  const { config } = loaded;
  const logger = createLogger(config.of(LOG));
  for (const warning of loaded.warnings) logger.warn(warning);
  const opened = await open(config, logger);
  if (opened === undefined) return 1;
  const outcome = await runUntilSignal(opened.graph, {
    drainTimeoutMs: config.of(PROCESS).shutdownTimeoutMs,
    onReady: () => opened.announce(),
    onDrain: (why) => logger.info('draining', { why }),
    signal: opened.stopAsked,
  });
  for (const { service, failure } of outcome.failures) logger.error('a service failed', { service, error: failure });
  if (outcome.unfinished.length > 0) logger.error('not everything drained in time', { services: outcome.unfinished.join(',') });
  await opened.release();
  return outcome.exitCode;
}

async function open(config: Parameters<typeof openProduct>[0], logger: RootLogger): Promise<Product | undefined> {
  try {
    return await openProduct(config, logger);
  } catch (error) {
    logger.error('cannot start', { error });
    return undefined;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(errors: readonly string[]): number {
  process.stderr.write(`The configuration has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}:\n`);
  for (const error of errors) process.stderr.write(`  ${error}\n`);
  process.stderr.write('--help shows the options.\n');
  return 1;
}

process.exitCode = await main();
// Handles that a library forgot must not keep a drained process alive.
process.exit();
