import type { Matcher } from '@telamon/model';
import { intersectPostings, subtractPostings, unionPostings } from './postings.ts';
import type { PostingsRange } from './postings-table.ts';

/** What label lookups need to know of an index; an index and its header both do. */
export interface LabelIndex {
  /** Pairs of a label with these values; unknown ones are left out. */
  ranges(name: string, values: readonly string[]): PostingsRange[];
  /** Pairs of a label whose value passes (all without `test`) and starts with `prefix`. */
  matching(name: string, test?: (value: string) => boolean, prefix?: string): Iterable<PostingsRange>;
  /** The list of all series; undefined in an empty index. */
  readonly allPostings: PostingsRange | undefined;
}

/**
 * Which postings lists answer a set of matchers: the intersection of the unions in `intersect` less the unions in `subtract`.
 * Made without reading a list, so that a store can fetch {@link ranges} first, in one go.
 */
export interface PostingsPlan {
  /** No series can match; nothing needs to be read. */
  readonly isEmpty: boolean;
  readonly intersect: readonly (readonly PostingsRange[])[];
  readonly subtract: readonly (readonly PostingsRange[])[];
}

const EMPTY_PLAN: PostingsPlan = { isEmpty: true, intersect: [], subtract: [] };

/**
 * Plans the lookup of a set of matchers with Prometheus' meaning: an absent label is ''. A matcher that '' passes cannot
 * pick series by itself; it removes those whose value does not pass. No matchers: every series.
 * Cost: O(values) of every label with a pattern.
 */
export function planPostings(index: LabelIndex, matchers: readonly Matcher[]): PostingsPlan {
  const intersect: PostingsRange[][] = [];
  const subtract: PostingsRange[][] = [];
  for (const matcher of matchers) {
    if (matcher.name === '') return EMPTY_PLAN;
    const isEmptyPassing = matcher.matches('');
    if (!isEmptyPassing) {
      const ranges = passing(index, matcher);
      if (ranges.length === 0) return EMPTY_PLAN;
      intersect.push(ranges);
    } else if (!isMatchAll(matcher)) {
      const ranges = failing(index, matcher);
      if (ranges.length > 0) subtract.push(ranges);
    }
  }
  if (intersect.length === 0) {
    if (index.allPostings === undefined) return EMPTY_PLAN;
    intersect.push([index.allPostings]);
  }
  return { isEmpty: false, intersect, subtract };
}

/** Every distinct range of a plan, ascending by offset. */
export function rangesOfPlan(plan: PostingsPlan): PostingsRange[] {
  const byOffset = new Map<number, PostingsRange>();
  for (const group of [...plan.intersect, ...plan.subtract]) for (const range of group) byOffset.set(range.offset, range);
  return [...byOffset.values()].sort((a, b) => a.offset - b.offset);
}

/** Series refs of a plan, ascending. `load` gives the decoded list of a range; it is called at most once per use. */
export function evaluatePlan(plan: PostingsPlan, load: (range: PostingsRange) => Uint32Array): Uint32Array {
  if (plan.isEmpty) return new Uint32Array(0);
  const groups = [...plan.intersect].sort((a, b) => sizeOf(a) - sizeOf(b));
  let refs: Uint32Array | undefined;
  for (const group of groups) {
    const union = unionPostings(group.map(load));
    refs = refs === undefined ? union : intersectPostings(refs, union);
    if (refs.length === 0) return refs;
  }
  refs ??= new Uint32Array(0);
  for (const group of plan.subtract) {
    if (refs.length === 0) return refs;
    refs = subtractPostings(refs, unionPostings(group.map(load)));
  }
  return refs;
}

function sizeOf(group: readonly PostingsRange[]): number {
  let size = 0;
  for (const range of group) size += range.sizeBytes;
  return size;
}

function passing(index: LabelIndex, matcher: Matcher): PostingsRange[] {
  if (matcher.operator === '=') return index.ranges(matcher.name, [matcher.value]);
  if (matcher.operator === '=~' && matcher.setMatches !== undefined) return index.ranges(matcher.name, matcher.setMatches);
  const isAnyValue = (matcher.operator === '!=' && matcher.value === '') || (matcher.operator === '=~' && matcher.value === '.+');
  if (isAnyValue) return [...index.matching(matcher.name)];
  const prefix = matcher.operator === '=~' ? matcher.prefix : '';
  return [...index.matching(matcher.name, (value) => matcher.matches(value), prefix)];
}

function failing(index: LabelIndex, matcher: Matcher): PostingsRange[] {
  if (matcher.operator === '!=') return index.ranges(matcher.name, [matcher.value]);
  if (matcher.operator === '!~' && matcher.setMatches !== undefined) return index.ranges(matcher.name, matcher.setMatches);
  // l="" and l=~"": every value fails.
  if (matcher.value === '') return [...index.matching(matcher.name)];
  return [...index.matching(matcher.name, (value) => !matcher.matches(value))];
}

function isMatchAll(matcher: Matcher): boolean {
  return matcher.operator === '=~' && (matcher.value === '.*' || matcher.value === '(?s:.*)');
}
