import { compileMatcher } from '@telamon/model';
import type { JobContext } from '@telamon/workers';
import type { BlockRef } from '../store/block-ref.ts';
import type { OpenBlocks } from '../store/open-blocks.ts';
import { selectFrames } from '../store/select-blocks.ts';
import type { FrameStream } from './frame-queryable.ts';

/** The blocks of a query as a stream of frames, read in this thread. */
export function blockStream(blocks: readonly BlockRef[], open: OpenBlocks, context: JobContext): FrameStream {
  return ({ matchers, fromMs, toMs, isLabelsOnly = false }, signal) => {
    const compiled = matchers.map((spec) => compileMatcher(spec));
    const selection = { blocks, matchers: compiled, fromMs, toMs, isLabelsOnly, signal };
    return selectFrames(selection, open, () => context.maybeYield());
  };
}

/** The heads of the main thread as a stream of frames. */
export function headStream(context: JobContext): FrameStream {
  return (request) => context.host.stream('select', request);
}
