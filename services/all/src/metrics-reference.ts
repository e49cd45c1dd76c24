import type { MetricDescription } from '@telamon/telemetry';

/** The text of `docs/reference/metrics.md`. */
export function renderMetricsReference(metrics: readonly MetricDescription[]): string {
  return `${[
    '# Metrics reference',
    '',
    'Generated from the declarations; do not edit. These are the metrics of the process itself, which `/metrics` of every listener answers;',
    '`?name[]=` selects some of them.',
    '',
    '| Metric | Type | Labels | Meaning |',
    '| --- | --- | --- | --- |',
    ...metrics.map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${cell(help)} |`),
  ].join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');
}
