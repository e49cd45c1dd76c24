import { describe, expect, it } from 'vitest';
import { compileMatcher } from './compile-matcher.ts';
import { Labels } from './labels.ts';
import { matchesAll } from './matcher.ts';
import { stableHash } from './stable-hash.ts';
import { TelamonError } from './telamon-error.ts';
import { parseTenantIds, validateTenantId } from './tenant-id.ts';

describe('stableHash', () => {
  it('has the values of Prometheus', () => {
    expect(stableHash(Labels.EMPTY)).toBe(0xef46db3751d8e999n);
    expect(stableHash(Labels.fromRecord({ hello: 'world' }))).toBe(0x347c8ee7a9e29708n);
    expect(stableHash(Labels.fromRecord({ label: 'value', __name__: 'metric' }))).toBe(0xcbab40540f26097dn);
  });
});

describe('compileMatcher', () => {
  const labels = Labels.fromRecord({ job: 'api', code: '500' });
  it.each([
    ['=', 'job', 'api', true],
    ['=', 'job', 'x', false],
    ['!=', 'job', 'x', true],
    ['=', 'absent', '', true],
    ['!=', 'absent', '', false],
    ['=~', 'code', '5..', true],
    ['=~', 'code', '5', false],
    ['!~', 'code', '4..|3..', true],
    ['=~', 'absent', '.*', true],
    ['=~', 'absent', '.+', false],
    ['!~', 'absent', '.+', true],
  ] as const)('%s %s %s', (operator, name, value, expected) => {
    expect(matchesAll([compileMatcher({ operator, name, value })], labels)).toBe(expected);
  });

  it('says what a pattern is known to be', () => {
    expect(compileMatcher({ operator: '!~', name: 'a', value: 'x|y' }).setMatches).toEqual(['x', 'y']);
    expect(compileMatcher({ operator: '=~', name: 'a', value: 'node-.+' }).prefix).toBe('node-');
    expect(compileMatcher({ operator: '=', name: 'a', value: 'x' }).setMatches).toBeUndefined();
  });

  it('refuses a bad pattern as bad input', () => {
    const error = (() => {
      try {
        compileMatcher({ operator: '=~', name: 'a', value: '(' });
      } catch (thrown) {
        return thrown;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(TelamonError);
    expect(error).toMatchObject({ status: 400, message: 'error parsing regexp: missing closing ): `(`' });
  });
});

describe('tenant ids', () => {
  it.each([
    ['a/b', "tenant ID 'a/b' contains unsupported character '/'"],
    ['a b', "tenant ID 'a b' contains unsupported character ' '"],
    ['a%2Fb', "tenant ID 'a%2Fb' contains unsupported character '%'"],
    ['a\\b', "tenant ID 'a\\b' contains unsupported character '\\'"],
    ['aä', "tenant ID 'aä' contains unsupported character 'Ã'"],
    ['a|b', "tenant ID 'a|b' contains unsupported character '|'"],
    ['../../etc', "tenant ID '../../etc' contains unsupported character '/'"],
    ['a\0', "tenant ID 'a\0' contains unsupported character '\0'"],
    ['.', "tenant ID is '.' or '..'"],
    ['..', "tenant ID is '.' or '..'"],
    ['a'.repeat(151), 'tenant ID is too long: max 150 characters'],
    ['__markers__', "tenant ID '__markers__' is not allowed"],
    ['user-index.json.gz', "tenant ID 'user-index.json.gz' is not allowed"],
    ['a\n', "tenant ID 'a\n' contains unsupported character '\n'"],
    ['a:b', "tenant ID 'a:b' contains unsupported character ':'"],
  ])('%j is refused', (id, message) => {
    expect(() => validateTenantId(id)).toThrow(new TelamonError(message, { status: 400 }));
  });

  it('accepts what Mimir accepts', () => {
    for (const id of ['a', 'A-z_0.9', "!*'()", 'a'.repeat(150), '...', 'anonymous', 'constructor'])
      expect(parseTenantIds(id, { isFederated: true })).toEqual([id]);
  });

  it('reads federated ids sorted and once each, only where they are allowed', () => {
    expect(parseTenantIds('b|a|b', { isFederated: true })).toEqual(['a', 'b']);
    for (const id of ['a||b', '|b|a', 'a|b|']) expect(parseTenantIds(id, { isFederated: true })).toEqual(['a', 'b']);
    expect(() => parseTenantIds('|', { isFederated: true })).toThrow('no org id');
    expect(() => parseTenantIds('a|b', { isFederated: false })).toThrow("unsupported character '|'");
    expect(() => parseTenantIds('a|b/c', { isFederated: true })).toThrow("tenant ID 'b/c' contains unsupported character '/'");
    expect(() => parseTenantIds('', { isFederated: true })).toThrow(new TelamonError('no org id', { status: 401 }));
  });
});
