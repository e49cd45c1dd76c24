import type { TenantOverview } from '@telamon/contract';
import type { ServiceStatus } from '@telamon/lifecycle';
import { escapeHtml, htmlTable } from './html.ts';

/** Everything that the status page shows. */
export interface StatusOverview {
  readonly version: string;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly dataDir: string;
  readonly residentBytes: number;
  readonly services: readonly ServiceStatus[];
  /** Name and root URL. */
  readonly listeners: readonly (readonly [string, string])[];
  readonly tenants: readonly TenantOverview[];
}

const LINKS = [
  '/ready',
  '/services',
  '/metrics',
  '/config?mode=diff',
  '/runtime_config',
  '/api/v1/status/buildinfo',
  '/api/v1/status/tsdb',
];

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.05rem; margin-top: 2rem; }
p.sub { margin-top: .2rem; opacity: .7; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #8884; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } code { font-size: .92em; } li { margin: .1rem 0; }`;

/** The status page as HTML. Every text is escaped: tenants and paths are somebody's data. */
export function statusPage(overview: StatusOverview): string {
  const upSeconds = Math.floor((overview.nowMs - overview.startedAtMs) / 1000);
  const residentMiB = (overview.residentBytes / 2 ** 20).toFixed(0);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Telamon</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>
<body>
<h1>Telamon</h1>
<p class="sub">version ${escapeHtml(overview.version)}, up ${upSeconds} s, ${residentMiB} MiB resident, data in <code>${escapeHtml(overview.dataDir)}</code></p>
<h2>Running</h2>
${htmlTable(
  ['service', 'state'],
  overview.services.map(({ name, state, failure }) => [name, failure === '' ? state : `${state}: ${failure}`]),
)}
<h2>Listeners</h2>
${htmlTable(
  ['listener', 'address'],
  overview.listeners.map(([name, url]) => [name, url]),
)}
<h2>Tenants</h2>
${tenantsTable(overview.tenants)}
<h2>More</h2>
<ul>${LINKS.map((path) => `<li><a href="${path}">${path}</a></li>`).join('')}</ul>
</body></html>
`;
}

function tenantsTable(tenants: readonly TenantOverview[]): string {
  if (tenants.length === 0) return '<p>No tenant has sent anything yet.</p>';
  const rows = tenants.map((t) => [
    t.signal,
    t.tenant,
    String(t.activeSeries),
    timeText(t.headMinTimeMs),
    timeText(t.headMaxTimeMs),
    String(t.localBlocks),
    String(t.bucketBlocks),
  ]);
  return htmlTable(
    ['signal', 'tenant', 'series in the head', 'oldest in the head', 'newest', 'local blocks', 'blocks in the bucket'],
    rows,
  );
}

function timeText(timeMs: number | undefined): string {
  if (timeMs === undefined || Math.abs(timeMs) > 8.64e15) return '';
  return new Date(timeMs).toISOString();
}
