/**
 * Limits of Mimir that nothing here enforces yet, or that are about parts that are not here. An overrides file that sets them loads, and
 * the log says once that they mean nothing.
 */
const IGNORED_KEYS: ReadonlySet<string> = new Set([
  // Writing.
  'active_series_additional_custom_trackers',
  'active_series_custom_trackers',
  'ha_tracker_failover_timeout',
  'ha_tracker_failover_timeout_sample_time',
  'ha_tracker_update_timeout',
  'ha_tracker_update_timeout_jitter_max',
  'ha_tracker_use_sample_time_for_failover',
  'ignore_ooo_exemplars',
  'ingestion_artificial_delay',
  'ingestion_artificial_delay_condition_for_tenants_with_id_greater_than',
  'ingestion_artificial_delay_condition_for_tenants_with_less_than_max_series',
  'ingestion_artificial_delay_duration_for_tenants_with_id_greater_than',
  'ingestion_artificial_delay_duration_for_tenants_with_less_than_max_series',
  'ingestion_partitions_tenant_shard_size',
  'label_value_length_over_limit_strategy',
  'max_active_series_additional_custom_trackers',
  'max_active_series_per_user',
  'max_exemplars_per_series_per_request',
  'ooo_native_histograms_ingestion_enabled',
  'out_of_order_blocks_external_label_enabled',
  'separate_metrics_group_label',
  // Reading.
  'active_series_results_max_size_bytes',
  'cache_unaligned_requests',
  'cardinality_analysis_enabled',
  'cardinality_analysis_max_results',
  'enabled_promql_extended_range_selectors',
  'enable_delayed_name_removal',
  'instant_queries_with_subquery_spin_off',
  'label_names_and_values_results_max_size_bytes',
  'label_values_max_cardinality_label_names_per_request',
  'labels_query_optimizer_enabled',
  'max_cache_freshness',
  'max_estimated_fetched_chunks_per_query_multiplier',
  'max_future_query_window',
  'max_queriers_per_tenant',
  'max_query_length',
  'max_query_parallelism',
  'prom2_range_compat',
  'query_ingesters_until',
  'query_ingesters_within',
  'query_sharding_max_query_time_range',
  'query_sharding_max_regexp_size_bytes',
  'query_sharding_max_sharded_queries',
  'query_sharding_total_shards',
  'results_cache_ttl',
  'results_cache_ttl_for_cardinality_query',
  'results_cache_ttl_for_errors',
  'results_cache_ttl_for_labels_query',
  'results_cache_ttl_for_out_of_order_time_window',
  'split_instant_queries_by_interval',
  'subquery_spin_off_enabled',
  // Blocks.
  'compactor_block_upload_enabled',
  'compactor_block_upload_max_block_size_bytes',
  'compactor_block_upload_validation_enabled',
  'compactor_block_upload_verify_chunks',
  'compactor_in_memory_tenant_meta_cache_size',
  'compactor_max_lookback',
  'compactor_max_per_block_upload_concurrency',
  'compactor_split_groups',
  'compactor_tenant_shard_size',
  'store_gateway_tenant_shard_size',
  'store_gateway_tenant_shard_size_per_zone',
]);

/** Families of limits, by their first word or words. */
const IGNORED_FAMILIES =
  /^(ruler|alertmanager|s3_sse|ingest_storage|cost_attribution|influx|early_head_compaction|native_histograms_query|forwarding)_|(^|_)(max_)?cost_attribution_/;

/** Whether a key of an overrides file is a limit of Mimir that has no effect here. */
export function isIgnoredLimit(key: string): boolean {
  return IGNORED_KEYS.has(key) || IGNORED_FAMILIES.test(key);
}
