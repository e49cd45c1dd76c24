import type { Service } from './service.ts';
import { ServiceGraph } from './service-graph.ts';

/** A part of the product: what it needs, and how its service is made. */
export interface ModuleSpec<Context> {
  readonly name: string;
  /** Whether a user may name it in `--target`. Default false: it comes along with what depends on it. */
  readonly isTargetable?: boolean;
  /** Modules that must be running before this one starts and that outlive it. */
  readonly dependsOn?: readonly string[];
  /** Makes the service, after the same was done for every dependency. undefined: nothing to run, only something to set up. */
  readonly init: (context: Context) => Service | undefined | Promise<Service | undefined>;
}

/** The target that stands for every targetable module. */
export const TARGET_ALL = 'all';

/** The whole product in one table: modules by name, which are started in dependency order and stopped in the reverse. */
export class ModuleTable<Context> {
  readonly #specs = new Map<string, ModuleSpec<Context>>();
  readonly #reserved = new Map<string, string>();

  /** Adds a module. A name that is taken, or `all`, is a programmer error. */
  register(spec: ModuleSpec<Context>): this {
    if (spec.name === TARGET_ALL || this.#specs.has(spec.name)) throw new Error(`module ${spec.name} is registered already`);
    this.#specs.set(spec.name, spec);
    return this;
  }

  /** Keeps a name for a module that is not there yet; `why` completes the error for whoever names it as a target. */
  reserve(name: string, why: string): this {
    this.#reserved.set(name, why);
    return this;
  }

  /** Names that a user may put in `--target`, sorted, `all` first. */
  targets(): string[] {
    const names = [...this.#specs.values()].filter((spec) => spec.isTargetable === true).map((spec) => spec.name);
    return [TARGET_ALL, ...names.sort()];
  }

  /**
   * Names of all modules that the targets need, dependencies first; among free choices in order of registration.
   * `targets` is a list or its comma-separated form. Throws for an empty list, an unknown name, one that isn't targetable, an
   * unregistered dependency and a cycle (whose path it names).
   */
  resolve(targets: string | readonly string[]): string[] {
    const wanted = new Set<string>();
    for (const target of this.#split(targets)) {
      if (target === TARGET_ALL) for (const name of this.targets().slice(1)) wanted.add(name);
      else wanted.add(this.#targetable(target));
    }
    const order: string[] = [];
    const visited = new Set<string>();
    for (const name of this.#specs.keys()) if (wanted.has(name)) this.#visit(name, [], visited, order);
    return order;
  }

  /** Makes the services of the targets, dependencies first, and the graph that starts and stops them. An init that throws ends it. */
  async build(targets: string | readonly string[], context: Context): Promise<ServiceGraph> {
    const nodes = new Map<string, { service: Service; dependsOn: readonly string[] }>();
    // A module without a service passes its dependants on to what it depends on itself.
    const carried = new Map<string, readonly string[]>();
    for (const name of this.resolve(targets)) {
      const spec = this.#specs.get(name)!;
      const service = await spec.init(context);
      const needs = [...new Set((spec.dependsOn ?? []).flatMap((on) => carried.get(on)!))];
      if (service !== undefined) nodes.set(name, { service, dependsOn: needs });
      carried.set(name, service === undefined ? needs : [name]);
    }
    return new ServiceGraph(nodes);
  }

  #split(targets: string | readonly string[]): string[] {
    const names = (typeof targets === 'string' ? targets.split(',') : [...targets])
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.length === 0) throw new Error(`no target; known targets: ${this.targets().join(', ')}`);
    return names;
  }

  #targetable(name: string): string {
    if (this.#specs.get(name)?.isTargetable === true) return name;
    const why = this.#reserved.get(name);
    if (why !== undefined) throw new Error(`target "${name}" is reserved: ${why}`);
    throw new Error(`unknown target "${name}"; known targets: ${this.targets().join(', ')}`);
  }

  #visit(name: string, path: readonly string[], visited: Set<string>, order: string[]): void {
    if (path.includes(name))
      throw new Error(`modules depend on each other in a circle: ${[...path.slice(path.indexOf(name)), name].join(' -> ')}`);
    if (visited.has(name)) return;
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new Error(`module ${path.at(-1)} depends on ${name}, which isn't registered`);
    for (const on of spec.dependsOn ?? []) this.#visit(on, [...path, name], visited, order);
    visited.add(name);
    order.push(name);
  }
}
