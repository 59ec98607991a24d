/**
 * The split-based source SPI (FLIP-27). An enumerator, one a job, hands out splits; a reader, one a subtask, reads them.
 * Splits and enumerator checkpoints are plain data. Mirrors: Source, SplitEnumerator, SourceReader.
 */

export type Boundedness = 'BOUNDED' | 'CONTINUOUS_UNBOUNDED';

/** A piece of input; `splitId` is unique within the source. */
export interface SourceSplit {
  readonly splitId: string;
}

export interface SplitEnumeratorContext<SplitT extends SourceSplit> {
  readonly currentParallelism: number;
  /** Subtask indices of the readers that are registered now, ascending. */
  registeredReaders(): readonly number[];
  assignSplit(split: SplitT, subtask: number): void;
  /** No split will follow for this reader; it ends after what it has. */
  signalNoMoreSplits(subtask: number): void;
  sendEventToSourceReader(subtask: number, event: unknown): void;
  /** Runs `work` and hands its result, or error, to `handler` on the enumerator's thread. */
  callAsync<T>(work: () => Promise<T>, handler: (error: unknown, result: T | undefined) => void): void;
}

export interface SplitEnumerator<SplitT extends SourceSplit, CheckpointT> {
  start(): void | Promise<void>;
  handleSplitRequest(subtask: number): void;
  handleSourceEvent?(subtask: number, event: unknown): void;
  addReader(subtask: number): void;
  /** Splits of a failed reader that were assigned after the checkpoint it restarts from. */
  addSplitsBack(splits: readonly SplitT[], subtask: number): void;
  snapshotState(checkpointId: number): CheckpointT;
  close?(): void | Promise<void>;
}

export type InputStatus = 'MORE_AVAILABLE' | 'NOTHING_AVAILABLE' | 'END_OF_INPUT';

/** Where a reader puts its records. */
export interface ReaderOutput<T> {
  /** Emits a record with the event time that the source knows, if any (ms). */
  collect(value: T, timestamp?: number): void;
  emitWatermark(timestamp: number): void;
  markIdle(): void;
  markActive(): void;
}

export interface SourceReaderContext {
  readonly indexOfSubtask: number;
  readonly currentParallelism: number;
  sendSplitRequest(): void;
  sendSourceEventToCoordinator(event: unknown): void;
}

export interface SourceReader<T, SplitT extends SourceSplit> {
  start(): void | Promise<void>;
  /**
   * Emits at most `maxRecords` records and returns at once; called again while it says MORE_AVAILABLE. It never waits:
   * what has to be waited for is started here and announced by `isAvailable`.
   */
  pollNext(output: ReaderOutput<T>, maxRecords: number): InputStatus;
  /** Settles when `pollNext` is worth calling again after NOTHING_AVAILABLE. A rejection fails the task. */
  isAvailable(): Promise<void>;
  addSplits(splits: readonly SplitT[]): void;
  notifyNoMoreSplits(): void;
  handleSourceEvent?(event: unknown): void;
  /** The splits in progress, with positions: what a restored reader continues from. */
  snapshotState(checkpointId: number): readonly SplitT[];
  close?(): void | Promise<void>;
}

export interface Source<T, SplitT extends SourceSplit = SourceSplit, CheckpointT = unknown> {
  /** Shown as the operator's default name and part of the plan hash. */
  readonly description: string;
  readonly boundedness: Boundedness;
  createEnumerator(context: SplitEnumeratorContext<SplitT>): SplitEnumerator<SplitT, CheckpointT>;
  restoreEnumerator(
    context: SplitEnumeratorContext<SplitT>,
    checkpoint: CheckpointT,
  ): SplitEnumerator<SplitT, CheckpointT>;
  createReader(context: SourceReaderContext): SourceReader<T, SplitT>;
  /** Set by sources that cannot run with more than one reader. */
  readonly maxParallelism?: number;
}
