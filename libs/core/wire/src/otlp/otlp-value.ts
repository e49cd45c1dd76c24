/** A value of an attribute: OTLP's `AnyValue`. */
export type OtlpValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'array'; readonly values: readonly OtlpValue[] }
  | { readonly kind: 'map'; readonly entries: readonly OtlpAttribute[] };

/** A key and its value; keys may repeat and be empty, as sent. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** The value of an attribute without a value. */
export const EMPTY_VALUE: OtlpValue = { kind: 'empty' };

/** Deepest nesting of arrays and maps. */
export const MAX_VALUE_DEPTH = 64;
