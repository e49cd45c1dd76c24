import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, scratchFolder } from '../harness/repository.ts';
import { type KubeObject, parseObjects } from './kube-object.ts';

/** Folder of the chart. */
export const CHART: string = join(ROOT, 'charts', 'telamon');

/** Longest that one call of helm may take, ms. */
const TIMEOUT_MS = 60_000;

/** What one call said and how it ended. */
export interface HelmOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What to render. */
export interface RenderOptions {
  /** Folder or archive; the chart by default. */
  readonly chart?: string;
  /** Values files. */
  readonly files?: readonly string[];
  /** Further values as an object, merged last. */
  readonly values?: object;
  readonly release?: string;
  readonly namespace?: string;
  readonly extraArgs?: readonly string[];
}

/** A helm program with folders of its own, so that nothing of the user's is read or written. */
export class Helm {
  readonly name: string;
  readonly path: string;
  readonly #home: string;
  #nextFile = 0;

  constructor(name: string, path: string) {
    this.name = name;
    this.path = path;
    this.#home = scratchFolder(name);
    mkdirSync(join(this.#home, 'values'), { recursive: true });
  }

  /** Runs helm; never throws for its exit code. */
  run(args: readonly string[]): Promise<HelmOutcome> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.#home,
      HELM_CACHE_HOME: join(this.#home, 'cache'),
      HELM_CONFIG_HOME: join(this.#home, 'config'),
      HELM_DATA_HOME: join(this.#home, 'data'),
      KUBECONFIG: join(this.#home, 'no-kubeconfig'),
    };
    return new Promise((resolve) => {
      execFile(this.path, [...args], { env, timeout: TIMEOUT_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** `helm template`; throws with helm's words when it fails. */
  async render(options: RenderOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.tryRender(options);
    if (code !== 0) throw new Error(`${this.name} template: ${stderr}`);
    return stdout;
  }

  /** `helm template`, whatever comes of it. */
  tryRender({
    chart = CHART,
    release = 'rel',
    namespace = 'ns',
    extraArgs = [],
    ...values
  }: RenderOptions): Promise<HelmOutcome> {
    return this.run(['template', release, chart, '--namespace', namespace, ...this.valueArgs(values), ...extraArgs]);
  }

  /** Arguments that hand values to any command. */
  valueArgs({ files = [], values }: Pick<RenderOptions, 'files' | 'values'>): string[] {
    const all = [...files];
    if (values !== undefined) {
      const path = join(this.#home, 'values', `${this.#nextFile++}.json`);
      writeFileSync(path, JSON.stringify(values));
      all.push(path);
    }
    return all.flatMap((file) => ['--values', file]);
  }
}

/** A tool's path, or why there is none; costs a child process, and a download the first time. */
export function findChartTool(name: 'helm4' | 'helm3' | 'kubernetes-schemas' | 'promtool' | 'nginx'): {
  readonly path?: string;
  readonly reason?: string;
} {
  const output = execFileSync(process.execPath, [join(ROOT, 'tools/run/test-tools.mjs'), name], { timeout: 300_000 });
  return (JSON.parse(output.toString()) as { path?: string; reason?: string }[])[0]!;
}

/** The two major versions, each with the reason where it is not to be had. */
export function findHelms(): { readonly name: string; readonly helm: Helm | undefined }[] {
  return (['helm4', 'helm3'] as const).map((name) => {
    const { path, reason } = findChartTool(name);
    return path === undefined ? { name: `${name} (${reason})`, helm: undefined } : { name, helm: new Helm(name, path) };
  });
}

/** A set of values that every check runs over. */
export interface ValueSet {
  /** `v1-single`. */
  readonly name: string;
  readonly file: string;
}

/** The value sets V1 to V6 in the chart's ci folder. */
export const VALUE_SETS: readonly ValueSet[] = readdirSync(join(CHART, 'ci'))
  .sort()
  .map((file) => ({ name: basename(file, '-values.yaml'), file: join(CHART, 'ci', file) }));

/** The objects of every value set by its name; none without helm. */
export async function renderValueSets(helm: Helm | undefined): Promise<Map<string, readonly KubeObject[]>> {
  const rendered = new Map<string, readonly KubeObject[]>();
  if (helm === undefined) return rendered;
  for (const { name, file } of VALUE_SETS) rendered.set(name, parseObjects(await helm.render({ files: [file] })));
  return rendered;
}
