import { compileMatcher } from '@telamon/model';
import type { JobContext } from '@telamon/workers';
import { federatedStream } from '../federation/index.ts';
import type { BlockRef } from '../store/block-ref.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { selectFrames } from '../store/select-blocks.ts';
import type { FrameStream } from './frame-queryable.ts';

/** What a query of one tenant or of several reads: heads, and the blocks of each tenant. */
export function sourcesOf(
  blocks: ReadonlyMap<string, readonly BlockRef[]>,
  open: OpenBlocks,
  context: JobContext,
): readonly FrameStream[] {
  return [
    federatedStream(() => headStream(context)),
    federatedStream((tenant) => blockStream(blocks.get(tenant) ?? [], open, context)),
  ];
}

/** The blocks of a query as a stream of frames, read in this thread. */
function blockStream(blocks: readonly BlockRef[], open: OpenBlocks, context: JobContext): FrameStream {
  return ({ matchers, fromMs, toMs, isLabelsOnly = false }, signal) => {
    const compiled = matchers.map((spec) => compileMatcher(spec));
    const selection = { blocks, matchers: compiled, fromMs, toMs, isLabelsOnly, signal };
    return selectFrames(selection, open, () => context.maybeYield());
  };
}

/** The heads of the main thread as a stream of frames. */
function headStream(context: JobContext): FrameStream {
  return (request) => context.host.stream('select', request);
}
