import { Labels, type Matcher, parseGoFloat, type SampleColumns } from '@telamon/model';
import type { Queryable, SelectHints, Series } from '@telamon/promql';
import { labelsOf, type MatrixBody, type SeriesSlice } from './matrix-body.ts';
import { QUERY_SHARD_LABEL } from './query-shard.ts';
import { EMBEDDED_LABEL } from './shard-query.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;

/** What shards have answered to one embedded aggregation, in the order of the shards. Only floats. */
export type EmbeddedAnswer = readonly MatrixBody[];

/** A storage that holds nothing but the answers of shards. */
export class EmbeddedSeries implements Queryable {
  readonly #answers: readonly EmbeddedAnswer[];

  constructor(answers: readonly EmbeddedAnswer[]) {
    this.#answers = answers;
  }

  async select(matchers: readonly Matcher[], _hints: SelectHints, _signal: AbortSignal): Promise<readonly Series[]> {
    const index = Number(matchers.find(({ name }) => name === EMBEDDED_LABEL)?.value);
    const answer = this.#answers[index];
    if (answer === undefined) throw new Error('a query in shards selects what no shard was asked for');
    const found = answer.flatMap((body, shard) => body.series.map((slice) => new AnsweredSeries(body, slice, shard)));
    return found.sort((a, b) => a.labels.compare(b.labels));
  }
}

/** A series of an answer. Samples are read from its text when they are asked for. */
class AnsweredSeries implements Series {
  readonly labels: Labels;
  readonly #body: MatrixBody;
  readonly #slice: SeriesSlice;

  constructor(body: MatrixBody, slice: SeriesSlice, shard: number) {
    this.#body = body;
    this.#slice = slice;
    this.labels = Labels.fromPairs([...labelsOf(body, slice), [QUERY_SHARD_LABEL, String(shard)]]);
  }

  read(fromMs: number, toMs: number, into: SampleColumns): void {
    into.clear();
    const { bytes } = this.#body;
    for (let at = this.#slice.floatsFrom; at < this.#slice.floatsTo; ) {
      // [seconds,"value"],
      const comma = bytes.indexOf(COMMA, at);
      const end = bytes.indexOf(QUOTE, comma + 2);
      const timeMs = Math.round(Number(bytes.toString('latin1', at + 1, comma)) * 1000);
      if (timeMs >= fromMs && timeMs <= toMs) into.pushFloat(timeMs, parseGoFloat(bytes.toString('latin1', comma + 2, end))!);
      at = end + 3;
    }
  }
}
