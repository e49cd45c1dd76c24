import { isLegacyMetricName } from './labels.ts';

const PREFIX = 'U__';

/** Whether a text is a valid UTF-8 label or metric name: not empty, no lone surrogates. */
export function isValidUtf8Label(name: string): boolean {
  return name !== '' && !/\p{Cs}/u.test(name);
}

/**
 * Escapes a name that is no legacy name by Prometheus' value encoding (`U__` and `_<hex>_`), as clients that know only
 * legacy names see it in URLs and in negotiated exposition. Legacy names stay.
 */
export function escapeName(name: string): string {
  if (name === '' || isLegacyMetricName(name)) return name;
  let out = PREFIX;
  let isFirst = true;
  for (const char of name) {
    const code = char.codePointAt(0)!;
    if (char === '_') out += '__';
    else if (/[a-zA-Z:]/.test(char) || (!isFirst && /[0-9]/.test(char))) out += char;
    else if (code >= 0xd800 && code <= 0xdfff) out += '_FFFD_';
    else out += `_${code.toString(16)}_`;
    isFirst = false;
  }
  return out;
}

/** Undoes {@link escapeName}. A name without the prefix, or with a broken escape, is returned as it is. */
export function unescapeName(name: string): string {
  if (!name.startsWith(PREFIX)) return name;
  let out = '';
  let at = PREFIX.length;
  while (at < name.length) {
    if (name[at] !== '_') {
      out += name[at++];
      continue;
    }
    if (name[at + 1] === '_') {
      out += '_';
      at += 2;
      continue;
    }
    // Up to 5 digits were enough for U+FFFFF; Prometheus gives up at the sixth.
    const found = /^_([0-9a-fA-F]{1,6})_/.exec(name.slice(at, at + 8));
    const code = found === null ? -1 : Number.parseInt(found[1]!, 16);
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || found![1]!.length > 5) return name;
    out += String.fromCodePoint(code);
    at += found![0].length;
  }
  return out;
}
