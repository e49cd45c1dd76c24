import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Runs first in every worker. Node 20 cannot start a worker from a TypeScript file, so when there are only sources tsx is registered before the entry is
 * imported. A string and not a file, so that nothing must be copied beside the built files.
 */
const BOOTSTRAP = `
const { workerData } = require('node:worker_threads');
const prepared = workerData.loader === undefined ? Promise.resolve() : import(workerData.loader).then((tsx) => { tsx.register(); });
prepared.then(() => import(workerData.entry)).catch((error) => { setImmediate(() => { throw error; }); });
`;

/** What the bootstrap finds in `workerData`. */
export interface BootstrapData {
  readonly entry: string;
  /** tsx's registration module, when the entry is a source. */
  readonly loader: string | undefined;
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
  const workerData: BootstrapData = { entry: entry.href, loader: isSource ? loaderUrl() : undefined, data: options.data };
  return new Worker(BOOTSTRAP, {
    eval: true,
    name: options.name,
    workerData,
    // Not the parent's: its loaders and debug ports are not for workers.
    execArgv: isSource ? ['--conditions=telamon-source'] : [],
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
  });
}

/** Resolving as CommonJS gives the `.cjs` twin, which finds its parts wrongly when the parent runs under tsx itself. */
function loaderUrl(): string {
  const path = createRequire(import.meta.url).resolve('tsx/esm/api');
  return pathToFileURL(path.replace(/\.cjs$/, '.mjs')).href;
}

/** The file to import for an entry: itself, or its compiled form. */
export function resolveEntry(entry: URL): URL {
  if (!entry.pathname.endsWith('.ts') || existsSync(fileURLToPath(entry))) return entry;
  const built = new URL(entry);
  built.pathname = entry.pathname.replace(/\.ts$/, '.js');
  return built;
}
