import { emptyOutcome, type SourceOutcome } from './assignment.ts';
import type { OptionIndex } from './option-index.ts';
import { parseText } from './parse-value.ts';
import { suggestion } from './suggest.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that Kubernetes sets for a Service called `telamon...`; they mean nothing to us. */
const SERVICE_LINK =
  /^TELAMON_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** Names the file when `--config.file` does not. */
export const CONFIG_FILE_ENV = 'TELAMON_CONFIG_FILE';

/** Variables that are no options: read by `loadConfig`, and what an image says of its build, which the host reads. */
const NO_OPTIONS: readonly string[] = [CONFIG_FILE_ENV, 'TELAMON_BUILD_REVISION', 'TELAMON_BUILD_BRANCH', 'TELAMON_BUILD_DATE'];

/** Reads `TELAMON_...` variables. An unknown one is a warning, not an error: the environment is shared. An empty one counts as unset. */
export function readEnv(env: Environment, index: OptionIndex): SourceOutcome {
  const outcome = emptyOutcome();
  for (const name of Object.keys(env).sort()) {
    const text = env[name];
    if (!name.startsWith('TELAMON_') || text === undefined || text === '') continue;
    const named = index.byEnv.get(name);
    if (named === undefined) {
      if (!SERVICE_LINK.test(name) && !NO_OPTIONS.includes(name))
        outcome.warnings.push(`environment variable ${name} is no option${suggestion(name, index.byEnv.keys())}`);
      continue;
    }
    const parsed = parseText(named.option, text);
    if (parsed.isOk) outcome.assignments.push({ named, value: parsed.value, source: 'environment' });
    else outcome.errors.push(`environment variable ${name}: ${parsed.error}`);
  }
  return outcome;
}
