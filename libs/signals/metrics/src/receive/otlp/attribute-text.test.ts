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
    [{ kind: 'double', value: Number.POSITIVE_INFINITY }, 'json: unsupported value: +Inf'],
    [{ kind: 'bytes', value: Buffer.from('hello') }, 'aGVsbG8='],
    [{ kind: 'array', values: [text('<a>'), { kind: 'int', value: 1n }, { kind: 'empty' }] }, '["\\u003ca\\u003e",1,null]'],
    [{ kind: 'array', values: [{ kind: 'double', value: Number.NaN }] }, ''],
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
