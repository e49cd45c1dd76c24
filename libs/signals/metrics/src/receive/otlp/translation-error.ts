/** A part of an OTLP request that cannot become series; the text is for the sender. */
export class TranslationError extends Error {}
