import type { RelabelConfig } from '@telamon/limits';
import { Labels } from '@telamon/model';
import { expect, it } from 'vitest';
import { compileRelabelRule, relabel } from './relabel.ts';

const SERIES = Labels.fromRecord({ __name__: 'm', a: 'foo', b: 'bar', __tmp: 'x' });

function check(config: RelabelConfig, want: Record<string, string> | undefined): void {
  const got = relabel(SERIES, [compileRelabelRule(config)]);
  expect(got === undefined ? undefined : { ...got.toRecord() }).toEqual(want);
}

const ALL = { __name__: 'm', a: 'foo', b: 'bar', __tmp: 'x' };

it('replaces with captures', () => {
  check({ source_labels: ['a', 'b'], regex: '(.*);(.*)', target_label: 'c', replacement: '$2-$1' }, { ...ALL, c: 'bar-foo' });
});

it('leaves a series alone when the pattern does not match whole', () => {
  check({ source_labels: ['a'], regex: 'fo', target_label: 'c', replacement: 'x' }, ALL);
});

it('removes a label that is replaced by nothing', () => {
  check({ source_labels: ['a'], regex: 'foo', target_label: 'b', replacement: '' }, { __name__: 'm', a: 'foo', __tmp: 'x' });
});

it('drops and keeps series', () => {
  check({ source_labels: ['a'], regex: 'f.*', action: 'drop' }, undefined);
  check({ source_labels: ['a'], regex: 'g.*', action: 'drop' }, ALL);
  check({ source_labels: ['a'], regex: 'g.*', action: 'keep' }, undefined);
  check({ source_labels: ['a'], target_label: 'b', action: 'keepequal' }, undefined);
  check({ source_labels: ['a'], target_label: 'b', action: 'dropequal' }, ALL);
});

it('maps, drops and keeps label names', () => {
  check({ regex: '__(tmp)', action: 'labelmap' }, { ...ALL, tmp: 'x' });
  check({ regex: '__tmp|b', action: 'labeldrop' }, { __name__: 'm', a: 'foo' });
  check({ regex: '__name__|a', action: 'labelkeep' }, { __name__: 'm', a: 'foo' });
});

it('hashes as Prometheus does', () => {
  // md5("bar") = 37b51d194a7513e4 5b56f6524f2d51f2; the last half modulo 1000.
  check({ source_labels: ['b'], target_label: 'h', modulus: 1000, action: 'hashmod' }, { ...ALL, h: '922' });
});

it('changes case', () => {
  check({ source_labels: ['a'], target_label: 'u', action: 'uppercase' }, { ...ALL, u: 'FOO' });
});
