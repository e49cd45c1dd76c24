import { EXEMPLAR_LABELS_CHARS_MAX } from '@telamon/limits';
import type { Exemplar, OtlpExemplar } from '@telamon/wire';
import { attributeText } from './attribute-text.ts';

/** Exemplars that can be stored: those with a value. */
export function usableExemplars(exemplars: readonly OtlpExemplar[]): readonly OtlpExemplar[] {
  const isUsable = ({ asInt, asDouble }: OtlpExemplar): boolean => asInt !== undefined || asDouble !== undefined;
  return exemplars.every(isUsable) ? exemplars : exemplars.filter(isUsable);
}

/** Value of an exemplar that has one. */
export function exemplarValue({ asInt, asDouble }: OtlpExemplar): number {
  return asInt === undefined ? (asDouble ?? 0) : Number(asInt);
}

/**
 * An exemplar as it is stored: the ids of trace and span, and the attributes where all of them fit into 128 characters with the ids.
 * One without a time has that of its point.
 */
export function toExemplar(exemplar: OtlpExemplar, pointTimeMs: number): Exemplar {
  const labels: string[] = [];
  if (/[^0]/.test(exemplar.traceId)) labels.push('trace_id', exemplar.traceId);
  if (/[^0]/.test(exemplar.spanId)) labels.push('span_id', exemplar.spanId);
  const withAttributes = [...labels];
  for (const { key, value } of exemplar.attributes) withAttributes.push(key, attributeText(value));
  let characters = 0;
  for (const text of withAttributes) characters += charactersOf(text);
  return {
    labels: characters <= EXEMPLAR_LABELS_CHARS_MAX ? withAttributes : labels,
    value: exemplarValue(exemplar),
    timeMs: exemplar.timeMs === 0 ? pointTimeMs : exemplar.timeMs,
    hasInvalidUtf8: false,
  };
}

/** Code points, as far as they matter. */
function charactersOf(text: string): number {
  return text.length > 4 * EXEMPLAR_LABELS_CHARS_MAX ? text.length : [...text].length;
}
