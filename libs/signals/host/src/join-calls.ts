import type { SignalCalls } from '@telamon/contract';

/** The calls of several signals as those of one service. Names begin with the signal's, so they differ. */
export function joinCalls(calls: readonly SignalCalls[]): SignalCalls {
  return {
    unary: Object.assign({}, ...calls.map(({ unary }) => unary)) as NonNullable<SignalCalls['unary']>,
    streams: Object.assign({}, ...calls.map(({ streams }) => streams)) as NonNullable<SignalCalls['streams']>,
    duplex: Object.assign({}, ...calls.map(({ duplex }) => duplex)) as NonNullable<SignalCalls['duplex']>,
  };
}
