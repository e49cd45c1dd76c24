import type { FunctionSignature, ValueType } from './ast.ts';

const LETTERS: Readonly<Record<string, ValueType>> = { v: 'vector', m: 'matrix', s: 'scalar', t: 'string' };

/** `name:argument types:variadic`; v vector, m matrix, s scalar, t string. */
const STABLE = [
  ...'abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort'.split(' '),
  ...'sort_desc sqrt tan tanh timestamp histogram_avg histogram_count histogram_sum histogram_stddev'.split(' '),
  'histogram_stdvar',
  ...'days_in_month day_of_month day_of_week day_of_year hour minute month year'.split(' ').map((name) => `${name}:v:1`),
  ...'absent avg count first last max min present stddev stdvar sum'.split(' ').map((name) => `${name}_over_time:m`),
  ...'changes delta deriv idelta increase irate rate resets'.split(' ').map((name) => `${name}:m`),
  'clamp:vss',
  'clamp_max:vs',
  'clamp_min:vs',
  'histogram_fraction:ssv',
  'histogram_quantile:sv',
  'label_replace:vtttt',
  'label_join:vttt:-1',
  'predict_linear:ms',
  'quantile_over_time:sm',
  'round:vs:1',
  'vector:s',
];

const EXPERIMENTAL = [
  'histogram_quantiles:vtss:9',
  'double_exponential_smoothing:mss',
  'info:vv:1',
  'mad_over_time:m',
  ...'first last max min'.split(' ').map((name) => `ts_of_${name}_over_time:m`),
  'sort_by_label:vt:-1',
  'sort_by_label_desc:vt:-1',
  'start_timestamp',
];

/** Functions that return a scalar. */
const SCALAR = ['pi:', 'scalar:v', 'time:'];
const EXPERIMENTAL_SCALAR = ['end:', 'max_of:ss', 'min_of:ss', 'range:', 'start:', 'step:'];

/** The functions of PromQL by name, as of Prometheus 3.14. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map([
  ...declare(STABLE, 'vector', false),
  ...declare(SCALAR, 'scalar', false),
  ...declare(EXPERIMENTAL, 'vector', true),
  ...declare(EXPERIMENTAL_SCALAR, 'scalar', true),
]);

function declare(
  lines: readonly string[],
  returnType: ValueType,
  isExperimental: boolean,
): readonly (readonly [string, FunctionSignature])[] {
  return lines.map((line) => {
    const [name = '', types = 'v', variadic = '0'] = line.split(':');
    const argTypes = Array.from(types, (letter) => LETTERS[letter]!);
    return [name, { name, argTypes, variadic: Number(variadic), returnType, isExperimental }] as const;
  });
}
