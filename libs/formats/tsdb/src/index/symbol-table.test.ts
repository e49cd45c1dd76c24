import { ByteWriter, crc32c, MemorySource } from '@telamon/bytes';
import { describe, expect, it } from 'vitest';
import { CorruptError } from '../format-error.ts';
import { SymbolTable } from './symbol-table.ts';

/** A table of the symbols that `sizeOf` gives a size, which begin with their ordinal. */
function tableOf(count: number, sizeOf: (ordinal: number) => number): SymbolTable {
  const body = new ByteWriter(1 << 20).u32be(count);
  for (let i = 0; i < count; i++) {
    const symbol = Buffer.alloc(sizeOf(i), 'x');
    symbol.write(textOf(i));
    body.uvarint(symbol.length).bytes(symbol);
  }
  const bytes = body.finish();
  const section = new ByteWriter(bytes.length + 8).u32be(bytes.length).bytes(bytes).u32be(crc32c(bytes));
  return new SymbolTable(new MemorySource(section.finish()), 0);
}

function textOf(ordinal: number): string {
  return String(ordinal).padStart(6, '0');
}

function expectAll(table: SymbolTable, count: number, sizeOf: (ordinal: number) => number): void {
  // Backwards and forwards, so that what is kept is met and replaced; 7919 is prime.
  for (let i = 0; i < 6000; i++) {
    const ordinal = i < 3000 ? count - 1 - (i % 100) : (i * 7919) % count;
    table.locate(ordinal);
    const located = [table.end - table.start, Buffer.from(table.slab.subarray(table.start, table.start + 6)).toString()];
    expect(located).toEqual([sizeOf(ordinal), textOf(ordinal)]);
    const bytes = table.bytes(ordinal);
    expect([bytes.length, Buffer.from(bytes.subarray(0, 6)).toString()]).toEqual(located);
  }
  for (const unknown of [count, count + 4096, 0xffffffff]) {
    expect(() => table.locate(unknown)).toThrow(CorruptError);
    expect(() => table.bytes(unknown)).toThrow(CorruptError);
  }
}

describe('symbols are found by their ordinals', () => {
  it.each<[string, number, (ordinal: number) => number]>([
    ['a small table', 300, (i) => (i % 50 === 0 ? 200 : 6)],
    ['so many that not every offset is kept', 300_000, () => 6],
    ['a table that is not held', 70_001, (i) => (i % 640 === 5 ? 9000 : i % 32 === 0 ? 300 : 50)],
    ['long symbols', 1000, () => 5000],
  ])('%s', (_name, count, sizeOf) => {
    expectAll(tableOf(count, sizeOf), count, sizeOf);
  });
});
