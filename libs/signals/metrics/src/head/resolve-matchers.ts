import type { Matcher } from '@telamon/model';
import type { TimeSlice } from '@telamon/telemetry';
import type { Postings } from './postings.ts';
import { intersectRefs, RefSet, subtractRefs } from './ref-list.ts';

/** What matchers are resolved against. */
export interface SeriesIndex {
  readonly postings: Postings;
  /** One past the highest ref. */
  readonly end: number;
  /** Value of a series' label, '' when absent. */
  labelValue(ref: number, name: string): string;
}

/**
 * Refs of the series that pass all matchers, ascending; every series when there are no matchers. As in Prometheus, an
 * absent label has the value ''. Yields to the event loop through `slice`; series that come meanwhile may be left out.
 */
export async function resolveMatchers(index: SeriesIndex, matchers: readonly Matcher[], slice: TimeSlice): Promise<Uint32Array> {
  let found: Uint32Array | undefined;
  const late: Matcher[] = [];
  // The cheap ones first: what they leave decides how the others are looked at.
  for (const matcher of matchers) {
    const refs = direct(index, matcher);
    if (refs === undefined) late.push(matcher);
    else found = found === undefined ? refs : intersectRefs(found, refs);
    if (found?.length === 0) return found;
  }
  late.sort((a, b) => index.postings.valueCount(a.name) - index.postings.valueCount(b.name));
  for (const matcher of late) {
    if (found !== undefined && found.length < index.postings.valueCount(matcher.name)) {
      found = await filterBySeries(index, matcher, found, slice);
    } else {
      found = await narrowByValues(index, matcher, found, slice);
    }
    if (found.length === 0) return found;
  }
  return found ?? index.postings.all().slice();
}

/** Refs for a matcher that names its values and does not match ''; undefined for all others. */
function direct(index: SeriesIndex, matcher: Matcher): Uint32Array | undefined {
  if (matcher.operator === '=' && matcher.value !== '') return index.postings.refs(matcher.name, matcher.value);
  if (matcher.operator !== '=~' || matcher.setMatches === undefined || matcher.matches('')) return undefined;
  if (matcher.setMatches.length === 1) return index.postings.refs(matcher.name, matcher.setMatches[0]!);
  const union = new RefSet(index.end);
  for (const value of matcher.setMatches) union.addAll(index.postings.refs(matcher.name, value));
  return union.toSorted();
}

async function filterBySeries(index: SeriesIndex, matcher: Matcher, refs: Uint32Array, slice: TimeSlice): Promise<Uint32Array> {
  const verdicts = new Map<string, boolean>();
  const out = new Uint32Array(refs.length);
  let count = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i]!;
    const value = index.labelValue(ref, matcher.name);
    let isMatch = verdicts.get(value);
    if (isMatch === undefined) {
      isMatch = matcher.matches(value);
      verdicts.set(value, isMatch);
    }
    if (isMatch) out[count++] = ref;
    if ((i & 63) === 0) {
      const pause = slice.pause();
      if (pause !== undefined) await pause;
    }
  }
  return out.subarray(0, count);
}

/** Looks at every value of the label. A matcher that passes '' is turned round: series with a value that fails are taken out. */
async function narrowByValues(
  index: SeriesIndex,
  matcher: Matcher,
  found: Uint32Array | undefined,
  slice: TimeSlice,
): Promise<Uint32Array> {
  const { postings } = index;
  const passesEmpty = matcher.matches('');
  const union = new RefSet(index.end);
  const isExactExclusion = matcher.operator === '!=' && matcher.value !== '';
  if (isExactExclusion) union.addAll(postings.refs(matcher.name, matcher.value));
  else {
    let steps = 0;
    for (const value of postings.values(matcher.name)) {
      // A pattern with a prefix never matches '', so that values without the prefix always agree with it.
      if (value.startsWith(matcher.prefix) && matcher.matches(value) !== passesEmpty) {
        union.addAll(postings.refs(matcher.name, value));
      }
      if ((++steps & 31) === 0) {
        const pause = slice.pause();
        if (pause !== undefined) await pause;
      }
    }
  }
  const refs = union.toSorted();
  if (passesEmpty) return subtractRefs(found ?? postings.all(), refs);
  return found === undefined ? refs : intersectRefs(found, refs);
}
