import type { Labels } from '@telamon/model';
import type { Exemplar, MetricMetadata, SeriesCursor } from '@telamon/wire';
import type { AppendReport } from './append-report.ts';
import type { AnyHistogram } from './histogram-bytes.ts';

/** What was wrong with a part of a request, in the words of the peers. */
export interface HeadRefusal {
  /** Id of the error catalogue without prefix: `sample-out-of-order`, `max-series-per-user`, ... */
  readonly reason: string;
  /** Sentence for the client, id included; empty: only counted. */
  readonly message: string;
  /** What was refused. */
  readonly kind: 'series' | 'sample' | 'histogram' | 'exemplar' | 'metadata';
  /** true: the peers drop it without telling the client (a sample or exemplar out of order only within its own request). */
  readonly isSilent?: boolean;
}

/** The receiver's say in what a head stores. Called for new series, histograms and exemplars, never per float sample. */
export interface AppendHooks {
  /**
   * Decodes and checks the labels of a series that the head does not know in this spelling: canonical labels (sorted,
   * without empty values), or why not.
   */
  admitSeries(cursor: SeriesCursor): Labels | HeadRefusal;
  /** Checks an exemplar: canonical labels, or why not. Absent: exemplars are ignored. */
  admitExemplar?(exemplar: Exemplar, cursor: SeriesCursor): Labels | HeadRefusal;
  /** Checks a histogram (counts, spans, schema); undefined when it is good. */
  checkHistogram?(value: AnyHistogram, cursor: SeriesCursor): HeadRefusal | undefined;
}

/** A request of remote write, of either version, as it came. */
export interface Forwardable {
  /** What the cursor walks. */
  readonly body: Uint8Array;
  /** The snappy block that it came as, if it did. */
  readonly block?: Uint8Array | undefined;
}

/** A request and the circumstances. */
export interface AppendInput {
  /** Before its first series. The head walks it once, in pieces. */
  readonly cursor: SeriesCursor;
  /**
   * The body that a cursor of remote write 1.0 walks: with it a known series is recognised by its label fields as they
   * stand; without it the head keeps a copy of every series' fields.
   */
  readonly body?: Uint8Array | undefined;
  /** For those who send the request on; a head does not look at it. */
  readonly forwardable?: Forwardable | undefined;
  /** Where the outcome is kept, which is then the result; a new one if absent. */
  readonly report?: AppendReport | undefined;
  readonly hooks: AppendHooks;
  readonly limits: AppendLimits;
  /** Whether a zero is stored at the start times of samples and histograms where nothing as new is there; default no. */
  readonly hasStartZeros?: boolean;
  /** Metadata beside the series (remote write 1.0). */
  readonly metadata?: Iterable<MetricMetadata> | undefined;
  /** New series that the request may make beside its tenant's limits; default: any number. */
  readonly seriesRoom?: number;
}

/** Limits of a tenant as they stand at the request. 0 is off unless said otherwise. */
export interface AppendLimits {
  readonly maxSeriesPerUser: number;
  readonly maxSeriesPerMetric: number;
  /** 0: exemplars are not stored. */
  readonly maxExemplars: number;
  readonly maxMetadataPerUser: number;
  readonly maxMetadataPerMetric: number;
  readonly outOfOrderWindowMs: number;
  /** Samples further in the future are refused. */
  readonly creationGracePeriodMs: number;
  /** Samples older than this by the clock are refused. */
  readonly pastGracePeriodMs: number;
}

/** The limits of DESIGN section 11 as far as a head keeps them. */
export const DEFAULT_APPEND_LIMITS: AppendLimits = {
  maxSeriesPerUser: 0,
  maxSeriesPerMetric: 0,
  maxExemplars: 100_000,
  maxMetadataPerUser: 0,
  maxMetadataPerMetric: 0,
  outOfOrderWindowMs: 0,
  creationGracePeriodMs: 10 * 60_000,
  pastGracePeriodMs: 0,
};

/** Counts by what was sent. */
export interface AppendCounts {
  samples: number;
  histograms: number;
  exemplars: number;
  metadata: number;
}

/** What became of a request. Its good part is stored whatever the refusals. */
export interface AppendResult {
  /** Stored, or dropped without telling the client; repetitions of what was stored already included. */
  readonly written: AppendCounts;
  readonly failed: AppendCounts;
  /** Refused and dropped items by reason. */
  readonly failedByReason: ReadonlyMap<string, number>;
  /** Distinct refusals in the order in which they came, the first {@link MAX_REPORTED_REFUSALS}. */
  readonly refusals: readonly HeadRefusal[];
  readonly newSeries: number;
}

/** Refusals that a result holds at most. */
export const MAX_REPORTED_REFUSALS = 16;
