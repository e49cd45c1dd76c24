import { type LoadedConfig, loadConfig, type OptionGroup } from '@telamon/config';
import { runUntilSignal } from '@telamon/lifecycle';
import { LIMITS, RUNTIME_CONFIG } from '@telamon/limits';
import { createLogger, letHeapsGrow, type RootLogger } from '@telamon/telemetry';
import { BUILD } from './build.ts';
import { CLUSTER_OPTIONS, Cluster } from './cluster.ts';
import { type Composition, type OpenedProcess, openProcess } from './open-process.ts';
import { HOST_OPTIONS, LOG, PROCESS } from './options.ts';
import { roleModules } from './role-modules.ts';

/** Every option of a composition, in the order of help and reference. */
export function optionsOf({ roles, signals }: Composition): readonly OptionGroup[] {
  const shells = roles.flatMap((role) => role.options);
  return [
    ...HOST_OPTIONS,
    ...CLUSTER_OPTIONS,
    ...shells,
    ...signals.flatMap(({ options }) => options),
    RUNTIME_CONFIG,
    ...LIMITS,
  ] as readonly OptionGroup[];
}

/** Reads arguments and environment, runs until a signal, and exits the process with its status. */
export async function runProcess(composition: Composition): Promise<never> {
  process.exitCode = await run(composition);
  // Handles that a library forgot must not keep a drained process alive.
  process.exit();
}

async function run(composition: Composition): Promise<number> {
  const loaded = loadConfig({
    groups: optionsOf(composition),
    args: process.argv.slice(2),
    env: process.env,
    isPartial: composition.isPartial ?? false,
  });
  if (loaded.kind === 'help') return print(loaded.text);
  if (loaded.kind === 'version') return print(`telamon ${BUILD.version}\n`);
  if (loaded.kind === 'errors') return complain(loaded.errors);
  const { config } = loaded;
  if (loaded.kind === 'verified') return verify(composition, config, loaded.warnings);
  const logger = createLogger(config.of(LOG));
  for (const warning of loaded.warnings) logger.warn(warning);
  const opened = await open(composition, config, logger);
  if (opened === undefined) return 1;
  const outcome = await runUntilSignal(opened.graph, {
    drainTimeoutMs: opened.drainTimeoutMs,
    onReady: () => {
      // Not before: what starting leaves behind shall not stay.
      letHeapsGrow();
      opened.announce();
    },
    onDrain: (why) => logger.info('draining', { why }),
    signal: opened.stopAsked,
  });
  for (const { service, failure } of outcome.failures) logger.error('a service failed', { service, error: failure });
  if (outcome.unfinished.length > 0) logger.error('not everything drained in time', { services: outcome.unfinished.join(',') });
  await opened.release();
  return outcome.exitCode;
}

async function open(composition: Composition, config: LoadedConfig, logger: RootLogger): Promise<OpenedProcess | undefined> {
  try {
    return await openProcess(composition, config, logger);
  } catch (error) {
    logger.error('cannot start', { error });
    return undefined;
  }
}

/** What can be told of a configuration without running it: the options were checked, the target is left. */
function verify({ roles, signals }: Composition, config: LoadedConfig, warnings: readonly string[]): number {
  const choices = { roles, signals: signals.map(({ name }) => name), isClustered: Cluster.isWanted(config) };
  try {
    roleModules(choices).resolve(config.of(PROCESS).target);
  } catch (error) {
    return complain([`--target: ${error instanceof Error ? error.message : String(error)}`]);
  }
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  return print('The configuration is fine.\n');
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
