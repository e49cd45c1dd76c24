import { TelamonError } from '@telamon/model';

/** An error as it crosses threads: structured cloning keeps neither class nor own fields. */
export interface SerialError {
  readonly message: string;
  readonly stack: string | undefined;
  /** Present for operational errors. */
  readonly operational: { readonly id: string; readonly status: number; readonly isRetryable: boolean } | undefined;
}

/** Makes an error fit to be posted. */
export function serialize(error: unknown): SerialError {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, operational: undefined };
  const { message, stack } = error;
  if (!(error instanceof TelamonError)) return { message: message || error.name, stack, operational: undefined };
  return { message, stack, operational: { id: error.id, status: error.status, isRetryable: error.isRetryable } };
}

/** Undoes {@link serialize}: a TelamonError again, or an Error with the stack of the other thread. */
export function revive(serial: SerialError): Error {
  const error = serial.operational ? new TelamonError(serial.message, serial.operational) : new Error(serial.message);
  if (serial.stack !== undefined) error.stack = serial.stack;
  return error;
}
