import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('generates the codecs that are committed', async () => {
  const script = join(import.meta.dirname, 'generate-proto.mjs');
  const { stderr } = await promisify(execFile)(process.execPath, [script, '--check'], { timeout: 60_000 });
  expect(stderr).toBe('');
}, 60_000);
