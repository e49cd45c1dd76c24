import { parseDurationMs } from '@telamon/model';

/** Offsets of start times from their samples' times, ms; undefined where none is given. */
export type StartTimeOffsets = readonly (number | undefined)[];

const ITEM = /^([+-]?)(\d+[a-z]*?)(?:([+-])(\d+[a-z]*?))?(?:x(\d+))?$/;

/** Reads a sequence of start times: `_`, `_x3`, `-1m`, `-1mx3`, `-1m-15sx3`. Throws an Error when it is none. */
export function parseStartTimes(text: string): StartTimeOffsets {
  return text.trim().split(/\s+/).flatMap(parseItem);
}

function parseItem(item: string): (number | undefined)[] {
  if (item === '_') return [undefined];
  const omitted = /^_x([1-9]\d*)$/.exec(item);
  if (omitted !== null) return new Array<undefined>(Number(omitted[1])).fill(undefined);
  const found = ITEM.exec(item);
  if (found === null) throw new Error(`invalid start time ${item}`);
  const [, sign, base, stepSign, step, times] = found;
  const first = duration(base!) * (sign === '-' ? -1 : 1);
  if (times === undefined) return [first];
  const each = step === undefined ? 0 : duration(step) * (stepSign === '-' ? -1 : 1);
  return Array.from({ length: Number(times) + 1 }, (_, i) => first + i * each);
}

function duration(text: string): number {
  const value = parseDurationMs(text);
  if (value === undefined) throw new Error(`invalid duration ${text}`);
  return value;
}
