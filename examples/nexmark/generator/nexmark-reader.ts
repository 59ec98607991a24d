/** Reads the splits of a data set side by side, in order of event time, at full speed or at a given one. */
import type { InputStatus, ReaderOutput, SourceReader, SourceReaderContext } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import type { EventProducer } from './event-producer.js';
import type { NexmarkSplit } from './nexmark-split.js';
import { Pace, type SourceClock } from './pace.js';

export interface NexmarkReaderOptions {
  readonly producerOf: (split: NexmarkSplit) => EventProducer;
  /** Events a second of each split. */
  readonly splitSpeed: number;
  readonly clock: SourceClock;
}

/** What takes time is done in turns of so long, between which the thread is free for messages. */
const TURN_MS = 10;

interface OpenSplit {
  readonly split: NexmarkSplit;
  readonly producer: EventProducer;
  /** Position of the next event. */
  next: number;
}

export class NexmarkReader implements SourceReader<NexmarkEvent, NexmarkSplit> {
  private readonly context: SourceReaderContext;
  private readonly options: NexmarkReaderOptions;
  private readonly open: OpenSplit[] = [];
  private hasNoMoreSplits = false;
  private isPrepared = false;
  private pace: Pace | undefined;
  private announce: (() => void) | undefined;

  constructor(context: SourceReaderContext, options: NexmarkReaderOptions) {
    this.context = context;
    this.options = options;
  }

  start(): void {
    this.context.sendSplitRequest();
  }

  // hot path
  pollNext(output: ReaderOutput<NexmarkEvent>, maxRecords: number): InputStatus {
    if (!this.hasNoMoreSplits) return 'NOTHING_AVAILABLE';
    if (this.open.length === 0) return 'END_OF_INPUT';
    this.isPrepared ||= this.prepareForATurn();
    if (!this.isPrepared) return 'NOTHING_AVAILABLE';
    this.pace ??= new Pace(this.options.splitSpeed * this.open.length, this.options.clock);
    const allowed = Math.min(maxRecords, this.pace.due());
    if (allowed <= 0) return 'NOTHING_AVAILABLE';
    let room = allowed;
    while (room > 0 && this.open.length > 0) room -= this.emitEarliest(output, room);
    this.pace.emitted += allowed - room;
    return 'MORE_AVAILABLE';
  }

  isAvailable(): Promise<void> {
    return new Promise((resolve) => {
      this.announce = resolve;
      if (this.hasNoMoreSplits) this.options.clock.schedule(this.pace?.msUntilDue() ?? 0, resolve);
    });
  }

  addSplits(splits: readonly NexmarkSplit[]): void {
    for (const split of splits) {
      if (split.next < split.end) {
        this.open.push({ split, producer: this.options.producerOf(split), next: split.next });
      }
    }
  }

  notifyNoMoreSplits(): void {
    this.hasNoMoreSplits = true;
    this.announce?.();
  }

  snapshotState(): readonly NexmarkSplit[] {
    return this.open.map(({ split, next }) => ({ ...split, next }));
  }

  /** True when all is done. */
  private prepareForATurn(): boolean {
    const { clock } = this.options;
    const end = clock.monotonic() + TURN_MS;
    for (const { producer } of this.open) {
      while (!producer.prepare()) if (clock.monotonic() >= end) return false;
    }
    return true;
  }

  /**
   * Emits from the split that is the furthest behind, up to where the next one is. A position stands for the same event
   * time in all splits, so watermarks are as good as those of one split.
   */
  private emitEarliest(output: ReaderOutput<NexmarkEvent>, room: number): number {
    const { open } = this;
    let earliest = open[0] as OpenSplit;
    let limit = Number.POSITIVE_INFINITY;
    for (let i = 1; i < open.length; i++) {
      const other = open[i] as OpenSplit;
      if (other.next < earliest.next) {
        limit = earliest.next;
        earliest = other;
      } else if (other.next < limit) {
        limit = other.next;
      }
    }
    const { split, producer, next } = earliest;
    const end = Math.min(split.end, limit + 1);
    const count = Math.min(room, Math.ceil((end - next) / split.stride));
    producer.emit(output, count);
    earliest.next = next + count * split.stride;
    if (earliest.next >= split.end) open.splice(open.indexOf(earliest), 1);
    return count;
  }
}
