import { TelamonError } from '@telamon/model';

/** Most `name=value` pairs in one query string or form. A query API needs a few; `match[]` lists of tools a few thousand. */
export const MAX_FORM_PAIRS = 65_536;

/**
 * Parameters of a URL query or form: order and repetition are kept. Names and values were percent-decoded once, `+` is a blank.
 */
export class QueryValues {
  readonly #values: Map<string, string[]>;

  constructor(values: Map<string, string[]> = new Map()) {
    this.#values = values;
  }

  /**
   * Parses `a=1&b=2&a=3`.
   *
   * @throws TelamonError 400 for a bad escape, a semicolon (some parsers split there: a way to smuggle parameters) or too many pairs.
   */
  static parse(text: string): QueryValues {
    const values = new Map<string, string[]>();
    if (text === '') return new QueryValues(values);
    const pairs = text.split('&', MAX_FORM_PAIRS + 1);
    if (pairs.length > MAX_FORM_PAIRS) throw new TelamonError(`more than ${MAX_FORM_PAIRS} form values`, { status: 400 });
    for (const pair of pairs) if (pair !== '') addPair(values, pair);
    return new QueryValues(values);
  }

  /** The first value of the name, or '' when it is absent. */
  get(name: string): string {
    return this.#values.get(name)?.[0] ?? '';
  }

  /** All values of the name in order; empty when absent. The array is the caller's to read only. */
  getAll(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Whether the name occurs, even with an empty value. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The names in order of first occurrence. */
  names(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** Values of `this` before those of `other`: how a form and a URL query become one. */
  concat(other: QueryValues): QueryValues {
    const values = new Map<string, string[]>();
    for (const source of [this.#values, other.#values]) {
      for (const [name, list] of source) values.set(name, [...(values.get(name) ?? []), ...list]);
    }
    return new QueryValues(values);
  }
}

function addPair(values: Map<string, string[]>, pair: string): void {
  if (pair.includes(';')) throw new TelamonError('invalid semicolon separator in query', { status: 400 });
  const cut = pair.indexOf('=');
  const name = decodeComponent(cut < 0 ? pair : pair.slice(0, cut));
  const value = cut < 0 ? '' : decodeComponent(pair.slice(cut + 1));
  const list = values.get(name);
  if (list) list.push(value);
  else values.set(name, [value]);
}

/** Bytes that are not UTF-8 become U+FFFD, which the users of the value refuse in their own words. */
function decodeComponent(raw: string): string {
  const spaced = raw.includes('+') ? raw.replaceAll('+', ' ') : raw;
  if (!spaced.includes('%')) return spaced;
  const bad = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(spaced);
  if (bad) throw new TelamonError(`invalid URL escape ${JSON.stringify(bad[0])}`, { status: 400 });
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeLossy(spaced);
  }
}

function decodeLossy(text: string): string {
  const latin1 = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, 'latin1').toString('utf8');
}
