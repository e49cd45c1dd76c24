import type { PositionRange } from '../parser/ast.ts';

/** Where a generated node stands: Prometheus prints such positions as `1:1`. */
export const GENERATED_POSITION: PositionRange = { start: 0, end: 0 };

/** `line:column` of the start of a range, both from 1; columns count bytes as Prometheus does. Cost: O(query length). */
export function lineAndColumn(query: string, position: PositionRange): string {
  if (query === '') return 'unknown position';
  const bytes = new TextEncoder().encode(query);
  if (position.start < 0 || position.start > bytes.length) return 'invalid position';
  let line = 1;
  let lastBreak = -1;
  for (let i = 0; i < position.start; i++) {
    if (bytes[i] !== 0x0a) continue;
    lastBreak = i;
    line++;
  }
  return `${line}:${position.start - lastBreak}`;
}
