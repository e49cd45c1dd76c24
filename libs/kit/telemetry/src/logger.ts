import pino from 'pino';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { formatLogLine, type LogFormat } from './log-format.ts';
import { isSecretKey, REDACTED, redactText } from './redact.ts';

/** How much is logged; each level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Details of an event. Errors become their message, plus the stack at level error; bigints become text; secrets are hidden. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes events, one line each. Never throws. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Whether a level is written; lets callers skip expensive fields. */
  isEnabled(level: LogLevel): boolean;
  /** A logger that adds `component` and fields to every line. Levels changed later apply to it too. */
  child(component: string, fields?: LogFields): Logger;
}

/** A logger whose level can be changed while it runs. */
export interface RootLogger extends Logger {
  level: LogLevel;
}

/** Settings of {@link createLogger}. */
export interface LoggerOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Takes whole lines with their line feed. Default: standard error, written at once. */
  readonly destination?: { write(line: string): unknown };
  readonly clock?: Clock;
}

/**
 * Makes a logger. Every line has `ts` (RFC 3339, UTC, ms), `level`, `component` if any, `msg`, then the fields; it is at most 2 KiB
 * long with control characters escaped, so an event can't forge a second one.
 */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  const out = options.destination ?? pino.destination({ fd: 2, sync: true });
  const format = options.format ?? 'logfmt';
  const clock = options.clock ?? SYSTEM_CLOCK;
  const root = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: false,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (json: string) => {
        const { level, ...rest } = JSON.parse(json) as Record<string, unknown>;
        out.write(`${formatLogLine({ ts: new Date(clock.nowMs()).toISOString(), level, ...ordered(rest) }, format)}\n`);
      },
    },
  );
  return new PinoLogger(root, root, undefined, {});
}

/** A logger that writes nothing. */
export function createSilentLogger(): RootLogger {
  return createLogger({ destination: { write: () => {} } });
}

class PinoLogger implements RootLogger {
  readonly #root: pino.Logger;
  readonly #pino: pino.Logger;
  readonly #component: string | undefined;
  readonly #fields: LogFields;

  constructor(root: pino.Logger, own: pino.Logger, component: string | undefined, fields: LogFields) {
    this.#root = root;
    this.#pino = own;
    this.#component = component;
    this.#fields = fields;
  }

  get level(): LogLevel {
    return this.#root.level as LogLevel;
  }

  set level(level: LogLevel) {
    this.#root.level = level;
  }

  debug(message: string, fields?: LogFields): void {
    this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  isEnabled(level: LogLevel): boolean {
    return this.#root.isLevelEnabled(level);
  }

  child(component: string, fields: LogFields = {}): Logger {
    return new PinoLogger(this.#root, this.#pino, component, { ...this.#fields, ...fields });
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.#root.isLevelEnabled(level)) return;
    const hasStack = level === 'error';
    const record: Record<string, unknown> = this.#component === undefined ? {} : { component: this.#component };
    for (const source of [this.#fields, fields ?? {}]) {
      for (const key of Object.keys(source)) {
        // `level`, `msg` and `ts` are the line's own.
        record[RESERVED.has(key) ? `${key}_` : key] = safely(() => {
          const value = source[key];
          if (hasStack && value instanceof Error && value.stack !== undefined) record.stack = redactText(framesOf(value.stack));
          return printable(key, value, 0);
        });
      }
    }
    this.#pino[level](record, safeText(message));
  }
}

const RESERVED: ReadonlySet<string> = new Set(['ts', 'level', 'msg', 'time', 'component']);

/** Fields deeper than this are summed up. */
const DEPTH_MAX = 4;

function printable(key: string, value: unknown, depth: number): unknown {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value;
  if (value !== '' && isSecretKey(key)) return REDACTED;
  if (typeof value === 'string') return safeText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object') return value;
  if (value instanceof Error) return safeText(causeText(value));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_MAX) return '[...]';
  if (Array.isArray(value)) return value.slice(0, 32).map((item) => printable('', item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return printable(key, value.toJSON(), depth + 1);
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 32)
      .map(([name, item]) => [name, printable(name, item, depth + 1)]),
  );
}

/** Far more than fits a line, so that nothing cut in the middle of a secret is ever printed. */
const TEXT_CHARS_MAX = 8192;

/** Hides secrets in a text of any length at bounded cost. */
function safeText(text: string): string {
  return redactText(text.slice(0, TEXT_CHARS_MAX));
}

/** A getter or toJSON of someone else may throw; a log line must not. */
function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}

/** Messages of an error and its causes, outermost first; what one repeats of its cause stands there once. */
function causeText(error: Error): string {
  let text = error.message;
  let at = error.cause;
  for (let depth = 1; at instanceof Error && depth < DEPTH_MAX; depth++) {
    if (!text.endsWith(at.message)) text += `: ${at.message}`;
    at = at.cause;
  }
  return text;
}

/** The stack without its message, which the line has already. */
function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
    .join(' | ');
}

function ordered({ component, msg, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...(component === undefined ? {} : { component }), msg, ...rest };
}
