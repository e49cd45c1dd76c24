import type { ReplicaWriter } from '@telamon/contract';
import type { TenantLimits } from '@telamon/limits';
import { TimeSlice } from '@telamon/telemetry';
import { type SeriesCursor, WriteRequestCursor } from '@telamon/wire';
import type { AppendInput, AppendResult } from '../head/index.ts';
import { FittingCursor } from '../receive/fitting-cursor.ts';
import type { MetricsAppender } from '../receive/metrics-appender.ts';
import { OtlpRowCursor } from '../receive/otlp/otlp-row-cursor.ts';
import { BatchPart, PART_BYTES } from './batch-part.ts';
import { BytesForwarder } from './bytes-forwarder.ts';
import { ColumnsForwarder } from './columns-forwarder.ts';
import { ForwardBatch } from './forward-batch.ts';
import type { Forwarder, ForwardRequest } from './forward-request.ts';
import { RowForwarder } from './row-forwarder.ts';
import { Scratch } from './scratch.ts';

/** The ingesters' call that {@link RingAppender} makes and `metricsPushHandler` answers. */
export const METRICS_PUSH = 'MetricsPush';

/** After so long the event loop is let on, ms. */
const SLICE_MS = 10;

/** What a {@link RingAppender} stands on. */
export interface RingAppenderDeps {
  readonly writer: ReplicaWriter;
  /** The limits that the inputs were made with. */
  readonly limitsOf: (tenant: string) => TenantLimits;
  /** Whether points of delta temporality are sent on to be added up by each ingester for itself. Otherwise they are refused. */
  readonly accumulatesDeltas: boolean;
}

/**
 * Sends requests on to the ingesters that hold their series. Everything about labels is decided here, by the same hooks that a
 * head would ask; what depends on what is stored is decided by the ingesters. Series that already look as they are to be stored are
 * copied byte by byte. A sender hears what one process would have told it, when every series was stored or refused by a quorum.
 */
export class RingAppender implements MetricsAppender {
  readonly #deps: RingAppenderDeps;

  readonly #scratch = new Scratch();

  constructor(deps: RingAppenderDeps) {
    this.#deps = deps;
  }

  /** As {@link MetricsAppender.append}; rejects as {@link ReplicaWriter.write} does. Gives way to the event loop in between. */
  async append(tenant: string, input: AppendInput): Promise<AppendResult> {
    const inner = input.cursor instanceof FittingCursor ? input.cursor.inner : input.cursor;
    const batch = new ForwardBatch(this.#scratch, input.forwardable, {
      takesBareExemplars: inner instanceof OtlpRowCursor,
      hasStartZeros: input.hasStartZeros === true,
      // Only what has histograms is made to fit.
      hasHistograms: input.cursor instanceof FittingCursor,
    });
    const { limitsOf, accumulatesDeltas } = this.#deps;
    const forwarder = forwarderOf({ tenant, input, batch, limits: limitsOf(tenant) }, inner, accumulatesDeltas);
    const slices = new TimeSlice(SLICE_MS);
    while (!forwarder.step(slices.endMs)) await slices.next();
    const failure = forwarder.finish();
    const refused = await this.#write(tenant, batch);
    // The valid rest of a request with bad metadata is kept, as one process does.
    if (failure !== undefined) throw failure;
    const report = batch.reportOf(refused);
    forwarder.noteUnstored(batch.account.unstored(refused));
    return report;
  }

  /** Writes a batch, a large one part after part; the items that were refused. When a part fails nothing is promised of the others. */
  async #write(tenant: string, batch: ForwardBatch): Promise<ReadonlySet<number>> {
    const { writer } = this.#deps;
    if (batch.count === 0) return new Set();
    if (batch.endOfPart(0, PART_BYTES) === batch.count) return await writer.write(tenant, METRICS_PUSH, batch);
    const refused = new Set<number>();
    for (let from = 0; from < batch.count; ) {
      const to = batch.endOfPart(from, PART_BYTES);
      for (const item of await writer.write(tenant, METRICS_PUSH, new BatchPart(batch, from, to))) refused.add(item + from);
      from = to;
    }
    return refused;
  }
}

function forwarderOf(request: ForwardRequest, inner: SeriesCursor, takesDeltas: boolean): Forwarder {
  const { forwardable } = request.input;
  if (inner instanceof OtlpRowCursor) return new RowForwarder(request, inner, takesDeltas);
  if (inner instanceof WriteRequestCursor && inner.totals !== undefined && forwardable !== undefined) {
    return new BytesForwarder(request, inner, forwardable.body);
  }
  return new ColumnsForwarder(request, inner);
}
