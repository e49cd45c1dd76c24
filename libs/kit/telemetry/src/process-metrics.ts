import { readdirSync } from 'node:fs';
import type { EventLoopMonitor } from './event-loop-monitor.ts';
import { memoryUsage, residentBytes } from './memory-usage.ts';
import type { MetricRegistry } from './metric-registry.ts';

/** What identifies a build. */
export interface BuildInfo {
  readonly version: string;
  readonly revision: string;
}

/** Declares the figures of the process, the runtime and the build. Everything is read on the scrape. */
export function registerProcessMetrics(registry: MetricRegistry, build: BuildInfo, loop?: EventLoopMonitor): void {
  const gauge = (name: string, help: string, read: () => number): void =>
    registry.readGauge({ name, help, read, isForeignName: true });
  const startSeconds = Date.now() / 1000 - process.uptime();
  gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () => startSeconds);
  gauge('process_resident_memory_bytes', 'Resident memory size in bytes, 0 where the system does not tell.', residentBytes);
  gauge('process_open_fds', 'Number of open file descriptors, 0 where the system does not tell.', openFileCount);
  registry.readCounter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
    isForeignName: true,
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  });
  registry.readGauge({
    name: 'nodejs_memory_bytes',
    help: 'Memory of the main thread by kind, in bytes.',
    labels: ['kind'],
    isForeignName: true,
    read: memoryByKind,
  });
  registry.readGauge({
    name: 'nodejs_version_info',
    help: 'Version of the runtime.',
    labels: ['version'],
    isForeignName: true,
    read: () => [[{ version: process.version }, 1]],
  });
  registry.readGauge({
    name: 'telamon_build_info',
    help: 'Always 1; the labels tell what was built from what.',
    labels: ['version', 'revision'],
    read: () => [[{ version: build.version, revision: build.revision }, 1]],
  });
  if (loop !== undefined) registerLoopMetrics(registry, loop);
}

function registerLoopMetrics(registry: MetricRegistry, loop: EventLoopMonitor): void {
  registry.readGauge({
    name: 'telamon_event_loop_delay_seconds',
    help: 'How late the event loop was in the last window, by statistic.',
    labels: ['statistic'],
    read: () => {
      const { p50Ms, p99Ms, maxMs } = loop.delay();
      return [
        [{ statistic: 'p50' }, p50Ms / 1000],
        [{ statistic: 'p99' }, p99Ms / 1000],
        [{ statistic: 'max' }, maxMs / 1000],
      ];
    },
  });
  registry.readGauge({
    name: 'telamon_event_loop_lost_ratio',
    help: 'Share of the last window in which the event loop could not turn.',
    read: () => loop.delay().lostShare,
  });
}

function memoryByKind(): [{ kind: string }, number][] {
  const { heapTotal, heapUsed, external, arrayBuffers } = memoryUsage();
  return [
    [{ kind: 'heap_total' }, heapTotal],
    [{ kind: 'heap_used' }, heapUsed],
    [{ kind: 'external' }, external],
    [{ kind: 'array_buffers' }, arrayBuffers],
  ];
}

function openFileCount(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
