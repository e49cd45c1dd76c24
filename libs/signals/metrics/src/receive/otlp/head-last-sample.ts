import { isStaleAt, TelamonError } from '@telamon/model';
import type { TenantHead } from '../../head/index.ts';
import { F_LAST_TIME, W_VALUE_HIGH, W_VALUE_LOW } from '../../head/series-rows.ts';
import type { LastSample, LastSampleOf } from './last-sample.ts';

/**
 * Newest samples as the head of a tenant has them. It is asked while that head appends, so none at all means that the process is
 * stopping: asking throws a retryable 503, lest an accumulation begin anew. Cost: a hash of the labels.
 */
export function headLastSample(head: TenantHead | undefined): LastSampleOf {
  if (head === undefined) {
    return () => {
      throw new TelamonError('the head of the tenant is closed', { status: 503 });
    };
  }
  const { state } = head;
  const words = new Uint32Array(2);
  const value = new Float64Array(words.buffer);
  return (labels) => {
    const ref = state.findByLabels(labels);
    if (ref === 0) return undefined;
    const timeMs = state.rows.float(ref, F_LAST_TIME);
    if (!Number.isFinite(timeMs)) return undefined;
    if (state.isHistogram(ref)) return ofHistogram(timeMs, state.histograms.get(ref)?.last?.histogram);
    words[0] = state.rows.word(ref, W_VALUE_LOW);
    words[1] = state.rows.word(ref, W_VALUE_HIGH);
    const isStale = isStaleAt(words, 0);
    return { timeMs, startTimeMs: 0, isStale, value: value[0]!, histogram: undefined };
  };
}

/** A histogram that is not at hand is as good as the end of its series: the accumulation begins anew. */
function ofHistogram(timeMs: number, histogram: LastSample['histogram']): LastSample {
  const isStale = histogram === undefined || histogram.isStale === true;
  return { timeMs, startTimeMs: 0, isStale, value: 0, histogram };
}
