import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from './fake-clock.ts';
import { LOG_LINE_BYTES_MAX, type LogFormat } from './log-format.ts';
import { createLogger, type RootLogger } from './logger.ts';

function setUp(format: LogFormat): { lines: string[]; logger: RootLogger } {
  const lines: string[] = [];
  const logger = createLogger({
    format,
    clock: new FakeClock(1_700_000_000_123),
    destination: { write: (line) => lines.push(line) },
  });
  return { lines, logger };
}

const FORMATS: LogFormat[] = ['json', 'logfmt', 'pretty'];

describe('createLogger', () => {
  it('writes the three forms', () => {
    const write = (format: LogFormat): string => {
      const { lines, logger } = setUp(format);
      logger
        .child('ingester', { tenant: 'team a' })
        .info('Block cut.', { series: 12, err: new Error('x', { cause: new Error('y') }) });
      return lines.join('');
    };
    expect(write('json')).toBe(
      '{"ts":"2023-11-14T22:13:20.123Z","level":"info","component":"ingester","msg":"Block cut.","tenant":"team a","series":12,"err":"x: y"}\n',
    );
    expect(write('logfmt')).toBe(
      'ts=2023-11-14T22:13:20.123Z level=info component=ingester msg="Block cut." tenant="team a" series=12 err="x: y"\n',
    );
    expect(write('pretty')).toBe('2023-11-14T22:13:20.123Z INFO  ingester: Block cut.  tenant="team a" series=12 err="x: y"\n');
  });

  it('says once what an error repeats of its cause', () => {
    const { lines, logger } = setUp('logfmt');
    const cause = new Error('not connected', { cause: new Error('refused') });
    logger.info('m', { err: new Error('no answer: not connected', { cause }) });
    expect(lines[0]).toContain('err="no answer: not connected: refused"');
  });

  it('obeys the level, also for children and after a change', () => {
    const { lines, logger } = setUp('logfmt');
    const child = logger.child('a');
    child.debug('no');
    expect(child.isEnabled('debug')).toBe(false);
    logger.level = 'debug';
    child.debug('yes');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('msg=yes');
  });

  it('hides secrets by name and inside texts', () => {
    const { lines, logger } = setUp('json');
    logger.info('GET https://bob:hunter2@s3.local/x?X-Amz-Signature=abc123 with Bearer eyJhbGci', {
      password: 'hunter2',
      nested: { secretKey: 'hunter2', tokens: 128 },
      headers: { Authorization: 'Basic aHVudGVyMg==' },
    });
    expect(lines[0]).not.toMatch(/hunter2|abc123|eyJhbGci|aHVudGVyMg/);
    expect(lines[0]).toContain('"tokens":128');
    expect(lines[0]!.match(/<redacted>/g)).toHaveLength(6);
  });

  it('does not let fields replace its own, nor fail on what cannot be printed', () => {
    const { lines, logger } = setUp('json');
    const cyclic: Record<string, unknown> = { big: 10n };
    cyclic.self = cyclic;
    logger.info('m', {
      level: 'error',
      msg: 'forged',
      cyclic,
      f: () => {},
      bytes: new Uint8Array(3),
      get bad(): never {
        throw new Error('getter');
      },
    });
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'info', msg: 'm', level_: 'error', msg_: 'forged', bytes: '[3 bytes]' });
  });

  it('adds the stack at level error only', () => {
    const { lines, logger } = setUp('json');
    logger.error('m', { err: new Error('x') });
    logger.warn('m', { err: new Error('x') });
    expect(lines[0]).toContain('logger.test.ts');
    expect(lines[1]).not.toContain('logger.test.ts');
  });

  it('writes exactly one printable line of bounded length for any event', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...FORMATS),
        text,
        fc.dictionary(text, fc.oneof(text, fc.jsonValue()), { maxKeys: 40 }),
        (format, message, fields) => {
          const { lines, logger } = setUp(format);
          logger.child('c').info(message, fields);
          expect(lines).toHaveLength(1);
          const line = lines[0]!.slice(0, -1);
          expect(lines[0]!.endsWith('\n')).toBe(true);
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LOG_LINE_BYTES_MAX);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
          if (format === 'json') expect(JSON.parse(line)).toMatchObject({ level: 'info', component: 'c' });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('escapes what acts on terminals', () => {
    const { lines, logger } = setUp('pretty');
    logger.info('\u001b[31mred\u009b\r\n', { user: 'a\u001b[0m' });
    expect(lines[0]).toBe('2023-11-14T22:13:20.123Z INFO  \\u001b[31mred\\u009b\\u000d\\u000a  user="a\\u001b[0m"\n');
  });
});
