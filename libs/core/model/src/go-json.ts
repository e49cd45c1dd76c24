/** Whether a text can be written between quotes as it is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;
/** As {@link PLAIN}, for the writer that also escapes markup. */
const PLAIN_HTML = /^[\x20\x21\x23-\x25\x27-\x3b\x3d\x3f-\x5b\x5d-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;

/**
 * A JSON string as Prometheus writes labels of results: only `"`, `\` and control characters escaped (`\n`, `\r`, `\t`, else
 * `\u00xx`). Lone surrogates become U+FFFD. Cost: linear, nearly free for text without escapes.
 */
export function jsonStringRaw(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : `"${escapeText(text, false)}"`;
}

/** A JSON string as Go's encoder writes it: as {@link jsonStringRaw}, and `<`, `>`, `&`, U+2028 and U+2029 as `\uxxxx`. */
export function jsonStringHtml(text: string): string {
  return PLAIN_HTML.test(text) ? `"${text}"` : `"${escapeText(text, true)}"`;
}

function escapeText(text: string, isHtml: boolean): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (code < 0x20) out += controlEscape(char, code);
    else if (code >= 0xd800 && code <= 0xdfff) out += isHtml ? '\\ufffd' : '\ufffd';
    else if (isHtml && (char === '<' || char === '>' || char === '&' || code === 0x2028 || code === 0x2029)) {
      out += `\\u${code.toString(16).padStart(4, '0')}`;
    } else out += char;
  }
  return out;
}

function controlEscape(char: string, code: number): string {
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
