/** Steps that the commands share. Plain Node and no dependency, because they run before anything is installed. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Oldest Node that everything here runs on: major, minor. */
const NODE_MIN = [20, 19];

const startedAtMs = Date.now();

/** Prints one progress line with the seconds since the command started. */
export function say(text) {
  const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds}s  ${text}\n`);
}

/** Ends the process with a message when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  process.stderr.write(`Node ${process.versions.node} is too old: install Node ${NODE_MIN.join('.')} or newer.\n`);
  process.exit(1);
}

/** Path of a program that an installed package brings. */
export function binary(name) {
  return join(ROOT, 'node_modules', '.bin', name);
}

/**
 * Runs a program and resolves to its exit code (1 when a signal ended it). Its output goes straight through, or into
 * `output` of the result when `isQuiet`. Who ends this process ends the program: a terminal tells both of ^C, `kill` only one.
 */
export function run(command, args, { isQuiet = false, env = {}, cwd = ROOT } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    endTogether(child);
    const parts = [];
    child.stdout?.on('data', (part) => parts.push(part));
    child.stderr?.on('data', (part) => parts.push(part));
    const output = () => Buffer.concat(parts).toString();
    child.on('error', (error) => resolve({ code: 1, output: `${output()}${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: output() }));
  });
}

/** How often the shell of npm is looked for, ms. */
const SHELL_POLL_MS = 500;

/** Passes on to a child what ends this process, until the child is gone. */
function endTogether(child) {
  const signals = ['SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  // npm passes signals on to the shell between it and this process, which dies of them without a word.
  const { ppid } = process;
  const isOfNpm = process.env.npm_lifecycle_event !== undefined;
  const timer = setInterval(() => isOfNpm && process.ppid !== ppid && forward('SIGTERM'), SHELL_POLL_MS);
  child.once('exit', () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, forward);
  });
}

/** Installs what the lockfile names when node_modules is absent or differs from it; ends the process if that fails. */
export async function install() {
  requireNode();
  const stamp = join(ROOT, 'node_modules', '.telamon-lockfile');
  const digest = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  if (!isInstalledAsLocked()) {
    say('installing packages from package-lock.json (npm ci)');
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { code } = await run(npm, [
      'ci',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    if (code !== 0) {
      process.stderr.write('npm ci failed; its message stands above.\n');
      process.exit(1);
    }
  }
  writeFileSync(stamp, digest);
}

/** Whether node_modules holds the very versions of the lockfile (someone typed `npm ci` already). */
function isInstalledAsLocked() {
  const hidden = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages ?? {};
  const locked = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages ?? {};
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') || entry.optional || entry.devOptional || entry.peer) return true;
    // A package of this repository, which may be new.
    if (entry.link) return existsSync(join(ROOT, path));
    return installed[path]?.version === entry.version;
  });
}

/** Compiles every package into its `dist` (a no-op takes 0.3 s); resolves to whether that went well. */
export async function build() {
  say('building');
  const { code, output } = await run(binary('tsc'), ['-b'], { isQuiet: true });
  if (code !== 0) process.stdout.write(output);
  return code === 0;
}
