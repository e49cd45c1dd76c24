import { compareUtf8, compileMatcher, type MatcherSpec, TelamonError } from '@telamon/model';
import { ObjectNotFoundError } from '@telamon/objstore';
import type { JobContext, JobHandler } from '@telamon/workers';
import { readSeriesRecords } from '../frame/series-records.ts';
import { FetchBudget, type FetchLimits } from '../query/fetch-budget.ts';
import type { BlockRef } from '../store/block-ref.ts';
import { eachBounded } from '../store/each-bounded.ts';
import { isDamage } from '../store/is-damage.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { selectFrames, visitLabels } from '../store/select-blocks.ts';
import { frameMessages } from './bound-frames.ts';
import type { NamedLabelsRequest } from './select-message.ts';
import { textParts } from './text-parts.ts';

/** Blocks that one job reads at once: each waits for the bucket most of the time, and holds some MiB of chunks. */
const BLOCKS_AT_ONCE = 4;

/** Kinds of jobs of {@link blockJobs}. */
export const SELECT_BLOCKS = 'blocks.select';
/** See {@link SELECT_BLOCKS}. */
export const LABELS_OF_BLOCKS = 'blocks.labels';

/** A select over blocks. Plain data: it crosses a thread. */
export interface SelectBlocksRequest {
  readonly blocks: readonly BlockRef[];
  readonly matchers: readonly MatcherSpec[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly isLabelsOnly: boolean;
  readonly limits: FetchLimits;
}

/** Label names or values of blocks. Plain data: it crosses a thread. */
export interface LabelsOfBlocksRequest extends NamedLabelsRequest {
  readonly blocks: readonly BlockRef[];
}

/**
 * Jobs that read blocks for another thread. What they find goes out by `host.call`: `frame` (bytes), `texts` (list), and `read` (id
 * of a block, after everything of it); each call waits until there is room. A block that vanished is not told as read; a
 * damaged one neither, and the job fails in the end, with the other blocks read.
 */
export function blockJobs(open: OpenBlocks): Record<string, JobHandler> {
  return {
    [SELECT_BLOCKS]: (request: SelectBlocksRequest, context: JobContext) => select(request, open, context),
    [LABELS_OF_BLOCKS]: (request: LabelsOfBlocksRequest, context: JobContext) => listLabels(request, open, context),
  };
}

async function select(request: SelectBlocksRequest, open: OpenBlocks, context: JobContext): Promise<void> {
  const { limits, isLabelsOnly, fromMs, toMs } = request;
  const matchers = request.matchers.map((spec) => compileMatcher(spec));
  const budget = limits.maxSeries + limits.maxChunks + limits.maxChunkBytes > 0 ? new FetchBudget(() => {}, limits) : undefined;
  const pause = (): Promise<void> => context.maybeYield();
  await readEach(request.blocks, open, context, async (block) => {
    const selection = { blocks: [block], matchers, fromMs, toMs, isLabelsOnly, signal: context.signal };
    for await (const frame of selectFrames(selection, open, pause)) {
      if (budget !== undefined) for (const record of readSeriesRecords(frame)) budget.takeSeries(record);
      for (const part of frameMessages(frame)) await context.host.call('frame', part);
    }
    await context.host.call('read', block.ulid);
  });
}

async function listLabels(request: LabelsOfBlocksRequest, open: OpenBlocks, context: JobContext): Promise<void> {
  const { name, labels } = request;
  const matcherSets = labels.matcherSets.map((set) => set.map((spec) => compileMatcher(spec)));
  const found = new Set<string>();
  const read: string[] = [];
  const pause = (): Promise<void> => context.maybeYield();
  const finish = async (): Promise<void> => {
    for (const part of textParts([...found].sort(compareUtf8))) await context.host.call('texts', part);
    for (const ulid of read) await context.host.call('read', ulid);
  };
  try {
    await readEach(request.blocks, open, context, async (block) => {
      const query = { blocks: [block], matcherSets, fromMs: labels.fromMs, toMs: labels.toMs, signal: context.signal };
      await visitLabels(name, query, { open, pause }, found);
      read.push(block.ulid);
    });
  } finally {
    if (!context.isCancelled()) await finish();
  }
}

type ReadBlock = (block: BlockRef) => Promise<void>;

/** Reads all blocks; throws the first damage when the others are read, anything else at once. */
async function readEach(blocks: readonly BlockRef[], open: OpenBlocks, context: JobContext, read: ReadBlock): Promise<void> {
  let damage: TelamonError | undefined;
  const readOne = async (block: BlockRef): Promise<void> => {
    let failure = await tryToRead(block, read);
    if (failure !== undefined) {
      // The bytes may have been damaged on their way.
      open.forget(block.location);
      failure = await tryToRead(block, read);
    }
    // One that is not there (any more) is somebody else's to find: whoever asked sees that it was not read.
    if (failure === undefined || failure instanceof ObjectNotFoundError) return;
    damage ??= blockDamaged(block.ulid, failure);
  };
  await eachBounded(blocks, BLOCKS_AT_ONCE, readOne, context.signal);
  if (damage !== undefined) throw damage;
}

/** What is wrong with the block, undefined when it was read. Other failures are thrown. */
async function tryToRead(block: BlockRef, read: ReadBlock): Promise<Error | undefined> {
  try {
    await read(block);
    return undefined;
  } catch (error) {
    if (isDamage(error)) return error as Error;
    throw error;
  }
}

/** A block whose bytes contradict themselves, read twice. Retryable: another one may have got better bytes. */
export function blockDamaged(ulid: string, cause: Error): TelamonError {
  const text = `block ${ulid} is corrupted: ${cause.message}`;
  return new TelamonError(text, { status: 500, id: 'err-telamon-block-corrupted', isRetryable: true, cause });
}
