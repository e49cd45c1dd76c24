import { compareUtf8, formatG, type Labels, METRIC_NAME } from '@telamon/model';

/** One series of a federation answer with its newest float sample. */
export interface FederatedSample {
  readonly labels: Labels;
  readonly value: number;
  readonly timeMs: number;
}

/**
 * Prometheus' text format of federated samples, grouped by metric name: `# TYPE name untyped`, then one line a series with
 * its labels in order, an empty `instance` where it has none, and the external labels it does not have itself.
 */
export function federateText(
  samples: readonly FederatedSample[],
  externalLabels: readonly (readonly [string, string])[],
): string {
  const sorted = [...samples].sort((a, b) => compareUtf8(a.labels.metricName, b.labels.metricName) || a.labels.compare(b.labels));
  let text = '';
  let family: string | undefined;
  for (const sample of sorted) {
    const name = sample.labels.metricName;
    if (name === '') continue;
    const shown = escapeName(name);
    if (name !== family) {
      text += `# TYPE ${shown} untyped\n`;
      family = name;
    }
    text += `${shown}${labelsText(sample.labels, externalLabels)} ${formatG(sample.value)} ${sample.timeMs}\n`;
  }
  return text;
}

function labelsText(labels: Labels, externalLabels: readonly (readonly [string, string])[]): string {
  const parts: string[] = [];
  for (const [name, value] of labels) if (name !== METRIC_NAME) parts.push(pairText(name, value));
  const added: (readonly [string, string])[] = [];
  if (!labels.has('instance')) added.push(['instance', '']);
  for (const pair of externalLabels) if (!labels.has(pair[0])) added.push(pair);
  added.sort((a, b) => compareUtf8(a[0], b[0]));
  for (const [name, value] of added) parts.push(pairText(name, value));
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function pairText(name: string, value: string): string {
  const escaped = value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
  return `${escapeName(name)}="${escaped}"`;
}

/** Names beyond the legacy alphabet are written with underscores, which is what `escaping=underscores` promises. */
function escapeName(name: string): string {
  let text = '';
  for (const char of name) text += /[a-zA-Z0-9_:]/.test(char) ? char : '_';
  return /^[0-9]/.test(text) ? `_${text.slice(1)}` : text;
}
