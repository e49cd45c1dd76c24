import { defaultLimits, type TenantLimits } from '@telamon/limits';
import { describe, expect, it } from 'vitest';
import { type TranslationSettings, translationSettingsOf } from './translation-settings.ts';

function settingsOf(limits: Partial<TenantLimits>): TranslationSettings {
  return translationSettingsOf({ ...defaultLimits(), ...limits }, { lookbackDeltaMs: 300_000 });
}

describe('translationSettingsOf', () => {
  it('promotes the listed attributes, or all but those to be ignored', () => {
    const lists = { promoteOtelResourceAttributes: ['a'], otelIgnoreResourceAttributes: ['b'] };
    expect(settingsOf(lists).promotion).toEqual({ isAll: false, names: new Set(['a']) });
    const all = settingsOf({ ...lists, otelPromoteAllResourceAttributes: true });
    expect(all.promotion).toEqual({ isAll: true, names: new Set(['b']) });
    expect(settingsOf({}).promotion).toEqual({ isAll: false, names: new Set() });
  });

  it('takes labels of type and unit from the limits', () => {
    expect(settingsOf({}).hasTypeAndUnitLabels).toBe(false);
    expect(settingsOf({ otelTypeAndUnitLabels: true }).hasTypeAndUnitLabels).toBe(true);
  });

  it('prefers the strategy that a request asks for', () => {
    const context = { lookbackDeltaMs: 300_000, strategy: 'NoTranslation' } as const;
    const { metricNaming, targetInfoIntervalMs } = translationSettingsOf(defaultLimits(), context);
    expect(metricNaming).toEqual({ isEscaping: false, hasSuffixes: false });
    expect(targetInfoIntervalMs).toBe(150_000);
  });
});
