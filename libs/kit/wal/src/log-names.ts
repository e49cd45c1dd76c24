import type { LogFileEntry } from './log-files.ts';

/** File name of a segment: eight digits or more. */
export function segmentName(number: number): string {
  return String(number).padStart(8, '0');
}

/** File name of the checkpoint that stands for all segments up to and including `number`. */
export function checkpointName(number: number): string {
  return `checkpoint.${segmentName(number)}`;
}

/** A file of a log with the number in its name. */
export interface NumberedFile extends LogFileEntry {
  readonly number: number;
}

/** What a log's directory holds, ascending by number. */
export interface LogListing {
  readonly segments: readonly NumberedFile[];
  readonly checkpoints: readonly NumberedFile[];
  /** Left over from a checkpoint that was never finished. */
  readonly temporary: readonly string[];
}

/** Sorts a directory listing into segments, checkpoints and leftovers; ignores foreign names. */
export function sortListing(entries: readonly LogFileEntry[]): LogListing {
  const segments: NumberedFile[] = [];
  const checkpoints: NumberedFile[] = [];
  const temporary: string[] = [];
  for (const entry of entries) {
    if (/^\d{8,15}$/.test(entry.name)) segments.push({ ...entry, number: Number(entry.name) });
    else if (/^checkpoint\.\d{8,15}$/.test(entry.name)) {
      checkpoints.push({ ...entry, number: Number(entry.name.slice('checkpoint.'.length)) });
    } else if (/^checkpoint\.\d{8,15}\.tmp$/.test(entry.name)) temporary.push(entry.name);
  }
  segments.sort((a, b) => a.number - b.number);
  checkpoints.sort((a, b) => a.number - b.number);
  return { segments, checkpoints, temporary };
}
