/**
 * `npm run proto`: writes the codecs of proto/telamon/*.proto to libs/core/proto/generated. With `--check` it writes nothing and
 * fails when what stands there is not what it would write.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pbjs from 'protobufjs-cli/pbjs.js';
import { ROOT } from './steps.mjs';

const SOURCE = 'proto/telamon';
const TARGET = 'libs/core/proto/generated';
const FILES = ['telamon.js', 'telamon.d.ts'];

/** What is left out has no caller: reflection, JSON, delimited streams and service stubs (calls move bytes). */
const OPTIONS = [
  ...['--target', 'static-module', '--wrap', 'esm', '--es6', '--root', 'telamon', '--dependency', 'protobufjs/minimal.js'],
  ...['--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service', '--dts'],
];

const WIDE_INTEGER = /\b(u?int64|sint64|s?fixed64)\b/;

/** Integers of 64 bits decode to objects of another package or lose digits, by what happens to be installed: none are let in. */
function refuseWideIntegers(paths) {
  for (const path of paths) {
    for (const [index, line] of readFileSync(join(ROOT, path), 'utf8').split('\n').entries()) {
      const type = WIDE_INTEGER.exec(line.replace(/\/\/.*/, ''))?.[1];
      if (type === undefined) continue;
      throw new Error(`${path}:${index + 1}: no ${type} here: times in ms are double, 64-bit hashes two fixed32 or bytes`);
    }
  }
}

/** Generates both files; resolves to their texts by name. */
async function generate() {
  const sources = readdirSync(join(ROOT, SOURCE))
    .filter((name) => name.endsWith('.proto'))
    .sort()
    .map((name) => `${SOURCE}/${name}`);
  refuseWideIntegers(sources);
  const folder = mkdtempSync(join(tmpdir(), 'telamon-proto-'));
  try {
    const target = join(folder, FILES[0]);
    await promisify(pbjs.main)([...OPTIONS, '--path', 'proto', '--out', target, ...sources]);
    const [script, types] = FILES.map((name) => readFileSync(join(folder, name), 'utf8'));
    return new Map([
      [FILES[0], finishCode(script)],
      [FILES[1], finishTypes(types)],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The short name `v1` in place of the default export; unknown fields are kept without asking each reader for it. */
function finishCode(text) {
  return text
    .replaceAll('if (!reader.discardUnknown) {', '{')
    .replace(/\nexport \{\n\s*\$root as default\n\};\n?$/, '\nexport const v1 = telamon.v1;\n');
}

function finishTypes(text) {
  return `${text.replace(/^import Long = .*\n/m, '').trimEnd()}\n\nexport import v1 = telamon.v1;\n`;
}

const isCheck = process.argv.includes('--check');
process.chdir(ROOT);
try {
  const files = await generate();
  for (const [name, text] of files) {
    const path = join(ROOT, TARGET, name);
    if (!isCheck) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) throw new Error(`${TARGET}/${name} is out of date: npm run proto`);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
