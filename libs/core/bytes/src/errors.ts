/** Bytes that do not follow their format. The message says what is wrong and where; never retryable. */
export class DecodeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DecodeError';
  }
}

/** Bytes that end before what they announce. */
export class TruncatedError extends DecodeError {
  constructor(message = 'unexpected end of data') {
    super(message);
    this.name = 'TruncatedError';
  }
}

/** Decompressed data that would be, or turned out to be, larger than the caller allows. */
export class TooLargeError extends Error {
  /** The limit that was passed. */
  readonly limitBytes: number;

  constructor(message: string, limitBytes: number) {
    super(message);
    this.name = 'TooLargeError';
    this.limitBytes = limitBytes;
  }
}

/** A content encoding that is not known. */
export class UnsupportedEncodingError extends Error {
  readonly encoding: string;

  constructor(encoding: string) {
    super(`unsupported content encoding ${JSON.stringify(encoding.slice(0, 64))}`);
    this.name = 'UnsupportedEncodingError';
    this.encoding = encoding;
  }
}
