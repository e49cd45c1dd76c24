import type { FloatHistogram } from '@telamon/model';
import type { PositionRange } from '../../parser/ast.ts';
import type { Annotations } from '../annotations.ts';
import { histogramsUnsupported } from './range-function.ts';

/** Where notes about a native histogram go. */
export interface NativeNoteContext {
  readonly annotations: Annotations;
  readonly metricName: string;
  readonly position: PositionRange;
}

/** The q-quantile of a native histogram. */
export function nativeQuantile(_q: number, _histogram: FloatHistogram, _context: NativeNoteContext): number {
  throw histogramsUnsupported('histogram_quantile');
}

/** The fraction of observations of a native histogram between two values. */
export function nativeFraction(_lower: number, _upper: number, _histogram: FloatHistogram, _context: NativeNoteContext): number {
  throw histogramsUnsupported('histogram_fraction');
}
