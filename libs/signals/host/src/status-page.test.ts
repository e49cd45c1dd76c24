import { expect, it } from 'vitest';
import { statusPage } from './status-page.ts';

const EMPTY = {
  version: '1.2.3',
  startedAtMs: 0,
  nowMs: 5000,
  dataDir: '/data',
  residentBytes: 100 * 2 ** 20,
  services: [],
  listeners: [],
  tenants: [],
};

it('escapes what others chose', () => {
  const tenant = {
    signal: 'metrics',
    tenant: '<img onerror="x">',
    activeSeries: 1,
    headMinTimeMs: 0,
    headMaxTimeMs: Number.MAX_SAFE_INTEGER,
    localBlocks: 0,
    bucketBlocks: 0,
  };
  const page = statusPage({ ...EMPTY, dataDir: '"><script>', tenants: [tenant] });
  expect(page).not.toContain('<img');
  expect(page).not.toContain('"><script>');
  expect(page).toContain('&#60;img onerror=&#34;x&#34;&#62;');
});

it('says that nothing was sent yet', () => {
  expect(statusPage(EMPTY)).toContain('No tenant has sent anything yet.');
  expect(statusPage(EMPTY)).toContain('up 5 s, 100 MiB resident');
});
