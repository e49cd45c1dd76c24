import {
  type CatalogueError,
  duplicateLabelName,
  formatSeries,
  type IngestLimits,
  invalidLabel,
  invalidLabelValue,
  invalidMetricName,
  labelNameTooLong,
  labelValueTooLong,
  missingMetricName,
  tooManyLabels,
} from '@telamon/limits';
import { compareUtf8, isLegacyLabelName, isLegacyMetricName, Labels, METRIC_NAME } from '@telamon/model';
import { compileRelabelRule, type RelabelRule, relabel } from './relabel.ts';

/** Limits that decide about the labels of a series. */
export type SeriesLimits = Pick<
  IngestLimits,
  | 'dropLabels'
  | 'maxLabelNameLength'
  | 'maxLabelNamesPerInfoSeries'
  | 'maxLabelNamesPerSeries'
  | 'maxLabelValueLength'
  | 'metricRelabelConfigs'
  | 'metricRelabelingEnabled'
  | 'nameValidationScheme'
>;

/** What becomes of a series: it is stored under these labels, dropped by a rule, or refused. */
export type PreparedSeries =
  | { readonly kind: 'accepted'; readonly labels: Labels }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'refused'; readonly error: CatalogueError };

const DROPPED: PreparedSeries = { kind: 'dropped' };
const encoder = new TextEncoder();

/**
 * Turns labels as a sender wrote them into those that are stored: drops and relabels what the tenant wants, sorts, removes
 * empty values, and checks names, values and counts. Made once for a set of limits; runs once for each series that is new.
 */
export class SeriesPreparer {
  readonly #limits: SeriesLimits;
  readonly #rules: readonly RelabelRule[];
  readonly #dropped: ReadonlySet<string>;

  constructor(limits: SeriesLimits) {
    this.#limits = limits;
    this.#rules = limits.metricRelabelingEnabled ? limits.metricRelabelConfigs.map(compileRelabelRule) : [];
    this.#dropped = new Set(limits.dropLabels);
  }

  /**
   * Prepares `name, value, ...` as sent: unsorted, with empty values, perhaps with duplicates. `removed` is the replica label
   * of a pair, '' for none. A text that is not UTF-8 has U+FFFD in it and is told by `hasInvalidUtf8`.
   */
  prepare(flat: readonly string[], removed: string, hasInvalidUtf8: boolean): PreparedSeries {
    const duplicate = duplicateName(flat);
    if (duplicate !== undefined) return refused(duplicateLabelName(duplicate, formatSeries(pairsOf(flat))));
    if (hasInvalidUtf8) return refused(invalidUtf8(flat));
    let labels: Labels | undefined = Labels.fromPairs(pairsOf(flat));
    if (flat.includes('')) {
      const unnamed = emptyName(flat);
      if (unnamed) return refused(invalidLabel('', formatSeries(pairsOf(flat))));
    }
    if (removed !== '') labels = labels.with(removed, '');
    if (this.#dropped.size > 0) labels = labels.without(this.#dropped);
    if (this.#rules.length > 0) labels = relabel(labels, this.#rules);
    if (labels === undefined || labels.size === 0) return labels === undefined ? DROPPED : refused(missingMetricName());
    const error = this.#check(labels);
    return error === undefined ? { kind: 'accepted', labels } : refused(error);
  }

  #check(labels: Labels): CatalogueError | undefined {
    const name = labels.metricName;
    if (name === '') return missingMetricName();
    const isLegacy = this.#limits.nameValidationScheme === 'legacy';
    if (isLegacy && !isLegacyMetricName(name)) return invalidMetricName(name);
    const countError = this.#checkCount(labels, name);
    if (countError !== undefined) return countError;
    const { maxLabelNameLength, maxLabelValueLength } = this.#limits;
    for (const [label, value] of labels) {
      if (isOver(label, maxLabelNameLength)) return labelNameTooLong(label, formatSeries(labels));
      if (isLegacy && !isLegacyLabelName(label)) return invalidLabel(label, formatSeries(labels));
      if (isOver(value, maxLabelValueLength)) return labelValueTooLong(label, value, formatSeries(labels));
    }
    return undefined;
  }

  #checkCount(labels: Labels, name: string): CatalogueError | undefined {
    const { maxLabelNamesPerSeries, maxLabelNamesPerInfoSeries } = this.#limits;
    const isInfo = name.endsWith('_info') && maxLabelNamesPerInfoSeries > maxLabelNamesPerSeries;
    const limit = isInfo ? maxLabelNamesPerInfoSeries : maxLabelNamesPerSeries;
    return labels.size > limit ? tooManyLabels(labels.size, limit, formatSeries(labels), isInfo) : undefined;
  }
}

function refused(error: CatalogueError): PreparedSeries {
  return { kind: 'refused', error };
}

/** Whether a text has more bytes than allowed; encodes only what could be. */
function isOver(text: string, limitBytes: number): boolean {
  if (text.length > limitBytes) return true;
  return text.length * 3 > limitBytes && encoder.encode(text).length > limitBytes;
}

function* pairsOf(flat: readonly string[]): IterableIterator<[string, string]> {
  for (let i = 0; i < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!];
}

function duplicateName(flat: readonly string[]): string | undefined {
  const names: string[] = [];
  for (let i = 0; i < flat.length; i += 2) names.push(flat[i]!);
  names.sort(compareUtf8);
  for (let i = 1; i < names.length; i++) if (names[i] === names[i - 1]) return names[i];
  return undefined;
}

function emptyName(flat: readonly string[]): boolean {
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === '') return true;
  return false;
}

/** Names the part that is not UTF-8: its replacement characters tell which one it is. */
function invalidUtf8(flat: readonly string[]): CatalogueError {
  const labels = Labels.fromPairs(pairsOf(flat));
  const name = labels.metricName;
  if (name.includes('\uFFFD')) return invalidMetricName(name);
  for (const [label, value] of pairsOf(flat)) {
    if (label.includes('\uFFFD')) return invalidLabel(label, formatSeries(labels));
    if (label !== METRIC_NAME && value.includes('\uFFFD')) return invalidLabelValue(label, value, name);
  }
  return invalidLabel('', formatSeries(labels));
}
