import type { IncomingHttpHeaders } from 'node:http';
import { type OtlpLimits, type OtlpTranslationStrategy, otlpTranslationStrategy } from '@telamon/limits';
import { TelamonError } from '@telamon/model';

const STRATEGY = 'x-mimir-otlp-translationstrategy';
const ADD_SUFFIXES = 'x-mimir-otlp-addsuffixes';
const STRATEGIES: readonly string[] = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] satisfies readonly OtlpTranslationStrategy[];

/** The translation strategy that a request asks for by Mimir's headers; undefined when it leaves it to the tenant. Throws 400. */
export function requestedStrategy(headers: IncomingHttpHeaders, limits: OtlpLimits): OtlpTranslationStrategy | undefined {
  const strategy = headers[STRATEGY];
  if (strategy !== undefined && strategy !== '') {
    const known = STRATEGIES.find((name) => name === strategy);
    if (known === undefined) throw malformed(`X-Mimir-OTLP-TranslationStrategy must be one of ${STRATEGIES.join(', ')}`);
    return known as OtlpTranslationStrategy;
  }
  const suffixes = headers[ADD_SUFFIXES];
  if (suffixes === undefined || suffixes === '') return undefined;
  if (suffixes !== 'true' && suffixes !== 'false') throw malformed('X-Mimir-OTLP-AddSuffixes must be true or false');
  return otlpTranslationStrategy({ ...limits, otelTranslationStrategy: '', otelMetricSuffixesEnabled: suffixes === 'true' });
}

function malformed(message: string): TelamonError {
  return new TelamonError(message, { status: 400, isRetryable: false });
}
