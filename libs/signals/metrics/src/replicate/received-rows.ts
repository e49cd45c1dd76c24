import { DecodeError } from '@telamon/bytes';
import { isIntHistogram, Labels } from '@telamon/model';
import type { Exemplar, OtlpExemplar, SeriesCursor } from '@telamon/wire';
import { TranslatedRows } from '../receive/otlp/translated-rows.ts';
import type { PushRequest } from './push-message.ts';

/**
 * The series of a request some of whose samples need the newest stored one, as the rows that the distributor had, so that they are
 * walked by the code that walks them in one process. @throws DecodeError when a series has not exactly one sample. Cost: linear.
 */
export function receivedRows(cursor: SeriesCursor, { rowFlags, startTimesMs }: PushRequest): TranslatedRows {
  const rows = new TranslatedRows();
  for (let row = 0; cursor.nextSeries(); row++) {
    const flags = rowFlags[row];
    if (flags === undefined || cursor.sampleCount + cursor.histogramCount !== 1) {
      throw new DecodeError(`series ${row} of a request with flags has none, or not one sample`);
    }
    rows.labels.bytes(Labels.fromPairs(pairsOf(cursor.decodeLabelPairs())).bytes());
    const timed = cursor.histogramCount === 1 ? cursor.decodeHistogram(0) : undefined;
    rows.beginMade({ timeMs: timed?.timeMs ?? cursor.sampleTimesMs[0]!, startTimeMs: startTimesMs[row]!, flags });
    if (timed === undefined) {
      rows.float(0);
      rows.words[2 * row] = cursor.sampleWords[0]!;
      rows.words[2 * row + 1] = cursor.sampleWords[1]!;
    } else {
      if (!isIntHistogram(timed.histogram)) throw new DecodeError(`series ${row} of a request with flags has a float histogram`);
      rows.histogram(timed.histogram);
    }
    rows.attachExemplars(exemplarsOf(cursor));
  }
  if (rows.count !== rowFlags.length) throw new DecodeError(`${rowFlags.length} flags for ${rows.count} series`);
  return rows;
}

function exemplarsOf(cursor: SeriesCursor): OtlpExemplar[] {
  const exemplars: OtlpExemplar[] = [];
  for (let i = 0; i < cursor.exemplarCount; i++) exemplars.push(otlpExemplar(cursor.decodeExemplar(i)));
  return exemplars;
}

/** The ids are among the labels already. */
function otlpExemplar({ labels, value, timeMs }: Exemplar): OtlpExemplar {
  const attributes: OtlpExemplar['attributes'] = [...pairsOf(labels)].map(([key, text]) => ({
    key,
    value: { kind: 'string', value: text },
  }));
  return { attributes, timeNs: 0n, timeMs, asInt: undefined, asDouble: value, traceId: '', spanId: '' };
}

/** Pairs of `name, value, ...`. */
export function* pairsOf(flat: readonly string[]): IterableIterator<[string, string]> {
  for (let i = 0; i + 1 < flat.length; i += 2) yield [flat[i]!, flat[i + 1]!];
}
