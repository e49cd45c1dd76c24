import { TelamonError } from '@telamon/model';

/** What was to be bound. */
export interface ListenTarget {
  readonly address: string;
  readonly port: number;
  /** With its dashes. */
  readonly portOption: string;
}

/** The error of a failed bind in words that name the option to change. */
export function explainListenError(error: NodeJS.ErrnoException, target: ListenTarget): TelamonError {
  const where = `${target.portOption}=${target.port} (address ${target.address})`;
  const texts: Readonly<Record<string, string>> = {
    EADDRINUSE: `listen address already in use: ${where}; choose another port, or 0 for any free one`,
    EACCES: `not allowed to listen: ${where}; ports below 1024 need a privilege`,
    EADDRNOTAVAIL: `listen address is not one of this machine: ${where}`,
    ENOTFOUND: `listen address does not resolve: ${where}`,
  };
  const text = texts[error.code ?? ''] ?? `cannot listen: ${where}: ${error.message}`;
  return new TelamonError(text, { isRetryable: false, cause: error });
}
