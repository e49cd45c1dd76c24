import { jsonStringHtml } from '@telamon/model';
import type { HeadCardinality, NamedCount } from '../head/index.ts';
import { ApiError, invalidParameter } from './api-error.ts';
import { type ApiHandler, type FormValues, successReply } from './api-request.ts';
import { atoi } from './params.ts';
import type { QueryDeps } from './query-deps.ts';
import { parseSelectors } from './selectors.ts';

/** Rows of a top list in `status/tsdb` by default, and at most. */
const TSDB_LIMIT_DEFAULT = 10;
const TSDB_LIMIT_MAX = 10_000;

/** `GET /api/v1/status/tsdb`. */
export function tsdbStatusHandler(deps: QueryDeps): ApiHandler {
  return async ({ tenant, form, signal }) => {
    const limit = tsdbLimit(form);
    return successReply(tsdbJson((await deps.recent.cardinality(tenant, limit, signal)) ?? EMPTY));
  };
}

function tsdbLimit(form: FormValues): number {
  const text = form.get('limit');
  if (text === '') return TSDB_LIMIT_DEFAULT;
  const parsed = atoi(text);
  if ('error' in parsed || parsed.value < 1) throw new ApiError('bad_data', 'limit must be a positive number');
  if (parsed.value > TSDB_LIMIT_MAX) throw new ApiError('bad_data', `limit must not exceed ${TSDB_LIMIT_MAX}`);
  return parsed.value;
}

/** Prometheus prints its extreme times for an empty head. */
const EMPTY_MIN = '9223372036854775807';
const EMPTY_MAX = '-9223372036854775808';

const EMPTY: HeadCardinality = {
  numSeries: 0,
  numLabelPairs: 0,
  chunkCount: 0,
  minTimeMs: undefined,
  maxTimeMs: undefined,
  seriesCountByMetricName: [],
  labelValueCountByLabelName: [],
  memoryInBytesByLabelName: [],
  seriesCountByLabelValuePair: [],
};

function tsdbJson(status: HeadCardinality): string {
  const head = [
    `"numSeries":${status.numSeries}`,
    `"numLabelPairs":${status.numLabelPairs}`,
    `"chunkCount":${status.chunkCount}`,
    `"minTime":${status.minTimeMs ?? EMPTY_MIN}`,
    `"maxTime":${status.maxTimeMs ?? EMPTY_MAX}`,
  ];
  const lists = [
    `"seriesCountByMetricName":${rowsJson(status.seriesCountByMetricName)}`,
    `"labelValueCountByLabelName":${rowsJson(status.labelValueCountByLabelName)}`,
    `"memoryInBytesByLabelName":${rowsJson(status.memoryInBytesByLabelName)}`,
    `"seriesCountByLabelValuePair":${rowsJson(status.seriesCountByLabelValuePair)}`,
  ];
  return `{"headStats":{${head.join(',')}},${lists.join(',')}}`;
}

function rowsJson(rows: readonly NamedCount[]): string {
  return `[${rows.map(({ name, value }) => `{"name":${jsonStringHtml(name)},"value":${value}}`).join(',')}]`;
}

/** Answers with fixed data: what an instance without rules, targets and Alertmanagers says. */
export function fixedHandler(dataJson: string): ApiHandler {
  return async () => successReply(dataJson);
}

/** `GET /api/v1/targets`: none; the dropped counts are null unless dropped targets were asked for. */
export const targetsHandler: ApiHandler = async ({ form }) => {
  const counts = form.get('state').toLowerCase() === 'active' ? 'null' : '{}';
  return successReply(`{"activeTargets":[],"droppedTargets":[],"droppedTargetCounts":${counts}}`);
};

/** `GET /api/v1/targets/metadata`: none. */
export const targetsMetadataHandler: ApiHandler = async ({ form }) => {
  if (form.get('limit') !== '' && 'error' in atoi(form.get('limit'))) throw new ApiError('bad_data', 'limit must be a number');
  return successReply('[]');
};

/** `GET /api/v1/rules` of an instance without rules; parameters are still checked. */
export const rulesHandler: ApiHandler = async ({ form }) => {
  checkRulesParams(form);
  parseSelectors(form.getAll('match[]'));
  return successReply('{"groups":[]}');
};

function checkRulesParams(form: FormValues): void {
  const type = form.get('type').toLowerCase();
  if (type !== '' && type !== 'alert' && type !== 'record') throw invalidParameter('type', `not supported value "${type}"`);
  const exclude = form.get('exclude_alerts');
  if (exclude !== '' && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(exclude)) {
    const text = `error converting exclude_alerts: strconv.ParseBool: parsing ${JSON.stringify(exclude)}: invalid syntax`;
    throw invalidParameter('exclude_alerts', text);
  }
  const limit = form.get('group_limit');
  const token = form.get('group_next_token');
  if (limit !== '') checkGroupLimit(limit);
  if (token !== '' && limit === '') {
    throw invalidParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups');
  }
  if (token !== '') throw invalidParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`);
}

function checkGroupLimit(text: string): void {
  const parsed = atoi(text);
  if ('error' in parsed) {
    const reason = parsed.error.replace('strconv.Atoi', 'strconv.ParseInt');
    throw invalidParameter('group_limit', `group_limit needs to be a valid number: ${reason}`);
  }
  if (parsed.value <= 0) throw invalidParameter('group_limit', 'group_limit needs to be greater than 0');
}
