import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DecodeError } from '@telamon/bytes';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTokensFile, writeTokensFile } from './tokens-file.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tokens-'));
  path = join(directory, 'tokens.json');
});

afterEach(() => rmSync(directory, { recursive: true }));

describe('tokens file', () => {
  it('is read as it was written, and nothing else is left', async () => {
    for (const tokens of [[], [0, 7, 2 ** 32 - 1]]) {
      await writeTokensFile(path, Uint32Array.from(tokens));
      expect(await readTokensFile(path)).toEqual(Uint32Array.from(tokens));
    }
    expect(readdirSync(directory)).toEqual(['tokens.json']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('need not be there', async () => {
    expect(await readTokensFile(path)).toBeUndefined();
  });

  it('leaves the old one when the new one cannot be written', async () => {
    await expect(writeTokensFile(join(directory, 'none', 'tokens'), new Uint32Array(1))).rejects.toThrow('ENOENT');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is refused when it is damaged', async () => {
    await writeTokensFile(path, Uint32Array.of(1, 20, 300));
    const good = readFileSync(path);
    for (let length = 0; length < good.length - 1; length++) {
      writeFileSync(path, good.subarray(0, length));
      await expect(readTokensFile(path)).rejects.toThrow(DecodeError);
    }
    for (const bad of ['null', '{}', '{"tokens":[2,1]}', '{"tokens":[-1]}', '{"tokens":"1"}']) {
      writeFileSync(path, bad);
      await expect(readTokensFile(path)).rejects.toThrow(DecodeError);
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length * 8 - 1), async (bit) => {
        const flipped = Buffer.from(good);
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(path, flipped);
        const result = await readTokensFile(path).catch((error: unknown) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(DecodeError);
      }),
      { numRuns: 50 },
    );
  });
});
