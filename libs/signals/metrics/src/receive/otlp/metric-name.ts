import { quoteGo } from '@telamon/model';
import { TranslationError } from './translation-error.ts';
import { cleanUnit, unitSuffixes } from './unit-suffix.ts';

/** The kinds of OTLP metrics, as far as names depend on them. */
export type NamedKind = 'gauge' | 'monotonic-sum' | 'other';

/** What a name is made of. */
export interface OtlpMetricName {
  readonly name: string;
  readonly unit: string;
  readonly kind: NamedKind;
}

/** The two choices behind the four translation strategies. */
export interface NamingStrategy {
  /** Characters beyond `[a-zA-Z0-9_:]` become underscores. */
  readonly isEscaping: boolean;
  /** Unit and type are appended. */
  readonly hasSuffixes: boolean;
}

/**
 * Name of the Prometheus metric for an OTLP metric (OpenTelemetry's compatibility specification, as Prometheus' OTLP
 * receiver does it). Throws {@link TranslationError} when nothing but underscores would be left.
 */
export function prometheusMetricName(metric: OtlpMetricName, strategy: NamingStrategy): string {
  if (!strategy.isEscaping) return strategy.hasSuffixes ? appendSuffixes(metric) : metric.name;
  const name = strategy.hasSuffixes ? joinTokens(metric) : escapePlain(metric.name);
  if (name === '') throw new TranslationError(`normalization for metric ${quoteGo(metric.name)} resulted in empty name`);
  if (name !== metric.name && /^_+$/.test(name)) {
    throw new TranslationError(`normalization for metric ${quoteGo(metric.name)} resulted in invalid name ${quoteGo(name)}`);
  }
  return name;
}

function joinTokens({ name, unit, kind }: OtlpMetricName): string {
  let tokens = name.split(/[^a-zA-Z0-9:]+/).filter((token) => token !== '');
  addUnitTokens(tokens, unit);
  if (kind === 'monotonic-sum') tokens = moveLast(tokens, 'total');
  if (kind === 'gauge' && unit === '1') tokens = moveLast(tokens, 'ratio');
  return guardDigit(tokens.join('_'));
}

function addUnitTokens(tokens: string[], unit: string): void {
  const suffixes = unitSuffixes(unit);
  let main = cleanUnit(suffixes.main);
  let per = cleanUnit(suffixes.per);
  if (tokens.includes(main)) main = '';
  per = per === 'per_' ? '' : per.replace(/_$/, '');
  if (tokens.includes(per)) per = '';
  // A trailing underscore would double with the joint.
  if (per !== '') main = main.replace(/_$/, '');
  if (main !== '') tokens.push(main);
  if (per !== '') tokens.push(per);
}

function moveLast(tokens: readonly string[], token: string): string[] {
  return [...tokens.filter((other) => other !== token), token];
}

function escapePlain(name: string): string {
  const parts = name.split(/[^a-zA-Z0-9:_]+/u).filter((part) => part !== '');
  return guardDigit(parts.join('_'));
}

function guardDigit(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}

/** UTF-8 names keep their text; suffixes that are there already are moved to the end, not repeated. */
function appendSuffixes({ name, unit, kind }: OtlpMetricName): string {
  const tail: string[] = [];
  let base = name;
  if (unit === '1' && kind === 'gauge') {
    base = trimWord(base, 'ratio');
    tail.unshift('ratio');
  }
  if (kind === 'monotonic-sum') {
    base = trimWord(base, 'total');
    tail.unshift('total');
  }
  const { main, per } = unitSuffixes(unit);
  if (per !== '') {
    base = trimWord(base, per);
    tail.unshift(per);
  }
  if (main !== '' && !base.endsWith(main)) base = `${base}_${main}`;
  return [base, ...tail].join('_');
}

/** Takes a word and the one character before it off the end. */
function trimWord(name: string, word: string): string {
  return name.endsWith(word) && name.length > word.length + 1 ? name.slice(0, -(word.length + 1)) : name;
}
