import type { JobHostHandlers, WorkerPool } from '@telamon/workers';
import type { SelectRequest } from '../metrics-source.ts';
import type { FetchLimits } from '../query/fetch-budget.ts';
import type { BlockRef } from '../store/block-ref.ts';
import {
  isBlockDamaged,
  LABELS_OF_BLOCKS,
  type LabelsOfBlocksRequest,
  SELECT_BLOCKS,
  type SelectBlocksRequest,
} from './block-jobs.ts';
import { mergeStreams } from './merge-streams.ts';
import type { NamedLabelsRequest } from './select-message.ts';

/** Longest time that one reading may take, ms; callers end it before. */
const READ_DEADLINE_MS = 10 * 60_000;
const NO_LIMITS: FetchLimits = { maxSeries: 0, maxChunks: 0, maxChunkBytes: 0, maxSelectorLengthMs: 0 };

/** A piece of what blocks gave; `read` comes after everything of the block. */
export type BlockPart =
  | { readonly kind: 'frame'; readonly frame: Uint8Array }
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'read'; readonly ulid: string };

/** Blocks that are worth a thread of their own: what two have alike is sent once. */
const BLOCKS_PER_JOB = 2;

/** Reads blocks in a pool whose workers serve `blockJobs`, piece by piece as they are taken. */
export class PoolBlocks {
  readonly #pool: WorkerPool;

  /** The pool must not be one whose jobs wait for what is read here: they could take all of its places. */
  constructor(pool: WorkerPool) {
    this.#pool = pool;
  }

  /**
   * Frames of blocks, read by as many threads as there are, each of which keeps to the limits by itself. TelamonError 422 at a limit; 500
   * `err-telamon-block-corrupted` after what can be read.
   */
  async *select(
    request: SelectRequest,
    blocks: readonly BlockRef[],
    signal: AbortSignal,
    limits: FetchLimits = NO_LIMITS,
  ): AsyncIterable<BlockPart> {
    const { tenant, matchers, fromMs, toMs, isLabelsOnly = false } = request;
    const jobs = Math.min(this.#pool.size, Math.ceil(blocks.length / BLOCKS_PER_JOB));
    let damage: Error | undefined;
    const noteDamage = (error: Error): void => {
      damage ??= error;
    };
    const parts = partsInTime(blocks, jobs).map((part) => {
      const read = { blocks: part, matchers, fromMs, toMs, isLabelsOnly, limits };
      return untilDamage(this.#stream<SelectBlocksRequest>(SELECT_BLOCKS, read, { tenant, signal }), noteDamage);
    });
    yield* mergeStreams(parts);
    if (damage !== undefined) throw damage;
  }

  /** Label names or values of blocks, each once, sorted bytewise over all parts. Fails as {@link select} does. */
  labels(request: NamedLabelsRequest, blocks: readonly BlockRef[], signal: AbortSignal): AsyncIterable<BlockPart> {
    const { tenant } = request.labels;
    return this.#stream<LabelsOfBlocksRequest>(LABELS_OF_BLOCKS, { ...request, blocks }, { tenant, signal });
  }

  async *#stream<Req>(kind: string, request: Req, caller: { tenant: string; signal: AbortSignal }): AsyncIterable<BlockPart> {
    const inbox = new PartInbox();
    const left = new AbortController();
    const running = this.#pool.run<Req, void>(kind, request, {
      signal: AbortSignal.any([caller.signal, left.signal]),
      key: caller.tenant,
      deadlineMs: READ_DEADLINE_MS,
      host: inbox.host,
    });
    running.then(
      () => inbox.end(undefined),
      (error: unknown) => inbox.end({ error }),
    );
    try {
      yield* inbox.parts();
    } finally {
      left.abort(new Error('nobody reads the blocks any more'));
    }
  }
}

/** Blocks in so many parts of neighbours in time, as replicas are. */
function partsInTime(blocks: readonly BlockRef[], count: number): BlockRef[][] {
  const sorted = [...blocks].sort((a, b) => a.minTimeMs - b.minTimeMs || a.maxTimeMs - b.maxTimeMs);
  return Array.from({ length: count }, (_, i) =>
    sorted.slice(Math.floor((i * sorted.length) / count), Math.floor(((i + 1) * sorted.length) / count)),
  );
}

/** The parts of a stream; that a block is damaged is noted, so that others go on. */
async function* untilDamage(parts: AsyncIterable<BlockPart>, note: (error: Error) => void): AsyncIterable<BlockPart> {
  try {
    yield* parts;
  } catch (error) {
    if (!isBlockDamaged(error)) throw error;
    note(error);
  }
}

/** Between a job that hands out parts and whoever takes them. The job goes on when its part was taken. */
class PartInbox {
  readonly #waiting: { readonly part: BlockPart; readonly taken: () => void }[] = [];
  #end: { readonly failure: { readonly error: unknown } | undefined } | undefined;
  #wake: (() => void) | undefined;

  readonly host: JobHostHandlers = {
    call: (kind, value) =>
      new Promise<void>((resolve) => {
        this.#waiting.push({ part: partOf(kind, value), taken: resolve });
        this.#wake?.();
      }),
  };

  end(failure: { readonly error: unknown } | undefined): void {
    this.#end = { failure };
    this.#wake?.();
  }

  async *parts(): AsyncIterable<BlockPart> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        next.taken();
        yield next.part;
      } else if (this.#end !== undefined) {
        if (this.#end.failure !== undefined) throw this.#end.failure.error;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

function partOf(kind: string, value: unknown): BlockPart {
  if (kind === 'frame') return { kind, frame: value as Uint8Array };
  if (kind === 'texts') return { kind, texts: value as string[] };
  if (kind === 'read') return { kind, ulid: value as string };
  throw new Error(`a job that reads blocks sent ${kind}`);
}
