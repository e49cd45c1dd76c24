import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { CHART, findChartTool, findHelms, VALUE_SETS } from './helm.ts';
import { ofKind, parseObjects } from './kube-object.ts';

const { helm } = findHelms()[0]!;
const promtool = findChartTool('promtool');
const ALERTS = join(CHART, 'files/alerts.yaml');
const UNIT_TESTS = join(ROOT, 'integration-tests/src/chart/testdata/alerts.test.yaml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const groups = (parse(readFileSync(ALERTS, 'utf8')) as { groups: { name: string; rules: Rule[] }[] }).groups;
const alerts = groups.flatMap(({ rules }) => rules);

/** Names of metrics that docs/reference/metrics.md lists, with the series that a histogram has. */
const KNOWN_METRICS = new Set(
  [...readFileSync(join(ROOT, 'docs/reference/metrics.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].flatMap(
    ([, name, type]) => (type === 'histogram' ? ['_bucket', '_count', '_sum'].map((suffix) => name + suffix) : [name!]),
  ),
);

/** Metrics of ours that an expression names. */
function metricsOf(expr: string): string[] {
  const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\b(by|on|without|group_left|ignoring) *\([^)]*\)/g, '');
  return [...bare.matchAll(/\b(telamon|process|nodejs|cortex)_\w+/g)].map(([name]) => name);
}

/** Runs promtool in a folder; throws with what it says. */
function check(folder: string, args: readonly string[]): string {
  return execFileSync(promtool.path!, [...args], { cwd: folder }).toString();
}

describe('alerts', () => {
  it('use metrics that exist', () => {
    expect(KNOWN_METRICS.size).toBeGreaterThan(30);
    for (const { alert, expr } of alerts) {
      const used = metricsOf(expr);
      expect(used.length, alert).toBeGreaterThan(0);
      for (const name of used) expect(KNOWN_METRICS.has(name), `${alert}: ${name}`).toBe(true);
    }
  });

  it('each have a severity, a summary, a section in the runbook and two unit tests', () => {
    const runbook = readFileSync(join(CHART, 'RUNBOOK.md'), 'utf8');
    const { tests } = parse(readFileSync(UNIT_TESTS, 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const cases = tests.flatMap((test) => test.alert_rule_test);
    for (const { alert, labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels['severity']);
      expect(annotations['summary']).toBeTruthy();
      const section = runbook.split(/^## /m).find((text) => text.startsWith(`${alert}\n`));
      for (const word of ['**Meaning**', '**Impact**', 'fix**'])
        expect(section?.toLowerCase(), alert).toContain(word.toLowerCase());
      const own = cases.filter(({ alertname }) => alertname === alert).map(({ exp_alerts }) => exp_alerts.length > 0);
      expect(own.sort(), alert).toEqual([false, true]);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  });

  it.skipIf(promtool.path === undefined)(`fire when they should and only then ${promtool.reason ?? ''}`, () => {
    const folder = scratchFolder('chart-alerts');
    copyFileSync(ALERTS, join(folder, 'alerts.yaml'));
    copyFileSync(UNIT_TESTS, join(folder, 'alerts.test.yaml'));
    expect(check(folder, ['test', 'rules', 'alerts.test.yaml'])).toContain('SUCCESS');
  });

  it.skipIf(promtool.path === undefined || helm === undefined)(
    'are rules after rendering, with labels and runbook of the user',
    async () => {
      const [rule] = ofKind(parseObjects(await helm!.render({ files: [VALUE_SETS[4]!.file] })), 'PrometheusRule');
      const folder = scratchFolder('chart-rules');
      writeFileSync(join(folder, 'rules.json'), JSON.stringify(rule!.spec));
      expect(check(folder, ['check', 'rules', 'rules.json'])).toContain(`SUCCESS: ${alerts.length} rules found`);
      const rendered = rule!.spec!.groups!.flatMap(({ rules }) => rules);
      expect(rendered.map(({ alert, expr }) => [alert, expr])).toEqual(alerts.map(({ alert, expr }) => [alert, expr]));
      for (const { alert, labels, annotations } of rendered) {
        expect(labels['team']).toBe('observability');
        expect(annotations['runbook_url']).toBe(`https://example.com/telamon/RUNBOOK.md#${alert.toLowerCase()}`);
      }
    },
  );
});

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

describe('dashboards', () => {
  const folder = join(CHART, 'files/dashboards');
  const dashboards = readdirSync(folder).map((file) => ({
    file,
    board: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Dashboard,
  }));

  it('have unique ids, titles and panels', () => {
    for (const key of ['uid', 'title'] as const)
      expect(new Set(dashboards.map(({ board }) => board[key])).size).toBe(dashboards.length);
    for (const { board } of dashboards) expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length);
  });

  it('ask only for metrics that exist', () => {
    for (const { file, board } of dashboards) {
      const exprs = [
        ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
        ...board.templating.list.map(({ query }) => query).filter((query) => query.startsWith('label_values(')),
      ];
      for (const expr of exprs) {
        const used = metricsOf(expr);
        expect(used.length, `${file}: ${expr}`).toBeGreaterThan(0);
        for (const name of used) expect(KNOWN_METRICS.has(name), `${file}: ${name}`).toBe(true);
      }
    }
  });

  it.skipIf(promtool.path === undefined)('hold expressions that parse', () => {
    const rules = dashboards.flatMap(({ board }) =>
      board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m'))),
    );
    const scratch = scratchFolder('chart-dashboards');
    const group = { name: 'panels', rules: rules.map((expr, at) => ({ record: `panel:${at}`, expr })) };
    writeFileSync(join(scratch, 'panels.json'), JSON.stringify({ groups: [group] }));
    expect(check(scratch, ['check', 'rules', 'panels.json'])).toContain(`SUCCESS: ${rules.length} rules found`);
  });

  it.skipIf(helm === undefined)('come into ConfigMaps for the sidecar, byte by byte', async () => {
    const maps = ofKind(parseObjects(await helm!.render({ files: [VALUE_SETS[4]!.file] })), 'ConfigMap').filter(
      ({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1',
    );
    expect(maps).toHaveLength(dashboards.length);
    for (const { file, board } of dashboards) {
      const map = maps.find(({ data }) => data?.[`telamon-${file}`] !== undefined)!;
      expect(JSON.parse(map.data![`telamon-${file}`]!)).toEqual(board);
      expect(map.metadata.annotations).toEqual({ grafana_folder: 'Telamon' });
    }
  });
});
