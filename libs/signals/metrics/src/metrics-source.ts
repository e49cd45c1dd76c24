import type { MatcherSpec } from '@telamon/model';

/** Which series of a tenant, and when. Times inclusive, ms. */
export interface SelectRequest {
  readonly tenant: string;
  readonly matchers: readonly MatcherSpec[];
  readonly fromMs: number;
  readonly toMs: number;
  /** true: labels only, frames carry no chunks. */
  readonly isLabelsOnly?: boolean;
  /** 0 or absent = all. */
  readonly limit?: number;
  /** ULIDs of blocks that the asker reads elsewhere: a source that has them, too, may leave them out. */
  readonly knownBlocks?: readonly string[];
}

/** Which label names or values of a tenant. Several matcher sets are alternatives; none means every series. */
export interface LabelsRequest {
  readonly tenant: string;
  readonly matcherSets: readonly (readonly MatcherSpec[])[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit?: number;
  /** As in {@link SelectRequest}. */
  readonly knownBlocks?: readonly string[];
}

/**
 * A place that holds series: the ingester's heads, the store-gateway's blocks, in this process or another.
 * Every call honours the signal within 100 ms and never holds an event loop longer than 50 ms.
 */
export interface MetricsSource {
  readonly name: string;
  /** Frames (see `frame/series-frame.ts`) in no promised order; every series at most once per source. */
  select(request: SelectRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Distinct label names, sorted bytewise. */
  labelNames(request: LabelsRequest, signal: AbortSignal): Promise<string[]>;
  /** Distinct values of a label, sorted bytewise. */
  labelValues(name: string, request: LabelsRequest, signal: AbortSignal): Promise<string[]>;
}
