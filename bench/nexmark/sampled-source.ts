/** Wraps a source so that each of its readers notes how far it is, every so many events. Costs nothing per event. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Boundedness,
  InputStatus,
  ReaderOutput,
  Source,
  SourceReader,
  SourceReaderContext,
  SplitEnumerator,
  SplitEnumeratorContext,
} from 'flink-yarn';
import type { NexmarkSplit } from '../../examples/nexmark/generator/nexmark-split.js';
import { formatProgress, type Sample } from './progress.js';

const EVENTS_PER_SAMPLE = 1 << 14;

/** Readers leave `progress-<subtask>.tsv` in the folder when their input ends. A reader has one split. */
export class SampledSource<T> implements Source<T, NexmarkSplit, readonly NexmarkSplit[]> {
  readonly description: string;
  readonly boundedness: Boundedness;
  private readonly source: Source<T, NexmarkSplit, readonly NexmarkSplit[]>;
  private readonly folder: string;

  constructor(source: Source<T, NexmarkSplit, readonly NexmarkSplit[]>, folder: string) {
    this.description = source.description;
    this.boundedness = source.boundedness;
    this.source = source;
    this.folder = folder;
  }

  createEnumerator(
    context: SplitEnumeratorContext<NexmarkSplit>,
  ): SplitEnumerator<NexmarkSplit, readonly NexmarkSplit[]> {
    return this.source.createEnumerator(context);
  }

  restoreEnumerator(
    context: SplitEnumeratorContext<NexmarkSplit>,
    checkpoint: readonly NexmarkSplit[],
  ): SplitEnumerator<NexmarkSplit, readonly NexmarkSplit[]> {
    return this.source.restoreEnumerator(context, checkpoint);
  }

  createReader(context: SourceReaderContext): SourceReader<T, NexmarkSplit> {
    const file = join(this.folder, `progress-${context.indexOfSubtask}.tsv`);
    return new SampledReader(this.source.createReader(context), file);
  }
}

class SampledReader<T> implements SourceReader<T, NexmarkSplit> {
  private readonly reader: SourceReader<T, NexmarkSplit>;
  private readonly file: string;
  private readonly samples: Sample[] = [];
  private assignedNanos = 0;
  private split: NexmarkSplit | undefined;
  /** Events that were asked for: at least as many as were emitted. */
  private asked = 0;
  private nextSample = 0;

  constructor(reader: SourceReader<T, NexmarkSplit>, file: string) {
    this.reader = reader;
    this.file = file;
  }

  start(): void | Promise<void> {
    return this.reader.start();
  }

  // hot path: once for a hundred events
  pollNext(output: ReaderOutput<T>, maxRecords: number): InputStatus {
    const status = this.reader.pollNext(output, maxRecords);
    if (status === 'MORE_AVAILABLE') {
      this.asked += maxRecords;
      if (this.asked >= this.nextSample) this.sample();
    } else if (status === 'END_OF_INPUT') {
      this.sample();
      const preparationNanos = (this.samples[0]?.nanos ?? 0) - this.assignedNanos;
      writeFileSync(this.file, formatProgress({ preparationNanos, samples: this.samples }));
    }
    return status;
  }

  isAvailable(): Promise<void> {
    return this.reader.isAvailable();
  }

  addSplits(splits: readonly NexmarkSplit[]): void {
    this.assignedNanos = monotonicNanos();
    this.split = splits[0];
    this.reader.addSplits(splits);
  }

  notifyNoMoreSplits(): void {
    this.reader.notifyNoMoreSplits();
  }

  snapshotState(checkpointId: number): readonly NexmarkSplit[] {
    return this.reader.snapshotState(checkpointId);
  }

  close(): void | Promise<void> {
    return this.reader.close?.();
  }

  private sample(): void {
    const { user, system } = process.cpuUsage();
    this.samples.push({ nanos: monotonicNanos(), cpuNanos: (user + system) * 1000, events: this.emittedEvents() });
    this.nextSample = this.asked + EVENTS_PER_SAMPLE;
  }

  private emittedEvents(): number {
    if (this.split === undefined) return 0;
    const { next, end, stride } = this.split;
    const position = this.reader.snapshotState(0)[0]?.next ?? end;
    return Math.ceil((Math.min(position, end) - next) / stride);
  }
}

/** Of a clock that all threads of the process share. */
export function monotonicNanos(): number {
  return Number(process.hrtime.bigint());
}
