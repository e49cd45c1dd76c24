import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

/** A real server or client that tests talk to: where it is (an image: its name), or why there is none. */
export interface TestTool {
  readonly name: string;
  readonly path?: string;
  readonly reason?: string;
}

/**
 * Finds a tool: environment variable, PATH, `.cache/tools`, else it is fetched into that folder. Costs a child process,
 * and a download the first time.
 */
export function findTool(
  name:
    | 'prometheus'
    | 'promtool'
    | 'node-exporter'
    | 'victoria-metrics'
    | 'seaweedfs'
    | 'nats-server'
    | 'nats-server-debian'
    | 'nginx'
    | 'helm4'
    | 'helm3'
    | 'docker'
    | 'minio',
): TestTool {
  const output = execFileSync(process.execPath, [join(ROOT, 'tools/run/test-tools.mjs'), name], { timeout: 300_000 });
  return (JSON.parse(output.toString()) as TestTool[])[0]!;
}
