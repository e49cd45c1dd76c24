import { type ConfigOf, type OptionGroup, options } from '@telamon/config';

const OTLP = {
  otelMetricSuffixesEnabled: {
    type: 'boolean',
    default: true,
    scope: 'tenant',
    flag: 'distributor.otel-metric-suffixes-enabled',
    yaml: 'otel_metric_suffixes_enabled',
    description: 'Adds unit and type suffixes to the names of OTLP metrics, where no translation strategy says otherwise.',
  },
  otelTranslationStrategy: {
    type: 'choice',
    choices: [
      '',
      'UnderscoreEscapingWithSuffixes',
      'UnderscoreEscapingWithoutSuffixes',
      'NoUTF8EscapingWithSuffixes',
      'NoTranslation',
    ],
    default: '',
    scope: 'tenant',
    flag: 'distributor.otel-translation-strategy',
    yaml: 'otel_translation_strategy',
    description:
      'How OTLP names become metric and label names. Empty: with underscores, and suffixes as --distributor.otel-metric-suffixes-enabled says.',
  },
  otelCreatedTimestampZeroIngestionEnabled: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-created-timestamp-zero-ingestion-enabled',
    yaml: 'otel_created_timestamp_zero_ingestion_enabled',
    description: 'Writes a zero sample at the start time of OTLP counters.',
  },
  promoteOtelResourceAttributes: {
    type: 'list',
    default: [],
    scope: 'tenant',
    flag: 'distributor.otel-promote-resource-attributes',
    yaml: 'promote_otel_resource_attributes',
    description: 'Resource attributes that become labels of every series.',
  },
  otelPromoteAllResourceAttributes: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-promote-all-resource-attributes',
    yaml: 'otel_promote_all_resource_attributes',
    description:
      'Turns all resource attributes but the ignored ones into labels of every series, whatever list is to be promoted.',
  },
  otelIgnoreResourceAttributes: {
    type: 'list',
    default: [],
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-ignore-resource-attributes',
    yaml: 'otel_ignore_resource_attributes',
    description: 'Resource attributes that do not become labels where all others do.',
  },
  otelTypeAndUnitLabels: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-type-and-unit-labels',
    yaml: 'otel_type_and_unit_labels',
    description: 'Adds the labels __type__ and __unit__ to the series of OTLP metrics.',
  },
  otelKeepIdentifyingResourceAttributes: {
    type: 'boolean',
    default: false,
    scope: 'tenant',
    flag: 'distributor.otel-keep-identifying-resource-attributes',
    yaml: 'otel_keep_identifying_resource_attributes',
    description: 'Keeps service.name, service.namespace and service.instance.id on target_info beside job and instance.',
  },
  otelConvertHistogramsToNhcb: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-convert-histograms-to-nhcb',
    yaml: 'otel_convert_histograms_to_nhcb',
    description: 'Stores explicit-bucket histograms as native histograms with custom buckets.',
  },
  otelPromoteScopeMetadata: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-promote-scope-metadata',
    yaml: 'otel_promote_scope_metadata',
    description: 'Turns name, version, schema URL and attributes of the scope into labels.',
  },
  otelNativeDeltaIngestion: {
    type: 'boolean',
    default: false,
    category: 'experimental',
    scope: 'tenant',
    flag: 'distributor.otel-native-delta-ingestion',
    yaml: 'otel_native_delta_ingestion',
    description: 'Stores OTLP metrics of delta temporality as they are.',
  },
  otelLabelNameUnderscoreSanitization: {
    type: 'boolean',
    default: true,
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.otel-label-name-underscore-sanitization',
    yaml: 'otel_label_name_underscore_sanitization',
    description: 'Puts `key` in front of label names that begin with a single underscore.',
  },
  otelLabelNamePreserveMultipleUnderscores: {
    type: 'boolean',
    default: true,
    category: 'advanced',
    scope: 'tenant',
    flag: 'distributor.otel-label-name-preserve-underscores',
    yaml: 'otel_label_name_preserve_multiple_underscores',
    description: 'Keeps runs of underscores in label names instead of making one of them.',
  },
} as const;

/** How OTLP metrics become series. */
export type OtlpLimits = ConfigOf<typeof OTLP>;

/** A way to make metric and label names out of OTLP names. */
export type OtlpTranslationStrategy = Exclude<OtlpLimits['otelTranslationStrategy'], ''>;

/** Declaration of {@link OtlpLimits}. */
export const OTLP_LIMITS: OptionGroup<typeof OTLP> = options('limits.otlp', OTLP, { yamlSection: 'limits' });

/** The strategy that holds: the one that is named, else underscores with or without suffixes. */
export function otlpTranslationStrategy(
  limits: Pick<OtlpLimits, 'otelTranslationStrategy' | 'otelMetricSuffixesEnabled'>,
): OtlpTranslationStrategy {
  if (limits.otelTranslationStrategy !== '') return limits.otelTranslationStrategy;
  return limits.otelMetricSuffixesEnabled ? 'UnderscoreEscapingWithSuffixes' : 'UnderscoreEscapingWithoutSuffixes';
}
