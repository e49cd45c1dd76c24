import { isUlid } from '@telamon/algo';
import { decodeUtf8Strict } from '@telamon/bytes';
import { TelamonError } from '@telamon/model';

/** A bucket index or mark that is not what it must be. Status 500, not retryable. */
export class BucketIndexError extends TelamonError {
  constructor(message: string, cause?: unknown) {
    super(message, { status: 500, isRetryable: false, ...(cause === undefined ? {} : { cause }) });
    this.name = 'BucketIndexError';
  }
}

/** Fields of a JSON object, read with their types checked. Every method throws {@link BucketIndexError} that names the field. */
export class JsonFields {
  readonly #from: Readonly<Record<string, unknown>>;
  readonly #what: string;

  constructor(value: unknown, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BucketIndexError(`${what}: not an object`);
    this.#from = value as Record<string, unknown>;
    this.#what = what;
  }

  /** Parses a JSON object of at most `limitBytes`. */
  static parse(bytes: Uint8Array, what: string, limitBytes: number): JsonFields {
    if (bytes.length > limitBytes) throw new BucketIndexError(`${what}: ${bytes.length} bytes are more than ${limitBytes}`);
    const text = decodeUtf8Strict(bytes, 0, bytes.length);
    if (text === undefined) throw new BucketIndexError(`${what}: not UTF-8`);
    try {
      return new JsonFields(JSON.parse(text), what);
    } catch (error) {
      if (error instanceof BucketIndexError) throw error;
      throw new BucketIndexError(`${what}: no JSON`, error);
    }
  }

  /** A ULID in the form that paths are made of. */
  ulid(name: string): string {
    const value = this.#from[name];
    if (typeof value !== 'string' || !isUlid(value)) throw this.#wrong(name, 'a ULID');
    return value;
  }

  /** A safe integer; absent is 0. */
  integer(name: string): number {
    const value = this.#from[name] ?? 0;
    if (!Number.isSafeInteger(value)) throw this.#wrong(name, 'an integer');
    return value as number;
  }

  /** A text; absent is ''. */
  text(name: string): string {
    const value = this.#from[name] ?? '';
    if (typeof value !== 'string') throw this.#wrong(name, 'a text');
    return value;
  }

  /** A truth value; absent is false. */
  flag(name: string): boolean {
    const value = this.#from[name] ?? false;
    if (typeof value !== 'boolean') throw this.#wrong(name, 'true or false');
    return value;
  }

  /** A list; absent is empty. */
  list(name: string): readonly unknown[] {
    const value = this.#from[name] ?? [];
    if (!Array.isArray(value)) throw this.#wrong(name, 'a list');
    return value;
  }

  /** An object of texts; absent is empty. */
  texts(name: string): Record<string, string> {
    const value = this.#from[name] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw this.#wrong(name, 'an object');
    // fromEntries makes own fields, so that a label may be called __proto__.
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([key, text]) => {
        if (typeof text !== 'string') throw this.#wrong(`${name}.${key.slice(0, 64)}`, 'a text');
        return [key, text];
      }),
    );
  }

  #wrong(name: string, expected: string): BucketIndexError {
    return new BucketIndexError(`${this.#what}: ${name} is not ${expected}`);
  }
}
