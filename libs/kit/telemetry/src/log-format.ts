/** How log lines look. */
export type LogFormat = 'json' | 'logfmt' | 'pretty';

/** A log line before it is written: names to printable values, in order. */
export type LogRecord = Readonly<Record<string, unknown>>;

/** Longest line without its line feed, in bytes. */
export const LOG_LINE_BYTES_MAX = 2048;

/** Writes a record as one line without a line feed, control characters escaped, at most {@link LOG_LINE_BYTES_MAX} bytes. */
export function formatLogLine(record: LogRecord, format: LogFormat): string {
  for (const charsMax of [1200, 400, 100, 24]) {
    const line = WRITERS[format](shorten(record, charsMax));
    if (Buffer.byteLength(line) <= LOG_LINE_BYTES_MAX) return line;
  }
  // So many fields that even short ones don't fit: the first ones are time, level, component and message.
  return WRITERS[format](Object.fromEntries([...Object.entries(shorten(record, 24)).slice(0, 8), ['truncated', true]]));
}

const WRITERS: Readonly<Record<LogFormat, (record: LogRecord) => string>> = { json: toJson, logfmt: toLogfmt, pretty: toPretty };

function toJson(record: LogRecord): string {
  return escapeControls(JSON.stringify(record));
}

function toLogfmt(record: LogRecord): string {
  return Object.entries(record)
    .map(([key, value]) => `${key.replace(/[\s="\p{Cc}]/gu, '_')}=${logfmtValue(value)}`)
    .join(' ');
}

function toPretty(record: LogRecord): string {
  const { ts, level, component, msg, ...rest } = record;
  const head = `${ts} ${String(level).toUpperCase().padEnd(5)} ${component === undefined ? '' : `${component}: `}${escapeControls(String(msg))}`;
  return Object.keys(rest).length === 0 ? head : `${head}  ${toLogfmt(rest)}`;
}

function logfmtValue(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return /^[^\s="\\\p{Cc}\p{Zl}\p{Zp}]+$/u.test(text) ? text : escapeControls(JSON.stringify(text));
}

/** JSON leaves DEL, the second control block and the line separators as they are; terminals and log collectors act on them. */
function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function shorten(value: LogRecord, charsMax: number): LogRecord {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [cut(key, 64), shortenField(field, charsMax)]));
}

function shortenField(value: unknown, charsMax: number): unknown {
  if (typeof value === 'string') return cut(value, charsMax);
  if (typeof value !== 'object' || value === null) return value;
  const text = JSON.stringify(value);
  return text.length <= charsMax ? value : cut(text, charsMax);
}

function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  // A pair of surrogates isn't split.
  const end = /[\ud800-\udbff]/.test(text[charsMax - 1]!) ? charsMax - 1 : charsMax;
  return `${text.slice(0, end)}...`;
}
