import type { SerialError } from './serial-error.ts';

/** Main thread to worker. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly jobId: number;
      readonly kind: string;
      readonly request: unknown;
      /** One Int32: not 0 once the job is cancelled. Seen by loops that never yield. */
      readonly cancelFlag: SharedArrayBuffer;
      readonly memoryLimit: MemoryLimit;
    }
  | { readonly type: 'cancel'; readonly jobId: number; readonly reason: SerialError }
  | { readonly type: 'reply'; readonly callId: number; readonly value?: unknown; readonly error?: SerialError }
  | { readonly type: 'chunk'; readonly callId: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly callId: number; readonly error?: SerialError };

/** Worker to main thread. */
export type ToMain =
  | {
      readonly type: 'done';
      readonly jobId: number;
      readonly value?: unknown;
      readonly error?: SerialError;
      readonly peakBytes: number;
    }
  | { readonly type: 'call'; readonly jobId: number; readonly callId: number; readonly kind: string; readonly request: unknown }
  | {
      readonly type: 'open';
      readonly jobId: number;
      readonly callId: number;
      readonly kind: string;
      readonly request: unknown;
      readonly creditBytes: number;
    }
  | { readonly type: 'credit'; readonly callId: number; readonly bytes: number }
  | { readonly type: 'close'; readonly callId: number };

/** Bound of what a job says it holds. */
export interface MemoryLimit {
  /** Infinity: none. */
  readonly bytes: number;
  /** The option or limit to change, for the error. */
  readonly name: string;
}
