import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './repository.ts';

/** What a case that may fail is: open (we owe it) or deviating on purpose. */
export type PendingKind = 'open' | 'deviates';

/** One replayed case: undefined when it went as recorded, else the first difference. */
export interface CaseResult {
  readonly id: string;
  readonly difference: string | undefined;
}

/** What a list of results means. */
export interface Settlement {
  readonly passed: number;
  readonly pending: number;
  /** Not listed and failing, `id: difference`. */
  readonly unexpected: readonly string[];
  /** Listed but passing: the line must go. */
  readonly stale: readonly string[];
}

/**
 * The checked-in file of cases that don't pass, one `open ID REASON` or `deviates ID REASON` a line. It can only shrink:
 * a listed case that passes is an error, and so is a case that fails without being listed. UPDATE_PENDING=1 writes what
 * fails now (reason: the difference) and drops what passes; the reasons are then for a person to write.
 */
export class PendingList {
  readonly #path: string;
  readonly #reasons: Map<string, readonly [PendingKind, string]> = new Map();

  constructor(name: string) {
    this.#path = join(ROOT, 'integration-tests', 'pending', `${name}.txt`);
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const match = /^(open|deviates) (\S+) (\S.*)$/.exec(line);
      if (match === null) throw new Error(`${this.#path}: '${line}' is not 'open|deviates ID REASON'`);
      if (this.#reasons.has(match[2]!)) throw new Error(`${this.#path}: '${match[2]}' is listed twice`);
      this.#reasons.set(match[2]!, [match[1] as PendingKind, match[3]!]);
    }
  }

  /** Sorts results into what may be and what may not. Ids of cases that weren't run are left alone. */
  settle(results: readonly CaseResult[]): Settlement {
    const failing = results.filter(({ difference }) => difference !== undefined);
    const passing = results.filter(({ difference }) => difference === undefined);
    if (process.env.UPDATE_PENDING === '1') this.#update(failing, passing);
    const unexpected = failing.filter(({ id }) => !this.#reasons.has(id)).map(({ id, difference }) => `${id}: ${difference}`);
    const stale = passing.filter(({ id }) => this.#reasons.has(id)).map(({ id }) => id);
    return { passed: passing.length, pending: failing.length - unexpected.length, unexpected, stale };
  }

  #update(failing: readonly CaseResult[], passing: readonly CaseResult[]): void {
    for (const { id } of passing) this.#reasons.delete(id);
    for (const { id, difference = '' } of failing) {
      if (!this.#reasons.has(id)) this.#reasons.set(id, ['open', difference.replaceAll(/\s+/g, ' ').slice(0, 160) || 'fails']);
    }
    const lines = [...this.#reasons]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, [kind, reason]]) => `${kind} ${id} ${reason}`);
    writeFileSync(
      this.#path,
      `# Cases that don't pass: 'open ID REASON' or 'deviates ID REASON'. This list only shrinks.\n${lines.map((line) => `${line}\n`).join('')}`,
    );
  }
}
