import { parseByteSize, parseOptionDurationMs } from '@telamon/model';
import type { Option } from './option.ts';
import { Secret } from './secret.ts';
import { bytesText, durationText } from './units.ts';

/** A parsed value, or what is wrong with the input; the text continues "--flag: ". */
export type Parsed = { readonly isOk: true; readonly value: unknown } | { readonly isOk: false; readonly error: string };

/** Parses a flag's or an environment variable's text. */
export function parseText(option: Option, text: string): Parsed {
  switch (option.type) {
    case 'list':
      return ok(text === '' ? [] : text.split(',').map((item) => item.trim()));
    case 'structured':
      try {
        return parseStructured(option.parse, JSON.parse(text));
      } catch {
        return bad(`${quote(text)} is not JSON`);
      }
    case 'boolean':
      return parseBoolean(text);
    default:
      return parseScalar(option, text);
  }
}

/** Parses plain data out of a YAML file. A number or boolean is taken for a text option in its YAML spelling. */
export function parseYamlValue(option: Option, value: unknown): Parsed {
  if (option.type === 'structured') return parseStructured(option.parse, value);
  if (option.type === 'list') {
    if (value === null) return ok([]);
    if (Array.isArray(value)) return value.every(isScalar) ? ok(value.map(String)) : bad('must be a list of texts');
  }
  // `key:` without a value stands for the empty text and nothing else.
  if (value === null)
    return option.type === 'string' || option.type === 'secret' ? parseText(option, '') : bad('must have a value');
  if (!isScalar(value)) return bad(`must be a single value, not a ${Array.isArray(value) ? 'list' : 'mapping'}`);
  return parseText(option, String(value));
}

/** Parses the declared default. */
export function parseDefault(option: Option): Parsed {
  if (option.type === 'structured') return parseStructured(option.parse, option.default);
  return option.type === 'list' ? ok([...option.default]) : parseText(option, String(option.default));
}

/** Plain data for YAML and JSON: durations as text, secrets and user information of URLs hidden. Undoes parsing but for these. */
export function plainValue(option: Option, value: unknown): unknown {
  if (option.type === 'durationMs') return durationText(value as number);
  if (option.type === 'secret') return (value as Secret).isSet ? '********' : '';
  if (option.type === 'string') return hideUserInfo(value as string);
  if (option.type === 'list') return (value as readonly string[]).map(hideUserInfo);
  if (option.type === 'structured' && option.render !== undefined) return option.render(value as never);
  return value;
}

/** Credentials inside a URL are secrets too, wherever they stand. */
function hideUserInfo(text: string): string {
  return text.replace(/(:\/\/)[^\s/@]{1,512}@/g, '$1********@');
}

/** The text of a value in help and reference. */
export function displayValue(option: Option, value: unknown): string {
  if (option.type === 'bytes') return bytesText(value as number);
  const plain = plainValue(option, value);
  return typeof plain === 'string'
    ? plain
    : Array.isArray(plain) && option.type === 'list'
      ? plain.join(',')
      : JSON.stringify(plain);
}

type ScalarOption = Exclude<Option, { type: 'list' | 'structured' | 'boolean' }>;

function parseScalar(option: ScalarOption, text: string): Parsed {
  switch (option.type) {
    case 'string':
      return ok(text);
    case 'secret':
      return ok(new Secret(text));
    case 'choice':
      return option.choices.includes(text) ? ok(text) : bad(`${quote(text)} is not one of ${option.choices.join(', ')}`);
    case 'int':
    case 'float':
      return parseNumber(option.type, text, option.min, option.max);
    case 'durationMs':
      return within(parseOptionDurationMs(text), text, 'a duration such as 30s, 1h30m or 7d', {
        min: option.minMs ?? 0,
        max: option.maxMs,
        show: durationText,
      });
    case 'bytes':
      return within(parseByteSize(text), text, 'a size such as 1024, 512KiB or 100MiB', {
        min: option.minBytes ?? 0,
        max: option.maxBytes,
        show: bytesText,
      });
  }
}

function parseNumber(type: 'int' | 'float', text: string, min: number | undefined, max: number | undefined): Parsed {
  const isNumber = type === 'int' ? /^[+-]?\d+(e\+?\d+)?$/i.test(text) : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const number = isNumber ? Number(text) : Number.NaN;
  const isValid = type === 'int' ? Number.isSafeInteger(number) : Number.isFinite(number);
  return within(isValid ? number : undefined, text, type === 'int' ? 'a whole number' : 'a number', { min, max, show: String });
}

interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly show: (value: number) => string;
}

function within(value: number | undefined, text: string, what: string, { min, max, show }: Bounds): Parsed {
  if (value === undefined) return bad(`${quote(text)} is not ${what}`);
  if (min !== undefined && value < min) return bad(`${quote(text)} is less than ${show(min)}`);
  if (max !== undefined && value > max) return bad(`${quote(text)} is more than ${show(max)}`);
  return ok(value);
}

function parseBoolean(text: string): Parsed {
  if (/^(true|t|1)$/i.test(text)) return ok(true);
  if (/^(false|f|0)$/i.test(text)) return ok(false);
  return bad(`${quote(text)} is neither true nor false`);
}

function parseStructured(parse: (value: unknown) => unknown, value: unknown): Parsed {
  try {
    return ok(parse(value));
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
}

function isScalar(value: unknown): value is string | number | boolean | bigint {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}

function ok(value: unknown): Parsed {
  return { isOk: true, value };
}

function bad(error: string): Parsed {
  return { isOk: false, error };
}
