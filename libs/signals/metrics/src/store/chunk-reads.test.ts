import { SeriesColumns } from '@telamon/tsdb';
import { expect, it } from 'vitest';
import { estimateChunkBytes, planChunkReads } from './chunk-reads.ts';

function columnsOf(...chunks: readonly (readonly [segment: number, offset: number])[]): SeriesColumns {
  const columns = new SeriesColumns(0, 1);
  for (const [segment, offset] of chunks) columns.chunk(0, 1, segment, offset);
  return columns;
}

it('reads from each chunk to the next, neighbours together, far ones apart', () => {
  const columns = columnsOf([0, 8], [0, 108], [0, 9000], [1, 8]);
  const span = { start: 0, end: 4 };
  expect([...planChunkReads(columns, span)]).toEqual([
    [
      0,
      [
        { offset: 8, sizeBytes: 1636 },
        { offset: 9000, sizeBytes: 1536 },
      ],
    ],
    [1, [{ offset: 8, sizeBytes: 1536 }]],
  ]);
  expect(estimateChunkBytes(columns, { start: 0, end: 2 })).toBe(1636);
});

it('sorts chunks that stand in another order, each once', () => {
  const columns = columnsOf([1, 500], [0, 8], [1, 100], [1, 500]);
  expect([...planChunkReads(columns, { start: 0, end: 4 })]).toEqual([
    [1, [{ offset: 100, sizeBytes: 1936 }]],
    [0, [{ offset: 8, sizeBytes: 1536 }]],
  ]);
});
