import { closeSync, openSync, readSync } from 'node:fs';

const POLL_MS = 200;
const PIECE_BYTES = 64 * 1024;

/** Joins growing log files into one stream of lines, each behind the name of its file. */
export class LogStream {
  readonly #print: (line: string) => void;
  readonly #files: { readonly name: string; readonly fd: number; rest: string }[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(print: (line: string) => void) {
    this.#print = print;
    this.#timer = setInterval(() => this.poll(), POLL_MS);
  }

  /** Adds a file, which must be there; what it holds already comes first. */
  add(name: string, path: string): void {
    this.#files.push({ name, fd: openSync(path, 'r'), rest: '' });
  }

  /** Prints what was added since the last look. */
  poll(): void {
    const width = Math.max(0, ...this.#files.map(({ name }) => name.length));
    for (const file of this.#files) {
      const piece = Buffer.alloc(PIECE_BYTES);
      for (;;) {
        const length = readSync(file.fd, piece, 0, PIECE_BYTES, null);
        if (length === 0) break;
        const lines = (file.rest + piece.toString('utf8', 0, length)).split('\n');
        file.rest = lines.pop()!;
        for (const line of lines) this.#print(`${file.name.padEnd(width)} | ${line}`);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.poll();
    for (const { fd } of this.#files) closeSync(fd);
  }
}
