import { TelamonError } from '@telamon/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUtf8Segment } from './raw-path.ts';
import { Router } from './router.ts';

function router(): Router<string> {
  const built = new Router<string>();
  built.add('GET', '/api/v1/query', 'query');
  built.add('POST', '/api/v1/query', 'query-post');
  built.add('GET', '/api/v1/label/{name}/values', 'values');
  built.add('GET', '/api/v1/label/special/values', 'special');
  built.add('GET', '/rules/{namespace}', 'namespace');
  built.add('GET', '/rules/{namespace}/{group}', 'group');
  return built;
}

function targetOf(path: string, method: string = 'GET'): string {
  const found = router().match(method, path);
  return found.kind === 'found' ? found.target : found.kind;
}

describe('Router', () => {
  it('prefers fixed text to a capture and falls back', () => {
    expect(targetOf('/api/v1/label/special/values')).toBe('special');
    expect(targetOf('/api/v1/label/job/values')).toBe('values');
    expect(targetOf('/api/v1/query', 'HEAD')).toBe('query');
    expect(router().match('DELETE', '/api/v1/query')).toMatchObject({ kind: 'method-not-allowed', allow: ['GET', 'POST'] });
  });

  it.each([
    '//api/v1/query',
    '/api//v1/query',
    '/./api/v1/query',
    '/api/v1/x/../query',
    '/api/v1/query/',
    '/api/v1/query;jsessionid=1',
    '/api/v1/query.',
    '/api/v1/QUERY',
    '/api/v1/%71uery',
    '/api/v1/label//values',
    '/api/v1/label/../values',
    '/api/v1/label/./values',
    '/api/v1/label/..;/values',
    '/api/v1/label/a;b/values',
    '/rules/',
    '',
    '/',
    `/${'a/'.repeat(5000)}`,
  ])('never normalises %s into a match (B08)', (path) => {
    expect(targetOf(path)).toBe('not-found');
  });

  it('decodes a captured segment exactly once', () => {
    const found = router().match('GET', '/rules/a%2Fb%20c/%252e%252e%252fetc');
    expect(found.kind === 'found' && [...found.params]).toEqual([
      ['namespace', 'a/b c'],
      ['group', '%2e%2e%2fetc'],
    ]);
  });

  it.each(['/rules/%', '/rules/%zz', '/rules/%00'])('refuses %s', (path) => {
    expect(() => router().match('GET', path)).toThrowError(TelamonError);
  });

  it.each([
    ['/rules/%ff', '\udcff'],
    ['/rules/%c0%ae', '\udcc0\udcae'],
    ['/rules/a%e2%82%ffb', 'a\udce2\udc82\udcffb'],
    ['/rules/%ed%a0%80', '\udced\udca0\udc80'],
    ['/rules/%ff%c3%a4', '\udcffä'],
    ['/rules/%ff%ef%bf%bd', '\udcff\ufffd'],
  ])('keeps the bytes of %s that are not UTF-8', (path, want) => {
    const found = router().match('GET', path);
    const value = found.kind === 'found' ? found.params.get('namespace')! : '';
    expect([value, isUtf8Segment(value)]).toEqual([want, false]);
  });

  it('gives any segment back as it was encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(!['.', '..'].includes(name) && !name.includes('\0'));
        const found = router().match('GET', `/rules/${encodeURIComponent(name)}`);
        expect(found.kind === 'found' && found.params.get('namespace')).toBe(name);
      }),
    );
  });

  it('never throws anything but a 400', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        try {
          router().match('GET', path);
        } catch (error) {
          expect(error).toMatchObject({ status: 400 });
        }
      }),
    );
  });

  it('refuses to register nonsense', () => {
    expect(() => router().add('GET', '/api/v1/query', 'x')).toThrow('twice');
    expect(() => router().add('GET', '/rules/{other}', 'x')).toThrow('two names');
    expect(() => router().add('GET', 'x', 'x')).toThrow("start with '/'");
    expect(() => router().add('GET', '/a{b}', 'x')).toThrow('malformed');
  });
});
