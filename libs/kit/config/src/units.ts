import { formatDurationMs } from '@telamon/model';

/** A duration as help, reference and YAML print it: Prometheus' form, fractions of a millisecond as `0.25ms`. Parses back. */
export function durationText(durationMs: number): string {
  return Number.isInteger(durationMs) ? formatDurationMs(durationMs) : `${durationMs}ms`;
}

/** A size with the largest binary unit that comes out even: `100MiB`, `1500B`. Parses back. */
export function bytesText(bytes: number): string {
  let amount = bytes;
  let power = 0;
  while (power < 4 && amount !== 0 && amount % 1024 === 0) {
    amount /= 1024;
    power++;
  }
  return `${amount}${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}
