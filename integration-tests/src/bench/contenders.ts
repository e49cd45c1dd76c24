import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import type { Usage } from '../harness/child-server.ts';
import { startPrometheus, startVictoriaMetrics } from '../harness/real-servers.ts';
import { prometheusTarget, type Target, telamonTarget } from '../harness/telamon-client.ts';
import { TelamonProcess } from '../harness/telamon-process.ts';
import { findTool } from '../harness/test-tool.ts';

/** A server to measure. */
export interface Contender {
  readonly name: string;
  readonly target: Target;
  usage(): Usage;
  dispose(): Promise<void>;
}

/** Starts servers one after the other, ours first; those that can't be had are named and left out. */
export async function* contenders(): AsyncGenerator<Contender> {
  yield await startTelamon();
  const prometheus = findTool('prometheus');
  if (prometheus.path === undefined) process.stdout.write(`left out: prometheus (${prometheus.reason})\n`);
  else {
    const server = await startPrometheus(prometheus.path, 'global: {}\n');
    const name = `prometheus ${versionOfPrometheus(prometheus.path)}`;
    yield { name, target: prometheusTarget(server.base), usage: () => server.usage(), dispose: () => server.dispose() };
  }
  const victoria = findTool('victoria-metrics');
  if (victoria.path === undefined) process.stdout.write(`left out: victoria-metrics (${victoria.reason})\n`);
  else {
    const server = await startVictoriaMetrics(victoria.path);
    const name = `victoria-metrics ${debianVersion(victoria.path)}`;
    yield { name, target: prometheusTarget(server.base), usage: () => server.usage(), dispose: () => server.dispose() };
  }
}

/** Starts the product as one process. */
export async function startTelamon(): Promise<Contender> {
  const telamon = await TelamonProcess.start({ name: 'bench' });
  return {
    name: 'telamon',
    target: telamonTarget(telamon.metrics),
    usage: () => telamon.usage(),
    dispose: () => telamon.dispose(),
  };
}

function versionOfPrometheus(program: string): string {
  try {
    const text = execFileSync(program, ['--version'], { stdio: ['ignore', 'pipe', 'pipe'], cwd: tmpdir() }).toString();
    return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? debianVersion(program);
  } catch {
    return debianVersion(program);
  }
}

/** Debian's victoria-metrics is built without its version and takes any flag for a reason to start, so the package is asked. */
function debianVersion(program: string): string {
  try {
    const text = execFileSync('apt-cache', ['policy', program.split('/').at(-1)!]).toString();
    return /Candidate: (?:\d+:)?(\d[\d.]*)/.exec(text)?.[1] ?? '(unknown)';
  } catch {
    return '(unknown)';
  }
}

/** Rows of text in columns, the first row a heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_cell, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '))
    .join('\n');
}
