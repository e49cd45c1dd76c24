import type { OtlpValue } from '@telamon/wire';
import { describe, expect, it } from 'vitest';
import { attributeText } from './attribute-text.ts';

const text = (value: string): OtlpValue => ({ kind: 'string', value });

describe('attributeText', () => {
  const cases: [OtlpValue, string][] = [
    [text('<a>'), '<a>'],
    [{ kind: 'empty' }, ''],
    [{ kind: 'bool', value: true }, 'true'],
    [{ kind: 'int', value: 9223372036854775807n }, '9223372036854775807'],
    [{ kind: 'double', value: 1e21 }, '1e+21'],
    [{ kind: 'double', value: 1e-7 }, '1e-7'],
    [{ kind: 'double', value: -0 }, '-0'],
    [{ kind: 'double', value: Number.POSITIVE_INFINITY }, 'Infinity'],
    [{ kind: 'double', value: Number.NEGATIVE_INFINITY }, '-Infinity'],
    [{ kind: 'double', value: Number.NaN }, 'NaN'],
    [{ kind: 'bytes', value: Buffer.from('hello') }, 'aGVsbG8='],
    [{ kind: 'array', values: [text('<a>'), { kind: 'int', value: 1n }, { kind: 'empty' }] }, '["<a>",1,null]'],
    [{ kind: 'array', values: [text('"\b\u0001\u2028&')] }, '["\\"\\b\\u0001\\u2028&"]'],
    [{ kind: 'array', values: [{ kind: 'double', value: Number.NaN }] }, ''],
    [{ kind: 'array', values: [{ kind: 'bytes', value: new Uint8Array(0) }] }, '[null]'],
    [
      {
        kind: 'map',
        entries: [
          { key: 'b', value: { kind: 'bytes', value: Uint8Array.of(1) } },
          { key: '__proto__', value: { kind: 'map', entries: [] } },
          { key: 'b', value: { kind: 'bool', value: false } },
        ],
      },
      '{"__proto__":{},"b":false}',
    ],
  ];
  for (const [value, want] of cases) it(`${value.kind} -> ${want}`, () => expect(attributeText(value)).toBe(want));
});
