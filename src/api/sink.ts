/**
 * The sink SPI: a writer per subtask and, for output that must become visible exactly once, a committer.
 * With checkpointing off, all is committed once the whole job has reached the end of its input.
 * Mirrors: Sink V2 (SinkWriter, CommittingSinkWriter, Committer).
 */
import type { Nothing } from './functions.js';
import type { RuntimeContext } from './runtime-context.js';

export interface SinkWriterContext {
  readonly runtimeContext: RuntimeContext;
  readonly subtaskIndex: number;
  readonly attemptNumber: number;
  /** Unique to this attempt of this subtask: use it in names of what is not yet committed. */
  readonly attemptId: string;
  /** Sends records to the client that submitted the job. */
  sendToClient(record: unknown): void;
}

export interface SinkElementContext {
  /** Event time in ms, undefined when the record has none. */
  readonly timestamp: number | undefined;
  readonly currentWatermark: number;
}

export interface SinkWriter<T, CommT = never> {
  open?(): void | Promise<void>;
  /**
   * Takes one record; synchronous. Return nothing. Write it as a method; declared as a property so that the compiler
   * refuses a sink of another type.
   */
  readonly write: (value: T, context: SinkElementContext) => Nothing;
  /** True while the writer wants no more records; the task waits for `flush`. */
  readonly wantsFlush?: boolean;
  /** Makes everything written so far durable, if not yet visible. */
  flush(endOfInput: boolean): void | Promise<void>;
  /** What a committer needs to make it visible; plain data. */
  prepareCommit?(): readonly CommT[] | Promise<readonly CommT[]>;
  /** Called once at the end; `aborted` is true unless the task finished: then nothing uncommitted may remain. */
  close(aborted: boolean): void | Promise<void>;
}

export interface Committer<CommT> {
  /** Makes it visible. Called again after a failure of unknown outcome: must be idempotent. */
  commit(committables: readonly CommT[]): void | Promise<void>;
  close?(): void | Promise<void>;
}

export interface Sink<T, CommT = never> {
  /** Shown as the operator's default name and part of the plan hash. */
  readonly description: string;
  createWriter(context: SinkWriterContext): SinkWriter<T, CommT>;
  createCommitter?(): Committer<CommT>;
}
