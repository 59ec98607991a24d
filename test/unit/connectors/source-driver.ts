/** Plays the job around a source: an enumerator, its readers and the messages between them, one step at a time. */
import type { InputStatus, Source, SourceReader, SourceSplit, SplitEnumerator } from '../../../src/api/source.js';

export interface DrivenReader<T, SplitT extends SourceSplit> {
  readonly reader: SourceReader<T, SplitT>;
  readonly records: T[];
}

export class SourceDriver<T, SplitT extends SourceSplit, CheckpointT> {
  readonly readers: DrivenReader<T, SplitT>[] = [];
  /** `subtask:splitId` in the order of assignment. */
  readonly assigned: string[] = [];
  private readonly source: Source<T, SplitT, CheckpointT>;
  private readonly parallelism: number;
  readonly enumerator: SplitEnumerator<SplitT, CheckpointT>;

  constructor(
    source: Source<T, SplitT, CheckpointT>,
    parallelism: number,
    restored?: { readonly enumerator: CheckpointT },
  ) {
    this.source = source;
    this.parallelism = parallelism;
    const context = {
      currentParallelism: parallelism,
      registeredReaders: () => this.readers.map((_, subtask) => subtask),
      assignSplit: (split: SplitT, subtask: number) => {
        this.assigned.push(`${subtask}:${split.splitId}`);
        this.readerAt(subtask).addSplits([structuredClone(split)]);
      },
      signalNoMoreSplits: (subtask: number) => this.readerAt(subtask).notifyNoMoreSplits(),
      sendEventToSourceReader: () => undefined,
      callAsync: () => undefined,
    };
    this.enumerator =
      restored === undefined
        ? source.createEnumerator(context)
        : source.restoreEnumerator(context, structuredClone(restored.enumerator));
  }

  /** Creates and starts the readers, each with the splits of a snapshot where given, and then the enumerator. */
  async start(restored: readonly (readonly SplitT[])[] = []): Promise<void> {
    for (let subtask = 0; subtask < this.parallelism; subtask++) {
      const reader = this.source.createReader({
        indexOfSubtask: subtask,
        currentParallelism: this.parallelism,
        sendSplitRequest: () => this.enumerator.handleSplitRequest(subtask),
        sendSourceEventToCoordinator: () => undefined,
      });
      this.readers.push({ reader, records: [] });
      this.enumerator.addReader(subtask);
      const splits = restored[subtask] ?? [];
      if (splits.length > 0) reader.addSplits(structuredClone(splits));
      await reader.start();
    }
    await this.enumerator.start();
  }

  poll(subtask: number, maxRecords = 100): InputStatus {
    const driven = this.readers[subtask] as DrivenReader<T, SplitT>;
    const before = driven.records.length;
    const status = driven.reader.pollNext(
      {
        collect: (value) => driven.records.push(value),
        emitWatermark: () => undefined,
        markIdle: () => undefined,
        markActive: () => undefined,
      },
      maxRecords,
    );
    const emitted = driven.records.length - before;
    if (emitted > maxRecords) throw new Error(`${emitted} records for a budget of ${maxRecords}`);
    return status;
  }

  /** Polls the reader, waiting when it says so, until it has emitted `records` of them or ended. */
  async pollUntil(subtask: number, records: number): Promise<void> {
    const driven = this.readers[subtask] as DrivenReader<T, SplitT>;
    while (driven.records.length < records) {
      const status = this.poll(subtask, records - driven.records.length);
      if (status === 'END_OF_INPUT') return;
      if (status === 'NOTHING_AVAILABLE') await driven.reader.isAvailable();
    }
  }

  /** Takes turns between the readers until all have ended; returns everything emitted, reader by reader. */
  async pollToEnd(maxRecords = 100): Promise<readonly (readonly T[])[]> {
    const open = new Set(this.readers.keys());
    while (open.size > 0) {
      let hasProgress = false;
      for (const subtask of open) {
        const status = this.poll(subtask, maxRecords);
        if (status === 'END_OF_INPUT') open.delete(subtask);
        hasProgress ||= status !== 'NOTHING_AVAILABLE';
      }
      if (!hasProgress) await Promise.race([...open].map((subtask) => this.readerAt(subtask).isAvailable()));
    }
    return this.readers.map(({ records }) => records);
  }

  readerAt(subtask: number): SourceReader<T, SplitT> {
    return (this.readers[subtask] as DrivenReader<T, SplitT>).reader;
  }
}

/** Runs a source from beginning to end. */
export async function readToEnd<T, SplitT extends SourceSplit, CheckpointT>(
  source: Source<T, SplitT, CheckpointT>,
  parallelism = 1,
): Promise<readonly T[]> {
  const driver = new SourceDriver(source, parallelism);
  await driver.start();
  return (await driver.pollToEnd()).flat();
}
