import type { RangeWindows } from '../range-window.ts';
import type { Row } from '../row.ts';
import { histogramsUnsupported, type RangeCallContext } from './range-function.ts';

/** sum_over_time of a window of native histograms. */
export function sumHistograms(_windows: RangeWindows, _row: Row, _step: number, _context: RangeCallContext): void {
  throw histogramsUnsupported('sum_over_time');
}

/** avg_over_time of a window of native histograms. */
export function averageHistograms(_windows: RangeWindows, _row: Row, _step: number, _context: RangeCallContext): void {
  throw histogramsUnsupported('avg_over_time');
}
