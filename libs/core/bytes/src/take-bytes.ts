/** Bytes of a size, with any content. */
export type TakeBytes = (sizeBytes: number) => Uint8Array;
