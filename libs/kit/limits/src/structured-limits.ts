import { Regexp } from '@telamon/algo';
import { suggestion } from '@telamon/config';
import { formatDurationMs, parseOptionDurationMs } from '@telamon/model';

/** A query that isn't run. All conditions that are given must hold. */
export interface BlockedQuery {
  /** The query's text, or a pattern for it; '' matches every query if there is another condition. */
  readonly pattern: string;
  /** Whether the pattern is RE2, matched against the whole text. */
  readonly isRegex: boolean;
  /** Shown to the user; '' for none. */
  readonly reason: string;
  /** Holds for range queries whose start or end isn't a multiple of the step. */
  readonly isForUnalignedRanges: boolean;
  /** Holds for longer ranges than this; 0 is no condition. */
  readonly timeRangeLongerThanMs: number;
  /** Holds for smaller steps than this; 0 is no condition. */
  readonly stepShorterThanMs: number;
}

/** A query that is run at most once per period. */
export interface LimitedQuery {
  readonly query: string;
  readonly allowedFrequencyMs: number;
}

/** An HTTP request of the query API that is refused. All conditions that are given must hold. */
export interface BlockedRequest {
  /** '' is no condition. */
  readonly path: string;
  readonly method: string;
  readonly queryParams: readonly { readonly name: string; readonly value: string; readonly isRegex: boolean }[];
}

/** Plain mapping of YAML. */
export type YamlMapping = Readonly<Record<string, unknown>>;

/** Reads `blocked_queries`. */
export function parseBlockedQueries(value: unknown): readonly BlockedQuery[] {
  const keys = ['pattern', 'regex', 'reason', 'unaligned_range_queries', 'time_range_longer_than', 'step_size_shorter_than'];
  return asList(value).map((item, i) => {
    const entry = asMapping(item, `entry ${i + 1}`, keys);
    const query = {
      pattern: asText(entry.pattern ?? '', 'pattern').trim(),
      isRegex: asBoolean(entry.regex ?? false, 'regex'),
      reason: asText(entry.reason ?? '', 'reason'),
      isForUnalignedRanges: asBoolean(entry.unaligned_range_queries ?? false, 'unaligned_range_queries'),
      timeRangeLongerThanMs: asDurationMs(entry.time_range_longer_than ?? 0, 'time_range_longer_than'),
      stepShorterThanMs: asDurationMs(entry.step_size_shorter_than ?? 0, 'step_size_shorter_than'),
    };
    const hasCondition =
      query.pattern !== '' || query.isForUnalignedRanges || query.timeRangeLongerThanMs > 0 || query.stepShorterThanMs > 0;
    if (!hasCondition) throw new Error(`entry ${i + 1} has no condition: give a pattern, a range or a step`);
    if (query.isRegex) Regexp.compile(query.pattern);
    return query;
  });
}

/** Reads `limited_queries`. */
export function parseLimitedQueries(value: unknown): readonly LimitedQuery[] {
  return asList(value).map((item, i) => {
    const entry = asMapping(item, `entry ${i + 1}`, ['query', 'allowed_frequency']);
    return {
      query: asText(entry.query, 'query').trim(),
      allowedFrequencyMs: asDurationMs(entry.allowed_frequency, 'allowed_frequency'),
    };
  });
}

/** Reads `blocked_requests`. */
export function parseBlockedRequests(value: unknown): readonly BlockedRequest[] {
  return asList(value).map((item, i) => {
    const entry = asMapping(item, `entry ${i + 1}`, ['path', 'method', 'query_params']);
    const params = Object.entries(asMapping(entry.query_params ?? {}, 'query_params')).map(([name, condition]) => {
      const { value: wanted, is_regexp: isRegex } = asMapping(condition, name, ['value', 'is_regexp']);
      const param = { name, value: asText(wanted, 'value'), isRegex: asBoolean(isRegex ?? false, 'is_regexp') };
      if (param.isRegex) Regexp.compile(param.value);
      return param;
    });
    const request = {
      path: asText(entry.path ?? '', 'path'),
      method: asText(entry.method ?? '', 'method'),
      queryParams: params,
    };
    if (request.path === '' && request.method === '' && params.length === 0) throw new Error(`entry ${i + 1} has no condition`);
    return request;
  });
}

/** Undoes {@link parseBlockedQueries}. */
export function renderBlockedQueries(queries: readonly BlockedQuery[]): readonly YamlMapping[] {
  return queries.map((query) => ({
    pattern: query.pattern,
    regex: query.isRegex,
    reason: query.reason,
    unaligned_range_queries: query.isForUnalignedRanges,
    time_range_longer_than: formatDurationMs(query.timeRangeLongerThanMs),
    step_size_shorter_than: formatDurationMs(query.stepShorterThanMs),
  }));
}

/** Undoes {@link parseLimitedQueries}. */
export function renderLimitedQueries(queries: readonly LimitedQuery[]): readonly YamlMapping[] {
  return queries.map(({ query, allowedFrequencyMs }) => ({ query, allowed_frequency: formatDurationMs(allowedFrequencyMs) }));
}

/** Undoes {@link parseBlockedRequests}. */
export function renderBlockedRequests(requests: readonly BlockedRequest[]): readonly YamlMapping[] {
  return requests.map(({ path, method, queryParams }) => ({
    path,
    method,
    query_params: Object.fromEntries(queryParams.map(({ name, value, isRegex }) => [name, { value, is_regexp: isRegex }])),
  }));
}

/** The value as a list; absent counts as empty. Throws for anything else. */
export function asList(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Error('must be a list');
}

/** The value as a mapping that has, if `known` is given, only these keys. Throws otherwise. */
export function asMapping(value: unknown, what: string, known?: readonly string[]): YamlMapping {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${what} must be a mapping`);
  for (const key of Object.keys(value)) {
    if (known?.includes(key) === false) throw new Error(`unknown key ${key} in ${what}${suggestion(key, known)}`);
  }
  return value as YamlMapping;
}

/** The value as a text; numbers and booleans in their spelling. Throws otherwise. */
export function asText(value: unknown, what: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${what} must be a text`);
}

/** The value as a boolean. Throws otherwise. */
export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error(`${what} must be true or false`);
}

function asDurationMs(value: unknown, what: string): number {
  const durationMs = value === undefined ? undefined : parseOptionDurationMs(asText(value, what));
  if (durationMs === undefined || durationMs < 0) throw new Error(`${what} must be a duration such as 30s or 7d`);
  return durationMs;
}
