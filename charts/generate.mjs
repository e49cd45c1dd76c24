/**
 * Makes telamon/values.schema.json and the table in telamon/README.md from telamon/values.yaml and schema-rules.mjs.
 * `node charts/generate.mjs` writes them, `--check` only says whether they are in sync (exit status 1: no).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { COMPONENTS, DEMANDS, RULES } from './schema-rules.mjs';

const CHART = join(dirname(fileURLToPath(import.meta.url)), 'telamon');
const BIOME = join(CHART, '..', '..', 'node_modules', '.bin', 'biome');
const TABLE = /(<!-- values -->\n)[\s\S]*(<!-- \/values -->)/;

const source = readFileSync(join(CHART, 'values.yaml'), 'utf8');
const values = parse(source);
const comments = readComments(source);

const outputs = {
  'values.schema.json': formatted('values.schema.json', JSON.stringify(rootSchema())),
  'README.md': readFileSync(join(CHART, 'README.md'), 'utf8').replace(TABLE, (_, open, close) => `${open}${table()}\n${close}`),
};

const stale = Object.keys(outputs).filter((name) => readText(join(CHART, name)) !== outputs[name]);
if (process.argv.includes('--check')) {
  for (const name of stale) console.error(`charts/telamon/${name} is not in sync with values.yaml: run node charts/generate.mjs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const name of stale) writeFileSync(join(CHART, name), outputs[name]);
}

/** A JSON text as the repository's formatter writes it. */
function formatted(name, text) {
  return execFileSync(BIOME, ['format', `--stdin-file-path=charts/telamon/${name}`], {
    input: text,
    cwd: dirname(dirname(CHART)),
  }).toString();
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The `# -- ...` comments by the path of the key below them. */
function readComments(text) {
  const found = new Map();
  const path = [];
  let pending = '';
  for (const line of text.split('\n')) {
    const [, indent, comment] = /^( *)# -- (.*)$/.exec(line) ?? [];
    const [, keyIndent, key] = /^( *)([A-Za-z0-9_]+):/.exec(line) ?? [];
    if (comment !== undefined) pending = comment;
    else if (key !== undefined) {
      path.length = (keyIndent ?? indent).length / 2;
      path.push(key);
      if (pending !== '') found.set(path.join('.'), pending);
      pending = '';
    }
  }
  return found;
}

function rootSchema() {
  const { componentDefaults, ...rest } = values;
  const properties = { componentDefaults: { $ref: '#/definitions/component' } };
  for (const [key, value] of Object.entries(rest)) {
    properties[key] = key in COMPONENTS ? componentSchema(key, value) : schemaOf(value, key);
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart telamon',
    type: 'object',
    additionalProperties: false,
    definitions: { component: schemaOf(componentDefaults, 'componentDefaults') },
    properties,
    allOf: DEMANDS,
  };
}

/** A component block: the keys of componentDefaults, each with this block's default where it has one, and its own. */
function componentSchema(name, block) {
  const properties = {};
  for (const key of Object.keys(values.componentDefaults)) {
    const reference = { $ref: `#/definitions/component/properties/${key}` };
    properties[key] = key in block ? withDefault(reference, block[key], `componentDefaults.${key}`) : reference;
  }
  for (const key of COMPONENTS[name]) properties[key] = schemaOf(block[key], `${name}.${key}`);
  return { ...described(name), type: 'object', additionalProperties: false, properties };
}

function withDefault(reference, value, path) {
  if (value === undefined) return reference;
  // Keywords beside a $ref are ignored in this draft.
  if (typeName(value) !== 'object' || isLeaf(value, RULES[path] ?? {})) return { allOf: [reference], default: value };
  const defaults = Object.entries(value).map(([key, child]) => [key, { default: child }]);
  return { allOf: [reference], properties: Object.fromEntries(defaults) };
}

function schemaOf(value, path) {
  const rule = RULES[path] ?? {};
  const type = typeName(value);
  if (type !== 'object' || isLeaf(value, rule)) return { ...described(path), type, ...rule, default: value };
  const properties = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, schemaOf(child, `${path}.${key}`)]));
  return { ...described(path), type, additionalProperties: false, ...rule, properties };
}

/** Whether a mapping is one value rather than a section: it is empty, or its keys are the user's. */
function isLeaf(value, rule) {
  return Object.keys(value).length === 0 || rule.properties !== undefined || typeof rule.additionalProperties === 'object';
}

function described(path) {
  const description = comments.get(path);
  return description === undefined ? {} : { description };
}

function typeName(value) {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function table() {
  const rows = ['| Key | Default | Meaning |', '| --- | --- | --- |'];
  const visit = (value, path) => {
    const comment = comments.get(path);
    const isSection = typeName(value) === 'object' && !isLeaf(value, RULES[path] ?? RULES[generalPath(path)] ?? {});
    if (!isSection)
      rows.push(`| \`${path}\` | \`${JSON.stringify(value).replaceAll('|', '\\|')}\` | ${meaning(path, comment)} |`);
    else {
      if (comment !== undefined) rows.push(`| \`${path}\` | | ${comment.replaceAll('|', '\\|')} |`);
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
    }
  };
  for (const [key, value] of Object.entries(values)) visit(value, key);
  return rows.join('\n');
}

function meaning(path, comment) {
  if (comment !== undefined) return comment.replaceAll('|', '\\|');
  const general = comments.get(generalPath(path));
  if (general === undefined) throw new Error(`values.yaml: ${path} has no comment`);
  return general.replaceAll('|', '\\|');
}

/** The path in componentDefaults of a key in a component block, else ''. */
function generalPath(path) {
  const [block, ...rest] = path.split('.');
  return block in COMPONENTS ? ['componentDefaults', ...rest].join('.') : '';
}
