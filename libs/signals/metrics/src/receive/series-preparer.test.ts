import { describe, expect, it } from 'vitest';
import { type SeriesLimits, SeriesPreparer } from './series-preparer.ts';

const LIMITS: SeriesLimits = {
  dropLabels: [],
  maxLabelNameLength: 8,
  maxLabelNamesPerInfoSeries: 6,
  maxLabelNamesPerSeries: 4,
  maxLabelValueLength: 10,
  metricRelabelConfigs: [],
  metricRelabelingEnabled: true,
  nameValidationScheme: 'utf8',
};

function prepare(flat: string[], limits: Partial<SeriesLimits> = {}, removed = '', hasInvalidUtf8 = false) {
  return new SeriesPreparer({ ...LIMITS, ...limits }).prepare(flat, removed, hasInvalidUtf8);
}

function labelsOf(flat: string[], limits: Partial<SeriesLimits> = {}, removed = ''): string {
  const prepared = prepare(flat, limits, removed);
  if (prepared.kind !== 'accepted') throw new Error(JSON.stringify(prepared));
  return prepared.labels.toString();
}

describe('accepted', () => {
  it('sorts and removes empty values', () => {
    expect(labelsOf(['b', '2', '__name__', 'm', 'a', '1', 'c', ''])).toBe('{__name__="m", a="1", b="2"}');
  });

  it('takes off the replica label and what the tenant drops', () => {
    expect(labelsOf(['__name__', 'm', 'rep', 'r0', 'x', '1'], { dropLabels: ['x'] }, 'rep')).toBe('{__name__="m"}');
  });

  it('relabels', () => {
    const metricRelabelConfigs = [{ regex: 'a', action: 'labeldrop' }];
    expect(labelsOf(['__name__', 'm', 'a', '1'], { metricRelabelConfigs })).toBe('{__name__="m"}');
    expect(labelsOf(['__name__', 'm', 'a', '1'], { metricRelabelConfigs, metricRelabelingEnabled: false })).toBe(
      '{__name__="m", a="1"}',
    );
  });

  it('counts info series by their own limit, and bytes not characters', () => {
    expect(labelsOf(['__name__', 'x_info', 'a', '1', 'b', '1', 'c', '1', 'd', '1'])).toContain('d="1"');
    expect(labelsOf(['__name__', 'm', 'a', 'äääää'])).toContain('äääää');
  });
});

it('drops a series when a rule says so', () => {
  const metricRelabelConfigs = [{ source_labels: ['__name__'], regex: 'm', action: 'drop' }];
  expect(prepare(['__name__', 'm'], { metricRelabelConfigs })).toEqual({ kind: 'dropped' });
});

describe('refused', () => {
  const check = (why: string, id: string, flat: string[], limits: Partial<SeriesLimits> = {}, hasInvalidUtf8 = false): void => {
    it(why, () =>
      expect(prepare(flat, limits, '', hasInvalidUtf8)).toMatchObject({
        kind: 'refused',
        error: { id: `err-mimir-${id}`, status: 400 },
      }),
    );
  };
  check('no name', 'missing-metric-name', ['a', '1']);
  check('an empty name', 'missing-metric-name', ['__name__', '', 'a', '1']);
  check('no labels', 'missing-metric-name', []);
  check('an empty label name', 'label-invalid', ['__name__', 'm', '', 'x']);
  check('duplicates, even equal ones', 'duplicate-label-names', ['__name__', 'm', 'a', '1', 'a', '1']);
  check('two names', 'duplicate-label-names', ['__name__', 'm', '__name__', 'n']);
  check('too many labels', 'max-label-names-per-series', ['__name__', 'm', 'a', '1', 'b', '1', 'c', '1', 'd', '1']);
  check('a long name', 'label-name-too-long', ['__name__', 'm', 'abcdefghi', '1']);
  check('a long value in bytes', 'label-value-too-long', ['__name__', 'm', 'a', 'ääääää']);
  check('a name with a space under the legacy scheme', 'metric-name-invalid', ['__name__', 'a b'], {
    nameValidationScheme: 'legacy',
  });
  check('bad UTF-8 in a value', 'label-value-invalid', ['__name__', 'm', 'a', '\uFFFD'], {}, true);
  check('bad UTF-8 in the name', 'metric-name-invalid', ['__name__', 'm\uFFFD'], {}, true);
});
