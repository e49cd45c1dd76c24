import type { PushExtras } from './push-message.ts';

/** A request that says nothing beside its series. */
export const PLAIN: PushExtras = {
  takesBareExemplars: false,
  rowFlags: [],
  startTimesMs: [],
  hasStartZeros: false,
  seriesCount: 0,
  hasHistograms: false,
};
