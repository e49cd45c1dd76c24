/** Options of a {@link TelamonError}. */
export interface TelamonErrorOptions {
  /** Stable id of the error catalogue, e.g. `err-mimir-max-series-per-user`; '' where the peers have none. */
  readonly id?: string;
  /** HTTP status that the error maps to. */
  readonly status?: number;
  /** Whether the same request may succeed later. */
  readonly isRetryable?: boolean;
  readonly cause?: unknown;
}

/** An operational error: expected, with a status for the client. Programmer errors are plain `Error`s and crash. */
export class TelamonError extends Error {
  readonly id: string;
  readonly status: number;
  readonly isRetryable: boolean;

  constructor(message: string, options: TelamonErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TelamonError';
    this.id = options.id ?? '';
    this.status = options.status ?? 500;
    this.isRetryable = options.isRetryable ?? this.status >= 500;
  }
}
