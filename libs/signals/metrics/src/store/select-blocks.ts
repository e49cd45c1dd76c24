import { compareUtf8, Labels, type Matcher } from '@telamon/model';
import { FRAME_BYTES, SeriesFrameWriter } from '../frame/series-frame.ts';
import { type BlockRef, overlaps } from './block-ref.ts';
import type { OpenBlocks } from './open-blocks.ts';
import type { QueryBlock, SeriesSink } from './query-block.ts';

/** Series between two looks at the clock. */
const SERIES_PER_PAUSE = 64;

/** A selection over blocks. Times inclusive, ms. */
export interface BlockSelection {
  readonly blocks: readonly BlockRef[];
  readonly matchers: readonly Matcher[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Frames carry no chunks; default false. */
  readonly isLabelsOnly?: boolean;
  /** Ends waits for the bucket. */
  readonly signal?: AbortSignal;
}

/** Lets the thread serve others; what it returns is awaited. Throws when the work was given up. */
export type Pause = () => Promise<void> | undefined;

const NEVER: AbortSignal = new AbortController().signal;

/**
 * Frames with the series of some blocks. A series that several blocks have comes once per block; whoever reads joins
 * them. Blocks are read one after another, each in the order of its labels.
 */
export async function* selectFrames(
  selection: BlockSelection,
  open: OpenBlocks,
  pause: Pause,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const { fromMs, toMs, signal = NEVER } = selection;
  for (const block of selection.blocks) {
    if (!overlaps(block, fromMs, toMs)) continue;
    yield* open.using(block.location, signal, (opened) => selectOne(opened, selection, pause));
  }
}

async function* selectOne(
  block: QueryBlock,
  { matchers, fromMs, toMs, isLabelsOnly = false, signal = NEVER }: BlockSelection,
  pause: Pause,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const writer = new SeriesFrameWriter(FRAME_BYTES);
  let count = 0;
  for await (const batch of block.series({ matchers, fromMs, toMs, isLabelsOnly, signal })) {
    while (batch.next(writer)) {
      if (writer.sizeBytes >= FRAME_BYTES) yield writer.finish();
      if (++count % SERIES_PER_PAUSE === 0) await pause();
    }
    await pause();
  }
  if (writer.seriesCount > 0) yield writer.finish();
}

/** What label requests ask of blocks: matcher sets are alternatives, none means every series. */
export interface BlockLabelsQuery {
  readonly blocks: readonly BlockRef[];
  readonly matcherSets: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Ends waits for the bucket. */
  readonly signal?: AbortSignal;
}

/** Distinct label names of the blocks that overlap the time, sorted bytewise. */
export async function blockLabelNames(query: BlockLabelsQuery, open: OpenBlocks, pause: Pause): Promise<string[]> {
  const names = new Set<string>();
  await visitLabels('', query, { open, pause }, names);
  return [...names].sort(compareUtf8);
}

/** Distinct values of a label in the blocks that overlap the time, sorted bytewise. */
export async function blockLabelValues(name: string, query: BlockLabelsQuery, open: OpenBlocks, pause: Pause): Promise<string[]> {
  const values = new Set<string>();
  await visitLabels(name, query, { open, pause }, values);
  return [...values].sort(compareUtf8);
}

/** Adds the label names (`name` '') or the values of a label in the blocks that overlap the time to `found`. */
export async function visitLabels(name: string, query: BlockLabelsQuery, reading: Reading, found: Set<string>): Promise<void> {
  await eachBlock(query, reading, name === '' ? nameVisitor(found) : valueVisitor(name, found));
}

function nameVisitor(names: Set<string>): LabelVisitor {
  return {
    all: (block) => {
      for (const name of block.labelNames()) names.add(name);
    },
    series: (labels) => {
      const flat = labels.flat();
      for (let i = 0; i < flat.length; i += 2) names.add(flat[i]!);
    },
  };
}

function valueVisitor(name: string, values: Set<string>): LabelVisitor {
  return {
    all: (block) => {
      for (const value of block.labelValues(name)) values.add(value);
    },
    series: (labels) => {
      const value = labels.get(name);
      if (value !== '') values.add(value);
    },
  };
}

interface LabelVisitor {
  /** Takes everything of a block. */
  readonly all: (block: QueryBlock) => void;
  /** Takes one series that passes; must not keep the labels. */
  readonly series: (labels: Labels) => void;
}

/** With what blocks are read. */
export interface Reading {
  readonly open: OpenBlocks;
  readonly pause: Pause;
}

async function eachBlock(query: BlockLabelsQuery, { open, pause }: Reading, visitor: LabelVisitor): Promise<void> {
  for (const block of query.blocks) {
    if (!overlaps(block, query.fromMs, query.toMs)) continue;
    const steps = open.using(block.location, query.signal ?? NEVER, (opened) => visitBlock(opened, query, visitor));
    for await (const _ of steps) await pause();
  }
}

/** Shows the labels of series to a visitor, which takes texts from them at once: the bytes are another series' later. */
function labelSink(visitor: LabelVisitor): SeriesSink {
  return { beginSeries: (bytes) => visitor.series(Labels.fromBytes(bytes)), addChunk: () => undefined };
}

/** Yields every few series. */
async function* visitBlock(block: QueryBlock, query: BlockLabelsQuery, visitor: LabelVisitor): AsyncIterable<void> {
  if (query.matcherSets.length === 0) visitor.all(block);
  const { signal = NEVER } = query;
  // As in Prometheus, a block counts as a whole: a series of it may have samples outside the time only.
  const everything = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY, isLabelsOnly: true, signal };
  const sink = labelSink(visitor);
  for (const matchers of query.matcherSets) {
    let count = 0;
    for await (const batch of block.series({ matchers, ...everything })) {
      while (batch.next(sink)) if (++count % SERIES_PER_PAUSE === 0) yield;
      yield;
    }
  }
  yield;
}
