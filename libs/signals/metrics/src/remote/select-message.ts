import type { MatcherSpec } from '@telamon/model';
import { TelamonError } from '@telamon/model';
import { v1 } from '@telamon/proto';
import type { LabelsRequest, SelectRequest } from '../metrics-source.ts';
import { decodeMessage } from './decode-message.ts';

/** Most matchers of one conjunction that is read, and most conjunctions. */
const MATCHERS_MAX = 10_000;

const TYPE_OF: Readonly<Record<MatcherSpec['operator'], v1.Matcher.Type>> = {
  '=': v1.Matcher.Type.EQUAL,
  '!=': v1.Matcher.Type.NOT_EQUAL,
  '=~': v1.Matcher.Type.REGEX_MATCH,
  '!~': v1.Matcher.Type.REGEX_NO_MATCH,
};

const OPERATOR_OF: ReadonlyMap<number, MatcherSpec['operator']> = new Map(
  (Object.keys(TYPE_OF) as MatcherSpec['operator'][]).map((operator) => [TYPE_OF[operator], operator]),
);

/** A select as `MetricsSelectRequest`; the tenant travels with the call. */
export function selectMessage(request: SelectRequest): v1.MetricsSelectRequest.$Properties {
  const { matchers, fromMs, toMs, isLabelsOnly = false, limit = 0, knownBlocks = [] } = request;
  return { matchers: matchers.map(toMessage), fromMs, toMs, isLabelsOnly, limit, knownBlocks: [...knownBlocks] };
}

/** Undoes {@link selectMessage}. TelamonError 500 for matchers of a kind that this version does not know. */
export function selectOf(tenant: string, message: v1.MetricsSelectRequest.$Properties): SelectRequest {
  const { fromMs, toMs, isLabelsOnly, limit } = message;
  return {
    tenant,
    matchers: specsOf(message.matchers),
    fromMs: fromMs ?? 0,
    toMs: toMs ?? 0,
    isLabelsOnly: isLabelsOnly ?? false,
    limit: limit ?? 0,
    knownBlocks: message.knownBlocks ?? [],
  };
}

/** Bytes of {@link selectMessage}. */
export function encodeSelect(request: SelectRequest): Uint8Array {
  return v1.MetricsSelectRequest.encode(selectMessage(request)).finish();
}

/** Reads {@link encodeSelect}. */
export function decodeSelect(tenant: string, bytes: Uint8Array): SelectRequest {
  return selectOf(tenant, decodeMessage(v1.MetricsSelectRequest, bytes));
}

/** A request for label names (`name` '') or the values of a label. */
export interface NamedLabelsRequest {
  readonly name: string;
  readonly labels: LabelsRequest;
}

/** A labels request as `MetricsLabelsRequest`; the tenant travels with the call. */
export function labelsMessage({ name, labels }: NamedLabelsRequest): v1.MetricsLabelsRequest.$Properties {
  const { matcherSets, fromMs, toMs, limit = 0, knownBlocks = [] } = labels;
  return {
    name,
    matcherSets: matcherSets.map((set) => ({ matchers: set.map(toMessage) })),
    fromMs,
    toMs,
    limit,
    knownBlocks: [...knownBlocks],
  };
}

/** Undoes {@link labelsMessage}. */
export function labelsRequestOf(tenant: string, message: v1.MetricsLabelsRequest.$Properties): NamedLabelsRequest {
  const sets = message.matcherSets ?? [];
  checkCount(sets.length);
  const { fromMs, toMs, limit, knownBlocks } = message;
  const matcherSets = sets.map((set) => specsOf(set.matchers));
  const times = { fromMs: fromMs ?? 0, toMs: toMs ?? 0 };
  return {
    name: message.name ?? '',
    labels: { tenant, matcherSets, ...times, limit: limit ?? 0, knownBlocks: knownBlocks ?? [] },
  };
}

/** Bytes of {@link labelsMessage}. */
export function encodeLabels(request: NamedLabelsRequest): Uint8Array {
  return v1.MetricsLabelsRequest.encode(labelsMessage(request)).finish();
}

/** Reads {@link encodeLabels}. */
export function decodeLabels(tenant: string, bytes: Uint8Array): NamedLabelsRequest {
  return labelsRequestOf(tenant, decodeMessage(v1.MetricsLabelsRequest, bytes));
}

function toMessage({ operator, name, value }: MatcherSpec): v1.Matcher.$Properties {
  const type = TYPE_OF[operator];
  if (isWellFormed(name) && isWellFormed(value)) return { type, name, value };
  return { type, name: JSON.stringify(name), value: JSON.stringify(value), isEscaped: true };
}

/** Whether a text can be written as UTF-8: no half of a pair stands alone, as those that stand for other bytes do. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** A name or value as it was. TelamonError 400 when it is not what {@link toMessage} makes. */
function textOf(text: string, isEscaped: boolean): string {
  if (!isEscaped) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Told below.
  }
  throw new TelamonError('an escaped matcher is no JSON text', { status: 400, isRetryable: false });
}

function specsOf(matchers: readonly v1.Matcher.$Properties[] | null | undefined): MatcherSpec[] {
  const list = matchers ?? [];
  checkCount(list.length);
  return list.map(({ type, name, value, isEscaped }) => {
    const operator = OPERATOR_OF.get(type ?? 0);
    // Passing it over would answer more than was asked for.
    if (operator === undefined) throw new TelamonError(`unknown kind of matcher ${type}`, { status: 500, isRetryable: false });
    return { operator, name: textOf(name ?? '', isEscaped === true), value: textOf(value ?? '', isEscaped === true) };
  });
}

function checkCount(count: number): void {
  if (count <= MATCHERS_MAX) return;
  const text = `a request has ${count} matchers or matcher sets, more than ${MATCHERS_MAX}`;
  throw new TelamonError(text, { status: 400, isRetryable: false });
}
