import { BufferPool } from '@telamon/bytes';

/**
 * Memory of the decompressed write requests at work in this thread. A body is given back when its request was appended: heads and messages to
 * ingesters have copied what they keep by then.
 */
export const REQUEST_BODIES: BufferPool = new BufferPool();
