import type { Logger, MetricRegistry } from '@telamon/telemetry';
import { type ResultsCacheConfig, splitEndpoint } from '../options.ts';
import { MemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';
import type { ResultsCache } from './results-cache.ts';

/** What a cache is made of. */
export interface OpenCacheDeps {
  readonly config: ResultsCacheConfig;
  readonly logger: Logger;
  readonly registry: MetricRegistry;
}

/** Makes the cache that the options name; one at a server connects by itself, and may never. */
export function openCache({ config, logger, registry }: OpenCacheDeps): ResultsCache {
  if (config.backend === 'inmemory') return new MemoryCache({ maxBytes: config.inmemoryMaxSize, nowMs: Date.now });
  return new RedisCache({
    ...splitEndpoint(config.redisEndpoint),
    username: config.redisUsername,
    password: config.redisPassword.reveal(),
    database: config.redisDatabase,
    isTls: config.redisTlsEnabled,
    connectTimeoutMs: config.redisDialTimeoutMs,
    commandTimeoutMs: config.redisTimeoutMs,
    maxItemBytes: config.maxItemSize,
    logger,
    registry,
  });
}
