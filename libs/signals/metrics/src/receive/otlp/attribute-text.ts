import { compareUtf8 } from '@telamon/model';
import type { OtlpAttribute, OtlpValue } from '@telamon/wire';

/**
 * Text of an attribute's value as label values hold it (the collector's `AsString`): numbers in their shortest form, bytes as
 * base64, lists and maps as JSON with sorted keys, in which no bytes are null. Cost: linear.
 */
export function attributeText(value: OtlpValue): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'bool':
    case 'int':
      return String(value.value);
    case 'double':
      return doubleText(value.value);
    case 'bytes':
      return base64(value.value);
    case 'empty':
      return '';
    default:
      return jsonText(value) ?? '';
  }
}

function doubleText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** As Go's encoder writes it when it does not escape for HTML. */
function jsonString(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

/** JSON of a value; undefined when a number in it has no JSON form. */
function jsonText(value: OtlpValue): string | undefined {
  switch (value.kind) {
    case 'string':
      return jsonString(value.value);
    case 'bytes':
      return value.value.length === 0 ? 'null' : `"${base64(value.value)}"`;
    case 'double':
      return Number.isFinite(value.value) ? doubleText(value.value) : undefined;
    case 'empty':
      return 'null';
    case 'array':
      return joined(value.values.map(jsonText), '[', ']');
    case 'map':
      return mapText(value.entries);
    default:
      return String(value.value);
  }
}

function mapText(entries: readonly OtlpAttribute[]): string | undefined {
  const byKey = new Map(entries.map(({ key, value }) => [key, value]));
  const fields = [...byKey].sort(([a], [b]) => compareUtf8(a, b));
  const texts = fields.map(([key, value]) => {
    const text = jsonText(value);
    return text === undefined ? undefined : `${jsonString(key)}:${text}`;
  });
  return joined(texts, '{', '}');
}

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.includes(undefined) ? undefined : `${open}${parts.join(',')}${close}`;
}
