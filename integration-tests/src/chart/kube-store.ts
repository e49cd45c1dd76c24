import type { Json } from './kube-patch.ts';

/** An object with what a server adds to it. */
export interface StoredObject extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json & {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** One change, as a watch tells it. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

/** Which objects a list or watch is about. */
export interface Selection {
  /** `apps/v1/deployments`. */
  readonly resource: string;
  readonly namespace: string;
  readonly labels?: string;
  readonly fields?: string;
}

/** Objects of a cluster in memory, with versions and watches. */
export class KubeStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #watchers = new Set<(resource: string, event: WatchEvent) => void>();
  #version = 100;

  /** The newest version given, as text. */
  get version(): string {
    return String(this.#version);
  }

  /** An object by resource, namespace ('' for none) and name. */
  get(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.#objects.get(keyOf(resource, namespace, name));
  }

  /** Keeps an object in place of an older one of its name; gives it as it was kept. */
  put(resource: string, namespace: string, object: Json): StoredObject {
    const metadata = object['metadata'] as Json & { name: string };
    const key = keyOf(resource, namespace, metadata.name);
    const before = this.#objects.get(key);
    this.#version += 1;
    const kept = {
      ...object,
      metadata: {
        ...metadata,
        ...(namespace === '' ? {} : { namespace }),
        uid: before?.metadata.uid ?? `uid-${this.#version}`,
        creationTimestamp: before?.metadata['creationTimestamp'] ?? new Date().toISOString(),
        resourceVersion: String(this.#version),
      },
    } as unknown as StoredObject;
    this.#objects.set(key, kept);
    this.#tell(resource, { type: before === undefined ? 'ADDED' : 'MODIFIED', object: kept });
    return kept;
  }

  /** Removes an object; gives it when it was there. */
  delete(resource: string, namespace: string, name: string): StoredObject | undefined {
    const key = keyOf(resource, namespace, name);
    const object = this.#objects.get(key);
    if (object === undefined) return undefined;
    this.#version += 1;
    this.#objects.delete(key);
    this.#tell(resource, { type: 'DELETED', object });
    return object;
  }

  /** Objects that a selection is about, in the order of their names. Cost: O(all objects). */
  list(selection: Selection): StoredObject[] {
    const prefix = `${selection.resource}|`;
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(prefix) && matches(selection, object))
      .map(([, object]) => object)
      .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** Tells of each change from now on; gives what ends it. */
  watch(selection: Selection, tell: (event: WatchEvent) => void): () => void {
    const watcher = (resource: string, event: WatchEvent): void => {
      if (resource === selection.resource && matches(selection, event.object)) tell(event);
    };
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(resource: string, event: WatchEvent): void {
    for (const watcher of this.#watchers) watcher(resource, event);
  }
}

function keyOf(resource: string, namespace: string, name: string): string {
  return `${resource}|${namespace}|${name}`;
}

function matches({ namespace, labels = '', fields = '' }: Selection, { metadata }: StoredObject): boolean {
  if (namespace !== '' && metadata.namespace !== namespace) return false;
  const pairs = (text: string): string[][] =>
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => part.split(/==?/));
  return (
    pairs(labels).every(([key, value]) => metadata.labels?.[key!] === value) &&
    pairs(fields).every(([key, value]) => (metadata as Record<string, unknown>)[key!.replace('metadata.', '')] === value)
  );
}
