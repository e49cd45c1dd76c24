/** The annotation that says that others were left out. */
const OMISSION = /^\d+ more (warning|info) annotations omitted$/;
/** Annotations that gather numbers over all steps: those of two parts can't be added up from their texts. */
const GATHERED: readonly string[] = ['needed to be fixed for monotonicity', 'has start time that overlaps with previous sample'];
/** Annotations that one answer may carry. */
const NOTES_MAX = 10;
/** ` (line:column)` at the end. */
const POSITION = / \(\d+:\d+\)$/;

/**
 * The annotations of a query, of those of its parts in the order of time; undefined when the query as a whole might word or order them
 * otherwise. An annotation stands where its first occurrence was in the evaluation, which the parts tell only if wherever one occurs,
 * all that come before it do.
 */
export function uniteNotes(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  const noted = lists.filter((list) => list.length > 0);
  if (noted.length === 0) return [];
  if (noted.some((list) => list.some((note) => OMISSION.test(note)))) return undefined;
  const longest = noted.reduce((a, b) => (b.length > a.length ? b : a));
  if (longest.length > NOTES_MAX || !noted.every((list) => isPrefix(list, longest))) return undefined;
  return noted.length > 1 && longest.some(isGathered) && countGathered(noted) > 1 ? undefined : longest;
}

function isPrefix(list: readonly string[], of: readonly string[]): boolean {
  return list.every((note, i) => note === of[i]);
}

function isGathered(note: string): boolean {
  const text = note.replace(POSITION, '');
  return GATHERED.some((part) => text.includes(part));
}

function countGathered(lists: readonly (readonly string[])[]): number {
  return lists.filter((list) => list.some(isGathered)).length;
}
