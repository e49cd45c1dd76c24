/** Query parameters and form fields of a request, form first, order and repetition kept. */
export interface FormValues {
  /** First value, '' when absent. */
  get(name: string): string;
  /** All values in order. */
  getAll(name: string): readonly string[];
}

/** A request as the handlers of the query API see it. */
export interface ApiRequest {
  /** `a|b` for several. */
  readonly tenant: string;
  readonly form: FormValues;
  /** Value of a request header, '' when absent. */
  header(name: string): string;
  /** Segment captured from the path, decoded once; invalid UTF-8 is kept as lone surrogates U+DC80..U+DCFF per byte. */
  pathValue(name: string): string;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** An answer of the query API. */
export interface ApiReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Answers a request; may throw ApiError or TelamonError. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiReply>;

/** 200 with a JSON body. */
export function jsonReply(body: string | Uint8Array): ApiReply {
  return { status: 200, contentType: 'application/json', body };
}

/** 200 with `data` (already JSON) and warnings in Prometheus' envelope. */
export function successReply(dataJson: string, warnings: readonly string[] = []): ApiReply {
  const tail = warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`;
  return jsonReply(`{"status":"success","data":${dataJson}${tail}}`);
}
