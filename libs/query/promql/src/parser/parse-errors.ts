import type { PositionRange } from './ast.ts';

/** One thing that is wrong with a query. */
export interface ParseProblem {
  /** Byte range in the query. */
  readonly pos: PositionRange;
  /** What is wrong, without the position. */
  readonly message: string;
}

/**
 * A query that cannot be parsed or has the wrong types. `message` is the text that users of Prometheus know,
 * `1:5: parse error: unexpected ...`; it tells the first problem only, as there. Syntax errors end the parse, so they come
 * alone; the type check collects all it finds.
 */
export class ParseErrors extends Error {
  /** Never empty. */
  readonly problems: readonly ParseProblem[];

  constructor(query: string, problems: readonly ParseProblem[]) {
    const first = problems[0]!;
    super(`${describePosition(query, first.pos.start)}: parse error: ${first.message}`);
    this.name = 'ParseErrors';
    this.problems = problems;
  }
}

/**
 * A byte position as `line:column`, both counted from 1 and the column in bytes; `unknown position` for the empty query.
 * Cost: O(length of the query).
 */
export function describePosition(query: string, positionBytes: number): string {
  if (query === '') return 'unknown position';
  const bytes = new TextEncoder().encode(query);
  if (positionBytes < 0 || positionBytes > bytes.length) return 'invalid position';
  let line = 1;
  let lastBreak = -1;
  for (let i = 0; i < positionBytes; i++) {
    if (bytes[i] !== 0x0a) continue;
    lastBreak = i;
    line++;
  }
  return `${line}:${positionBytes - lastBreak}`;
}
