import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Runs first in every worker. Node 20 cannot start a worker from a TypeScript file, so when there are only sources tsx is registered before the entry is
 * imported. A string and not a file, so that nothing must be copied beside the built files.
 */
const BOOTSTRAP = `
const { workerData } = require('node:worker_threads');
if (workerData.loaderPath !== undefined) require(workerData.loaderPath).register();
import(workerData.entry).catch((error) => { setImmediate(() => { throw error; }); });
`;

/** What the bootstrap finds in `workerData`. */
export interface BootstrapData {
  readonly entry: string;
  readonly loaderPath: string | undefined;
  /** The pool's own `workerData`. */
  readonly data: unknown;
}

/** How to start a worker. */
export interface StartOptions {
  /** Module of the worker, written as `new URL('./entry.ts', import.meta.url)`; of built files the `.js` beside it is taken. */
  readonly entry: URL;
  readonly name: string;
  readonly data: unknown;
  readonly resourceLimits: ResourceLimits | undefined;
}

/** Starts a worker on the entry. */
export function startWorker(options: StartOptions): Worker {
  const entry = resolveEntry(options.entry);
  const isSource = entry.pathname.endsWith('.ts');
  const loaderPath = isSource ? createRequire(import.meta.url).resolve('tsx/esm/api') : undefined;
  const workerData: BootstrapData = { entry: entry.href, loaderPath, data: options.data };
  return new Worker(BOOTSTRAP, {
    eval: true,
    name: options.name,
    workerData,
    // Not the parent's: its loaders and debug ports are not for workers.
    execArgv: isSource ? ['--conditions=telamon-source'] : [],
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  });
}

/** The file to import for an entry: itself, or its compiled form. */
export function resolveEntry(entry: URL): URL {
  if (!entry.pathname.endsWith('.ts') || existsSync(fileURLToPath(entry))) return entry;
  const built = new URL(entry);
  built.pathname = entry.pathname.replace(/\.ts$/, '.js');
  return built;
}
