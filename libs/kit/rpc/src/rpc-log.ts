import type { Logger } from '@telamon/telemetry';

/** What this package needs of a logger. */
export type RpcLog = Pick<Logger, 'info' | 'warn' | 'error'>;
