import type { OptionGroup } from '@telamon/config';
import { LIMITS, RUNTIME_CONFIG } from '@telamon/limits';
import { METRICS_OPTIONS } from '@telamon/metrics';
import { ADMIN, HTTP, LOG, OTLP, PROCESS, ROLES } from './options.ts';

/** Every option of the product, in the order of help and reference. */
export const OPTION_GROUPS: readonly OptionGroup[] = [
  PROCESS,
  HTTP,
  OTLP,
  ADMIN,
  LOG,
  ROLES,
  ...METRICS_OPTIONS,
  RUNTIME_CONFIG,
  ...LIMITS,
] as readonly OptionGroup[];
