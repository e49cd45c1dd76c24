import { addHistogram, copyFloatHistogram, type FloatHistogram, Labels, multiplyHistogram, parseGoFloat } from '@telamon/model';
import { parseMetricSelector } from '../parser/parse-expr.ts';
import { parseHistogramNotation } from './histogram-notation.ts';
import { floatValue, histogramValue, OMITTED, type SequenceValue, type SeriesLine, STALE } from './sequence-value.ts';

/** Values that one item may stand for, against scripts that ask for too much memory. */
const MAX_REPEAT = 1_000_000;

/** Reads `metric{labels} value value ...`. Throws an Error when it is no such line. */
export function parseSeriesLine(line: string): SeriesLine {
  const end = endOfMetric(line);
  const labels = parseMetric(line.slice(0, end));
  return { labels, values: parseSequence(line.slice(end).trim()) };
}

/** Reads a metric with `=` matchers only. */
export function parseMetric(text: string): Labels {
  if (text.trim() === '') throw new Error('no metric');
  const matchers = parseMetricSelector(text.trim());
  for (const matcher of matchers) if (matcher.operator !== '=') throw new Error(`bad matcher in metric ${text}`);
  return Labels.fromPairs(matchers.map(({ name, value }): [string, string] => [name, value]));
}

/** Offset at which a line's metric ends: after its braces, or at the first space when it has none. */
function endOfMetric(line: string): number {
  let at = 0;
  while (at < line.length && !/[\s{]/.test(line[at]!)) at++;
  const spaced = at;
  while (at < line.length && /\s/.test(line[at]!)) at++;
  if (line[at] !== '{' || line[at + 1] === '{') return spaced;
  let quote = '';
  for (; at < line.length; at++) {
    const char = line[at]!;
    if (quote !== '') {
      if (char === '\\' && quote !== '`') at++;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '}') return at + 1;
  }
  throw new Error(`unclosed braces in ${line}`);
}

/** Reads the samples of a line: numbers, `_`, `stale`, histograms, each with repetitions and steps. */
function parseSequence(text: string): SequenceValue[] {
  const values: SequenceValue[] = [];
  let rest = text;
  while (rest !== '') {
    const item = /^(\{\{.*?\}\}([+-]\{\{.*?\}\})?(x\d+)?|\S+)(\s+|$)/.exec(rest);
    if (item === null) throw new Error(`bad value at "${rest}"`);
    values.push(...parseItem(item[1]!));
    rest = rest.slice(item[0].length);
  }
  return values;
}

function parseItem(item: string): SequenceValue[] {
  if (item.startsWith('{{')) return parseHistogramItem(item);
  if (item === '_') return [OMITTED];
  if (item === 'stale') return [STALE];
  const omitted = /^_x(\d+)$/.exec(item);
  if (omitted !== null) return repeat(count(omitted[1]!), () => OMITTED);
  const stale = /^stalex(\d+)$/.exec(item);
  if (stale !== null) return repeat(count(stale[1]!) + 1, () => STALE);
  const single = parseGoFloat(item);
  if (single !== undefined && !/^[+-]?0x/i.test(item)) return [floatValue(single)];
  const found = /^([+-]?(?:[\d.]+(?:e[+-]?\d+)?|inf|nan))(?:([+-](?:[\d.]+(?:e[+-]?\d+)?|inf|nan)))?x(\d+)$/i.exec(item);
  if (found === null) throw new Error(`bad value ${item}`);
  const first = parseGoFloat(found[1]!);
  const step = found[2] === undefined ? 0 : parseGoFloat(found[2].replace(/^([+-])nan$/i, 'nan'));
  if (first === undefined || step === undefined) throw new Error(`bad value ${item}`);
  // Added up, not multiplied out: so are the rounding errors.
  let value = first;
  return repeat(count(found[3]!) + 1, (i) => {
    if (i > 0) value += step;
    return floatValue(found[2] === undefined ? first : value);
  });
}

function parseHistogramItem(item: string): SequenceValue[] {
  const found = /^\{\{(.*?)\}\}(?:([+-])\{\{(.*?)\}\})?(?:x(\d+))?$/.exec(item);
  if (found === null) throw new Error(`bad histogram ${item}`);
  const base = parseHistogramNotation(found[1]!);
  const times = found[4] === undefined ? 0 : count(found[4]);
  if (found[2] === undefined) return repeat(times + 1, () => histogramValue(base.histogram, base.hasHint));
  const step = parseHistogramNotation(found[3]!);
  if (found[2] === '-') multiplyHistogram(step.histogram, -1);
  let current: FloatHistogram = base.histogram;
  return repeat(times + 1, (i) => {
    if (i > 0) {
      current = copyFloatHistogram(current);
      const hint = current.counterResetHint;
      if (addHistogram(current, step.histogram) === undefined) throw new Error(`histograms do not go together: ${item}`);
      if (found[2] === '-') current.counterResetHint = hint;
    }
    return histogramValue(current, base.hasHint);
  });
}

function count(text: string): number {
  const value = Number(text);
  if (value > MAX_REPEAT) throw new Error(`more than ${MAX_REPEAT} repetitions`);
  return value;
}

function repeat(times: number, make: (i: number) => SequenceValue): SequenceValue[] {
  return Array.from({ length: times }, (_, i) => make(i));
}
