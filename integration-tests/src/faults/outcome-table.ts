/** What became of a row. */
export interface FaultOutcome {
  readonly id: string;
  readonly title: string;
  /** '' when it passed. */
  readonly failure: string;
  /** What was seen on the way. */
  readonly notes: readonly string[];
  /** Samples that were acknowledged, and found again each exactly once when it passed. */
  readonly samples: number;
  /** Queries answered rightly. */
  readonly queries: number;
  readonly failedQueries: number;
  readonly slowestWriteMs: number;
  readonly tookMs: number;
}

/** The outcomes as a table of Markdown. */
export function renderOutcomes(outcomes: readonly FaultOutcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { id, title, failure, notes, samples, queries, failedQueries, slowestWriteMs, tookMs } = outcome;
    const cells = [
      id,
      title,
      failure === '' ? 'pass' : 'FAIL',
      samples,
      queries,
      failedQueries,
      slowestWriteMs,
      (tookMs / 1000).toFixed(0),
      notes.join('; '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| row | fault | result | samples acknowledged and found | queries right | queries failed | slowest write, ms | took, s | seen |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
