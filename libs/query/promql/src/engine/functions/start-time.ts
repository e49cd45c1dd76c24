/** Times of two neighbouring samples and of the starts of their counters, ms; a start of 0 is unknown. */
export interface StartTimes {
  readonly previousStart: number;
  readonly previousTime: number;
  readonly start: number;
  readonly time: number;
}

/** Whether the start times tell of a counter reset between two samples. */
export function isStartTimeReset(at: StartTimes): boolean {
  const { previousStart, previousTime, start, time } = at;
  // A start at or after its sample says nothing: invalid, or OpenTelemetry's "unknown".
  if (start === 0 || start >= time) return false;
  if (start !== previousTime) return start > previousTime;
  // Start at the sample before: a delta series, or a cumulative one whose first sample had an unknown start.
  if (previousStart > previousTime) return false;
  return previousStart !== 0 && previousStart !== previousTime;
}

/** Whether a sample's start lies before the sample that precedes it although it is not the same start. */
export function isStartTimeOverlap(at: StartTimes): boolean {
  return at.start !== 0 && at.start < at.previousTime && at.start !== at.previousStart;
}
