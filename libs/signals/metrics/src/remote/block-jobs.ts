import { compareUtf8, compileMatcher, type Matcher, type MatcherSpec, TelamonError } from '@telamon/model';
import { ObjectNotFoundError } from '@telamon/objstore';
import type { JobContext, JobHandler } from '@telamon/workers';
import { mergeFrames } from '../frame/merge-frames.ts';
import { readSeriesRecords } from '../frame/series-records.ts';
import { FetchBudget, type FetchLimits } from '../query/fetch-budget.ts';
import type { BlockRef } from '../store/block-ref.ts';
import { eachBounded } from '../store/each-bounded.ts';
import { isDamage } from '../store/is-damage.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { type Pause, selectFrames, visitLabels } from '../store/select-blocks.ts';
import { frameMessages } from './bound-frames.ts';
import type { NamedLabelsRequest } from './select-message.ts';
import { textParts } from './text-parts.ts';

/** Blocks that one job reads at once: each waits for the bucket most of the time, and holds some MiB of chunks. */
const BLOCKS_AT_ONCE = 4;

const DAMAGED_ID = 'err-telamon-block-corrupted';

/** Kinds of jobs of {@link blockJobs}. */
export const SELECT_BLOCKS = 'blocks.select';
/** See {@link SELECT_BLOCKS}. */
export const LABELS_OF_BLOCKS = 'blocks.labels';

/** A select over blocks. Plain data: it crosses a thread. */
export interface SelectBlocksRequest {
  /** Some neighbours at a time are read together: replicas are to stand side by side. */
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
  let damage: TelamonError | undefined;
  const reader = new GroupReader(request, open, context);
  const readAlone = async (block: BlockRef): Promise<Error | undefined> => (await reader.read([block])).get(block);
  for (let i = 0; i < request.blocks.length; i += BLOCKS_AT_ONCE) {
    for (const block of (await reader.read(request.blocks.slice(i, i + BLOCKS_AT_ONCE))).keys()) {
      const found = await damageOf(block, open, readAlone);
      damage ??= found;
    }
  }
  if (damage !== undefined) throw damage;
}

/** Reads blocks of one request, some at once. */
class GroupReader {
  readonly #request: SelectBlocksRequest;
  readonly #matchers: readonly Matcher[];
  readonly #open: OpenBlocks;
  readonly #context: JobContext;
  readonly #budget: FetchBudget | undefined;

  constructor(request: SelectBlocksRequest, open: OpenBlocks, context: JobContext) {
    const { limits } = request;
    this.#request = request;
    this.#matchers = request.matchers.map((spec) => compileMatcher(spec));
    this.#open = open;
    this.#context = context;
    const isLimited = limits.maxSeries + limits.maxChunks + limits.maxChunkBytes > 0;
    this.#budget = isLimited ? new FetchBudget(() => {}, limits) : undefined;
  }

  /** Sends what the blocks have, what is the same once, and tells which were read. Returns those that are damaged or not there, with why. */
  async read(blocks: readonly BlockRef[]): Promise<ReadonlyMap<BlockRef, Error>> {
    const failures = new Map<BlockRef, Error>();
    const pause = (): Promise<void> => this.#context.maybeYield();
    const sources = blocks.map((block) => this.#frames(block, pause, failures));
    for await (const frame of mergeFrames(sources, pause)) await this.#send(frame);
    for (const block of blocks) if (!failures.has(block)) await this.#context.host.call('read', block.ulid);
    return failures;
  }

  /** The frames of a block, as far as they are good. */
  async *#frames(block: BlockRef, pause: Pause, failures: Map<BlockRef, Error>): AsyncIterable<Uint8Array> {
    const { fromMs, toMs, isLabelsOnly } = this.#request;
    const selection = { blocks: [block], matchers: this.#matchers, fromMs, toMs, isLabelsOnly, signal: this.#context.signal };
    try {
      yield* selectFrames(selection, this.#open, pause);
    } catch (error) {
      if (!isDamage(error)) throw error;
      failures.set(block, error as Error);
    }
  }

  async #send(frame: Uint8Array): Promise<void> {
    if (this.#budget !== undefined) for (const record of readSeriesRecords(frame)) this.#budget.takeSeries(record);
    for (const part of frameMessages(frame)) await this.#context.host.call('frame', part);
  }
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
    if ((await tryToRead(block, read)) === undefined) return;
    const found = await damageOf(block, open, () => tryToRead(block, read));
    damage ??= found;
  };
  await eachBounded(blocks, BLOCKS_AT_ONCE, readOne, context.signal);
  if (damage !== undefined) throw damage;
}

/** Reads a block again that could not be read, as its bytes may have been damaged on their way; what is to be told of it then. */
async function damageOf(
  block: BlockRef,
  open: OpenBlocks,
  readAgain: (block: BlockRef) => Promise<Error | undefined>,
): Promise<TelamonError | undefined> {
  open.forget(block.location);
  const failure = await readAgain(block);
  // One that is not there (any more) is somebody else's to find: whoever asked sees that it was not read.
  return failure === undefined || failure instanceof ObjectNotFoundError ? undefined : blockDamaged(block.ulid, failure);
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
  return new TelamonError(text, { status: 500, id: DAMAGED_ID, isRetryable: true, cause });
}

/** Whether an error is one of {@link blockDamaged}, in this thread or another. */
export function isBlockDamaged(error: unknown): error is TelamonError {
  return error instanceof TelamonError && error.id === DAMAGED_ID;
}
