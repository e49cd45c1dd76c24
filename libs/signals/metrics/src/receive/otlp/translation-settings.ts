import { type OtlpLimits, type OtlpTranslationStrategy, otlpTranslationStrategy } from '@telamon/limits';
import type { LabelNaming } from './label-name.ts';
import type { NamingStrategy } from './metric-name.ts';

/** Which resource attributes become labels of every series: those named, or all but those named. */
export interface ResourcePromotion {
  readonly isAll: boolean;
  readonly names: ReadonlySet<string>;
}

/** How a tenant's OTLP metrics become series. */
export interface TranslationSettings {
  readonly metricNaming: NamingStrategy;
  readonly labelNaming: LabelNaming;
  readonly promotion: ResourcePromotion;
  /** `service.name` and the other two stay on `target_info`. */
  readonly keepsIdentifying: boolean;
  /** Histograms with explicit bounds become native ones with custom buckets. */
  readonly convertsToNhcb: boolean;
  readonly promotesScope: boolean;
  /** `__type__` and `__unit__`. */
  readonly hasTypeAndUnitLabels: boolean;
  /** Delta points are stored as they are instead of being accumulated. */
  readonly keepsDelta: boolean;
  /** A zero at the start time of counters. */
  readonly hasStartZeros: boolean;
  /** Distance between samples of `target_info`: half of the lookback. */
  readonly targetInfoIntervalMs: number;
}

/** What the limits of a tenant do not say. */
export interface SettingsContext {
  readonly lookbackDeltaMs: number;
  /** Strategy that the request asked for. */
  readonly strategy?: OtlpTranslationStrategy | undefined;
}

/** Settings that follow from a tenant's limits. Cost: O(promoted attributes). */
export function translationSettingsOf(limits: OtlpLimits, context: SettingsContext): TranslationSettings {
  const strategy = context.strategy ?? otlpTranslationStrategy(limits);
  const isEscaping = strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
  return {
    metricNaming: {
      isEscaping,
      hasSuffixes: strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes',
    },
    labelNaming: {
      isEscaping,
      hasUnderscoreSanitization: limits.otelLabelNameUnderscoreSanitization,
      preservesMultipleUnderscores: limits.otelLabelNamePreserveMultipleUnderscores,
    },
    promotion: promotionOf(limits),
    keepsIdentifying: limits.otelKeepIdentifyingResourceAttributes,
    convertsToNhcb: limits.otelConvertHistogramsToNhcb,
    promotesScope: limits.otelPromoteScopeMetadata,
    hasTypeAndUnitLabels: limits.otelTypeAndUnitLabels,
    keepsDelta: limits.otelNativeDeltaIngestion,
    hasStartZeros: limits.otelCreatedTimestampZeroIngestionEnabled,
    targetInfoIntervalMs: Math.max(1, Math.floor(context.lookbackDeltaMs / 2)),
  };
}

function promotionOf(limits: OtlpLimits): ResourcePromotion {
  const isAll = limits.otelPromoteAllResourceAttributes;
  return { isAll, names: new Set(isAll ? limits.otelIgnoreResourceAttributes : limits.promoteOtelResourceAttributes) };
}
