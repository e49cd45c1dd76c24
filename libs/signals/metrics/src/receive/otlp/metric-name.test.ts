import { describe, expect, it } from 'vitest';
import { prometheusLabelName } from './label-name.ts';
import { type NamedKind, prometheusMetricName } from './metric-name.ts';
import { prometheusUnit } from './unit-suffix.ts';

const ESCAPED = { isEscaping: true, hasSuffixes: true };

describe('metric names with suffixes', () => {
  const check = (name: string, unit: string, kind: NamedKind, want: string): void => {
    it(`${name} [${unit}] ${kind} -> ${want}`, () => expect(prometheusMetricName({ name, unit, kind }, ESCAPED)).toBe(want));
  };
  check('http.server.requests', '{request}', 'monotonic-sum', 'http_server_requests_total');
  check('system.memory.usage', 'By', 'gauge', 'system_memory_usage_bytes');
  check('cpu.utilization', '1', 'gauge', 'cpu_utilization_ratio');
  check('net.io', 'By/s', 'gauge', 'net_io_bytes_per_second');
  check('http.server.request.duration', 's', 'other', 'http_server_request_duration_seconds');
  check('seconds.total.things', 's', 'monotonic-sum', 'seconds_things_total');
  check('2xx.count', '', 'other', '_2xx_count');
  check('weird', 'foo bar', 'other', 'weird_foo_bar');
});

describe('other strategies', () => {
  it('keeps UTF-8 names and adds suffixes', () => {
    const strategy = { isEscaping: false, hasSuffixes: true };
    expect(prometheusMetricName({ name: 'größe.total', unit: 'By', kind: 'monotonic-sum' }, strategy)).toBe('größe_bytes_total');
  });

  it('escapes without suffixes', () => {
    const strategy = { isEscaping: true, hasSuffixes: false };
    expect(prometheusMetricName({ name: 'a..b', unit: 's', kind: 'monotonic-sum' }, strategy)).toBe('a_b');
  });

  it('leaves names alone without translation', () => {
    expect(prometheusMetricName({ name: 'a.b', unit: 's', kind: 'gauge' }, { isEscaping: false, hasSuffixes: false })).toBe(
      'a.b',
    );
  });

  it('refuses names that leave nothing', () => {
    expect(() => prometheusMetricName({ name: '...', unit: '', kind: 'other' }, ESCAPED)).toThrow('resulted in empty name');
  });
});

describe('label names', () => {
  const naming = { isEscaping: true, hasUnderscoreSanitization: true, preservesMultipleUnderscores: true };
  it('follows the worked example', () => {
    expect(prometheusLabelName('http.method', naming)).toBe('http_method');
    expect(prometheusLabelName('1bad', naming)).toBe('key_1bad');
    expect(prometheusLabelName('_u', naming)).toBe('key_u');
    expect(prometheusLabelName('__reserved__', naming)).toBe('__reserved__');
    expect(prometheusLabelName('a.-b', naming)).toBe('a__b');
    expect(prometheusLabelName('a.-b', { ...naming, preservesMultipleUnderscores: false })).toBe('a_b');
  });

  it('refuses names that leave nothing', () => {
    expect(() => prometheusLabelName('...', naming)).toThrow('invalid name');
  });
});

describe('label names at the edges', () => {
  const naming = { isEscaping: true, hasUnderscoreSanitization: true, preservesMultipleUnderscores: false };
  it('keep the frame of reserved names', () => {
    expect(prometheusLabelName('__a..b__', naming)).toBe('__a_b__');
    expect(prometheusLabelName('__a', naming)).toBe('key_a');
    expect(prometheusLabelName('_', naming)).toBe('key_');
    expect(prometheusLabelName('_', { ...naming, hasUnderscoreSanitization: true, preservesMultipleUnderscores: true })).toBe(
      'key_',
    );
  });

  it('refuse what is empty or nothing but underscores', () => {
    const plain = { ...naming, isEscaping: false };
    expect(() => prometheusLabelName('', plain)).toThrow('label name is empty');
    expect(() => prometheusLabelName('__', plain)).toThrow('contains only underscores');
    expect(() => prometheusLabelName('__', { ...naming, preservesMultipleUnderscores: true })).toThrow(
      'resulted in invalid name',
    );
    expect(prometheusLabelName('a.b', plain)).toBe('a.b');
  });
});

describe('units', () => {
  it('become words', () => {
    const cases = {
      s: 'seconds',
      'By/s': 'bytes_per_second',
      '1': '',
      '{req}/min': 'per_min',
      'm/h': 'meters_per_hour',
      'x y': 'x_y',
      '': '',
    };
    for (const [unit, want] of Object.entries(cases)) expect(prometheusUnit(unit, true)).toBe(want);
    expect(prometheusUnit('x y', false)).toBe('x y');
  });
});
