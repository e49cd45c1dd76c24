import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DecodeError } from '@telamon/bytes';
import { TOKENS_MAX } from './instance-codec.ts';

const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Reads a tokens file, what an instance must not forget when its entry in the ring is lost; undefined when there is none:
 * `{"tokens": [1, 255, ...]}`, ascending. DecodeError when it is not one; errors of the file system as they are.
 */
export async function readTokensFile(path: string): Promise<Uint32Array | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    if ((await file.stat()).size > FILE_BYTES_MAX) throw new DecodeError(`${path} is too large for a tokens file`);
    return parseTokens(path, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

/** Writes a tokens file so that it is, at any moment and after a power loss, the old one or the new one. */
export async function writeTokensFile(path: string, tokens: Uint32Array): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const text = `${JSON.stringify({ tokens: [...tokens] })}\n`;
  try {
    await withFile(temporary, 'wx', async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await withFile(dirname(path), 'r', (directory) => directory.sync());
}

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}

function parseTokens(path: string, text: string): Uint32Array {
  const bad = (why: string, cause?: unknown): DecodeError => new DecodeError(`tokens file ${path}: ${why}`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad('is not JSON', error);
  }
  const { tokens } = (json ?? {}) as { tokens?: unknown };
  if (!Array.isArray(tokens) || tokens.length > TOKENS_MAX) throw bad('bad tokens');
  tokens.forEach((token, i) => {
    const isToken = typeof token === 'number' && Number.isInteger(token) && token >= 0 && token < 2 ** 32;
    if (!isToken || (i > 0 && token <= tokens[i - 1])) throw bad(`bad token at position ${i}`);
  });
  return Uint32Array.from(tokens as number[]);
}
