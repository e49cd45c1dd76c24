/** One line of an exposition. */
export interface ExposedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A metric with all its lines. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly ExposedSample[];
}

/** What a scraper asks for. */
export interface ExpositionRequest {
  /** The request's Accept header. */
  readonly accept?: string | undefined;
  /** `name[]` parameters: only these metrics, by family or sample name. Empty or absent: all. */
  readonly names?: readonly string[];
}

/** Answer of `/metrics`. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Writes families as Prometheus text 0.0.4 or, where the Accept header prefers it, OpenMetrics 1.0.0. */
export function exposeFamilies(families: readonly MetricFamily[], request: ExpositionRequest): Exposition {
  const isOpenMetrics = prefersOpenMetrics(request.accept);
  const names = new Set(request.names ?? []);
  const lines: string[] = [];
  for (const family of families) {
    if (names.size > 0 && !isNamed(family, names)) continue;
    const familyName = isOpenMetrics && family.type === 'counter' ? family.name.replace(/_total$/, '') : family.name;
    lines.push(`# HELP ${familyName} ${escapeHelp(family.help, isOpenMetrics)}`, `# TYPE ${familyName} ${family.type}`);
    for (const sample of family.samples)
      lines.push(`${sample.name}${labelText(sample, isOpenMetrics)} ${numberText(sample.value)}`);
  }
  if (isOpenMetrics) lines.push('# EOF');
  return { contentType: isOpenMetrics ? OPEN_METRICS : TEXT, body: lines.length === 0 ? '' : `${lines.join('\n')}\n` };
}

/** Whether an Accept header puts OpenMetrics 1.0.0 before plain text. Equal weights go to OpenMetrics, as named more specifically. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  let openWeight = 0;
  let textWeight = 0;
  for (const part of (accept ?? '').split(',')) {
    const [type, ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const weight = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    if (!(weight > 0)) continue;
    const version = parameters.find((parameter) => parameter.startsWith('version='))?.slice(8);
    if (type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0'))
      openWeight = Math.max(openWeight, weight);
    if (type === 'text/plain' && (version === undefined || version === '0.0.4')) textWeight = Math.max(textWeight, weight);
  }
  return openWeight > 0 && openWeight >= textWeight;
}

function isNamed(family: MetricFamily, names: ReadonlySet<string>): boolean {
  return names.has(family.name) || family.samples.some((sample) => names.has(sample.name));
}

function labelText(sample: ExposedSample, isOpenMetrics: boolean): string {
  const parts: string[] = [];
  const { le, ...labels } = sample.labels;
  for (const [name, value] of Object.entries(labels)) parts.push(`${name}="${escapeValue(String(value))}"`);
  // OpenMetrics wants bounds as floats ("1.0"), the older text as Go prints them ("1").
  if (le !== undefined) parts.push(`le="${boundText(le, isOpenMetrics)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function boundText(bound: string | number, isOpenMetrics: boolean): string {
  if (bound === '+Inf') return bound;
  const text = numberText(Number(bound));
  return isOpenMetrics && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function escapeHelp(text: string, isOpenMetrics: boolean): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return isOpenMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}

function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
