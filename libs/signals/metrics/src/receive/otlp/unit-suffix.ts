/** UCUM units that have a word of their own in metric names; '1' has none. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tibibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
]);

/** Words of units below the line (`By/s` is bytes per second). */
const PER_WORDS: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
]);

/** Suffixes that a unit adds to a metric's name; '' where it adds none. */
export interface UnitSuffixes {
  /** `bytes` of `By/s`. */
  readonly main: string;
  /** `per_second` of `By/s`. */
  readonly per: string;
}

/** Translates a UCUM unit. Annotations in braces (`{request}`) add nothing; unknown units stay as they are. */
export function unitSuffixes(unit: string): UnitSuffixes {
  const slash = unit.indexOf('/');
  const above = (slash < 0 ? unit : unit.slice(0, slash)).trim();
  const below = slash < 0 ? '' : unit.slice(slash + 1).trim();
  const per = wordOf(below, PER_WORDS);
  return { main: wordOf(above, UNIT_WORDS), per: per === '' ? '' : `per_${per}` };
}

function wordOf(unit: string, words: ReadonlyMap<string, string>): string {
  if (unit === '' || /[{}]/.test(unit)) return '';
  return words.get(unit) ?? unit;
}

/** A unit as part of a name: what is not a letter, digit or colon becomes one underscore, none in front. */
export function cleanUnit(unit: string): string {
  return unit
    .replace(/[^a-zA-Z0-9:]/gu, '_')
    .replace(/__+/g, '_')
    .replace(/^_/, '');
}

/** A UCUM unit as metadata and the `__unit__` label hold it: `By/s` is `bytes_per_second`. `isEscaping`: see names. */
export function prometheusUnit(unit: string, isEscaping: boolean): string {
  const suffixes = unitSuffixes(unit);
  const parts = [suffixes.main, suffixes.per].map((part) => (isEscaping ? cleanUnit(part) : part));
  return parts
    .filter((part) => part !== '')
    .join('_')
    .replace(/^_/, '')
    .replace(/_$/, '');
}
