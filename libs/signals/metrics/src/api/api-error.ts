import { jsonStringHtml } from '@telamon/model';

/** Error types of the query API and the HTTP status of each, as Prometheus and Mimir map them. */
const STATUS_BY_TYPE = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 499,
  internal: 500,
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
  too_many_requests: 429,
  too_large_entry: 413,
} as const;

/** Name of an error type, as it stands in `errorType`. */
export type ApiErrorType = keyof typeof STATUS_BY_TYPE;

/** An error that the query API answers in its envelope. */
export class ApiError extends Error {
  readonly errorType: ApiErrorType;

  constructor(errorType: ApiErrorType, message: string) {
    super(message);
    this.name = 'ApiError';
    this.errorType = errorType;
  }

  /** HTTP status of the answer. */
  get status(): number {
    return STATUS_BY_TYPE[this.errorType];
  }
}

/** HTTP status of an error type. */
export function statusOfErrorType(errorType: ApiErrorType): number {
  return STATUS_BY_TYPE[errorType];
}

/** Error type of an operational error by its status. */
export function errorTypeOfStatus(status: number): ApiErrorType {
  switch (status) {
    case 404:
      return 'not_found';
    case 413:
      return 'too_large_entry';
    case 422:
      return 'execution';
    case 429:
      return 'too_many_requests';
    case 499:
      return 'canceled';
    case 504:
      return 'timeout';
    default:
      return status < 500 ? 'bad_data' : 'internal';
  }
}

/** `invalid parameter "<name>": <reason>`, as Prometheus words a refused parameter. */
export function invalidParameter(name: string, reason: string): ApiError {
  return new ApiError('bad_data', `invalid parameter "${name}": ${reason}`);
}

/** Body of an error answer. */
export function errorJson(errorType: ApiErrorType, message: string): string {
  return `{"status":"error","errorType":"${errorType}","error":${jsonStringHtml(message)}}`;
}
