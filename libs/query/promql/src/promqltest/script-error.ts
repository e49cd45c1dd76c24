/** A test script that cannot be understood. */
export class ScriptError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = 'ScriptError';
    this.line = line;
  }
}
