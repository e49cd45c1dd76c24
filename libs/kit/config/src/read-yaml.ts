import { isAlias, isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { emptyOutcome, type SourceOutcome } from './assignment.ts';
import type { OptionIndex, YamlNode } from './option-index.ts';
import { parseYamlValue } from './parse-value.ts';
import type { Environment } from './read-env.ts';
import { suggestion } from './suggest.ts';

/** Largest configuration or runtime file, in bytes. */
export const YAML_BYTES_MAX: number = 8 * 1024 * 1024;

/** Aliases that a file may expand to; more is a bomb, not a configuration. */
const ALIASES_MAX = 1000;

/** Settings of {@link readYaml}. */
export interface ReadYamlOptions {
  /** Name for error texts. */
  readonly fileName: string;
  /** Whether an unknown key is only a warning. Default false. */
  readonly isPartial?: boolean;
}

/** Reads a configuration file. Unknown keys, keys given twice and values of the wrong type are errors that name the line. */
export function readYaml(text: string, index: OptionIndex, { fileName, isPartial = false }: ReadYamlOptions): SourceOutcome {
  const outcome = emptyOutcome();
  if (Buffer.byteLength(text) > YAML_BYTES_MAX) {
    outcome.errors.push(`${fileName}: larger than ${YAML_BYTES_MAX} bytes`);
    return outcome;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', merge: true });
  const lineOf = (offset: number | undefined): string => `${fileName}:${offset === undefined ? 1 : lines.linePos(offset).line}`;
  for (const error of document.errors) outcome.errors.push(`${lineOf(error.pos[0])}: ${error.message}`);
  if (outcome.errors.length > 0 || document.contents === null) return outcome;
  const reader = new YamlReader(
    outcome,
    lineOf,
    (node) => node.toJS(document, { maxAliasCount: ALIASES_MAX }),
    (node) => (isAlias(node) ? (node.resolve(document) ?? node) : node),
    isPartial ? outcome.warnings : outcome.errors,
  );
  reader.section(document.contents, index.yaml, []);
  return outcome;
}

/** Replaces `${VAR}` and `${VAR:default}`. Line feeds in values are removed, so that a value can't add keys. */
export function expandEnv(text: string, env: Environment): { readonly text: string; readonly warnings: string[] } {
  const warnings: string[] = [];
  const expanded = text.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/g,
    (_whole, name: string, fallback: string | undefined) => {
      const value = env[name] ?? '';
      if (value === '' && fallback === undefined)
        warnings.push(`environment variable ${name}, which the file asks for, is not set`);
      return (value === '' ? (fallback ?? '') : value).replaceAll('\n', '');
    },
  );
  return { text: expanded, warnings };
}

class YamlReader {
  readonly #outcome: SourceOutcome;
  readonly #lineOf: (offset: number | undefined) => string;
  readonly #plain: (node: Node) => unknown;
  readonly #resolve: (node: Node) => Node;
  /** Takes what is said of unknown keys. */
  readonly #unknown: string[];
  readonly #seen = new Map<string, string>();

  constructor(
    outcome: SourceOutcome,
    lineOf: (offset: number | undefined) => string,
    plain: (node: Node) => unknown,
    resolve: (node: Node) => Node,
    unknown: string[],
  ) {
    this.#outcome = outcome;
    this.#lineOf = lineOf;
    this.#plain = plain;
    this.#resolve = resolve;
    this.#unknown = unknown;
  }

  section(raw: Node, place: YamlNode, path: readonly string[]): void {
    const node = this.#resolve(raw);
    if (!isMap(node)) {
      const isEmpty = isScalar(node) && node.value === null;
      if (!isEmpty)
        this.#outcome.errors.push(`${this.#lineOf(node.range?.[0])}: ${path.join('.') || 'the file'} must be a mapping`);
      return;
    }
    for (const pair of node.items as Pair<Node, Node | null>[]) this.#pair(pair, place, path);
  }

  #pair({ key: keyNode, value }: Pair<Node, Node | null>, place: YamlNode, path: readonly string[]): void {
    const key = isScalar(keyNode) ? String(keyNode.value) : '?';
    const at = this.#lineOf(keyNode.range?.[0]);
    const here = [...path, key];
    const child = place.children.get(key);
    if (child === undefined) {
      this.#unknown.push(`${at}: unknown key ${here.join('.')}${suggestion(key, place.children.keys())}`);
    } else if (child.option !== undefined) {
      this.#option(child.option, value, here.join('.'), at);
    } else if (value !== null) {
      this.section(value, child, here);
    }
  }

  #option(named: NonNullable<YamlNode['option']>, value: Node | null, path: string, at: string): void {
    const earlier = this.#seen.get(named.flag);
    if (earlier !== undefined) {
      this.#outcome.errors.push(`${at}: ${path} says the same as ${earlier}`);
      return;
    }
    this.#seen.set(named.flag, path);
    let plain: unknown;
    try {
      plain = value === null ? null : this.#plain(value);
    } catch (error) {
      this.#outcome.errors.push(`${at}: ${path}: ${error instanceof Error ? error.message : String(error)}`);
      return;
    }
    const parsed = parseYamlValue(named.option, plain);
    if (parsed.isOk) this.#outcome.assignments.push({ named, value: parsed.value, source: 'yaml' });
    else this.#outcome.errors.push(`${at}: ${path}: ${parsed.error}`);
  }
}
