import { TelamonError } from '@telamon/model';

/** Stored bytes that contradict their format: cut short, a wrong checksum, an impossible number. Status 500, not retryable. */
export class CorruptError extends TelamonError {
  constructor(message: string, cause?: unknown) {
    super(message, { status: 500, isRetryable: false, ...(cause === undefined ? {} : { cause }) });
    this.name = 'CorruptError';
  }
}

/** A chunk of a downsampled Thanos block (encoding 0xff), which holds aggregates instead of samples. */
export class DownsampledChunkError extends TelamonError {
  constructor() {
    super('chunk is downsampled (encoding 255): it holds aggregates, not samples', { status: 500, isRetryable: false });
    this.name = 'DownsampledChunkError';
  }
}
