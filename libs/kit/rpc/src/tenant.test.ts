import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveTenants, type TenantPolicy } from './tenant.ts';

const ON: TenantPolicy = { isMultitenant: true };
const FEDERATED: TenantPolicy = { isMultitenant: true, isFederated: true };

function outcome(header: string | undefined, policy: TenantPolicy, mode: 'one' | 'many' = 'one'): string {
  try {
    return resolveTenants(header === undefined ? {} : { 'x-scope-orgid': header }, policy, mode).join('|');
  } catch (error) {
    const { status, message } = error as { status: number; message: string };
    return `${status} ${message}`;
  }
}

describe('resolveTenants', () => {
  it.each([
    [undefined, '401 no org id'],
    ['', '401 no org id'],
    ['../../etc', "400 tenant ID '../../etc' contains unsupported character '/'"],
    ['.', "400 tenant ID is '.' or '..'"],
    ['..', "400 tenant ID is '.' or '..'"],
    ['a'.repeat(151), '400 tenant ID is too long: max 150 characters'],
    ['a'.repeat(150), 'a'.repeat(150)],
    ['a\\b', "400 tenant ID 'a\\b' contains unsupported character '\\'"],
    ['a#b', "400 tenant ID 'a#b' contains unsupported character '#'"],
    ['a b', "400 tenant ID 'a b' contains unsupported character ' '"],
    ['a\u00c3\u00a4', "400 tenant ID 'aä' contains unsupported character 'Ã'"],
    ['__markers__', "400 tenant ID '__markers__' is not allowed"],
    ['user-index.json.gz', "400 tenant ID 'user-index.json.gz' is not allowed"],
    ['a|b', "400 tenant ID 'a|b' contains unsupported character '|'"],
    ['...', '...'],
    ["!-_.*'()Az09", "!-_.*'()Az09"],
  ])('%s (B01-B06)', (header, expected) => {
    expect(outcome(header, ON)).toBe(expected);
  });

  it('takes several where federation is on', () => {
    expect(outcome('b|a|b', FEDERATED, 'many')).toBe('a|b');
    expect(outcome('a|b', FEDERATED, 'one')).toBe('400 multiple org IDs present');
    expect(outcome('a|a', FEDERATED, 'one')).toBe('a');
    for (const empty of ['a||b', '|a|b', 'a|b|']) expect(outcome(empty, FEDERATED, 'many')).toBe('a|b');
    expect(outcome('a|b|c', { ...FEDERATED, maxTenants: 2 }, 'many')).toBe('400 too many tenants, max: 2, actual: 3');
    expect(outcome('a|../b', FEDERATED, 'many')).toMatch(/^400 /);
  });

  it('ignores the header when multi-tenancy is off', () => {
    expect(outcome('a/b', { isMultitenant: false })).toBe('anonymous');
  });

  const recorded = resolve(import.meta.dirname, '../../../../../shared/conformance/prometheus/cortex-answers.jsonl');
  it.skipIf(!existsSync(recorded))('speaks as the recorded peer does', () => {
    const rows = readFileSync(recorded, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recorded);
    const wrong = rows.filter((row) => row.group === 'tenant-id' && row.status === 400 && row.body.startsWith('tenant ID'));
    expect(wrong.length).toBeGreaterThan(10);
    for (const row of wrong) {
      const asNode = Buffer.from(row.headers['x-scope-orgid'] ?? '', 'utf8').toString('latin1');
      expect(`${outcome(asNode, ON)}\n`).toBe(`400 ${row.body}`);
    }
  });
});

interface Recorded {
  readonly group: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
