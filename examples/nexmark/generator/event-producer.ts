/** What a reader emits the events of one split with. */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import { BidDictionaries, type EventBatch, encodeEvents } from './event-batch.js';
import { DecodedDictionaries, EventBatchReader } from './event-batch-reader.js';
import type { EventGenerator } from './event-generator.js';
import { KernelGenerator } from './kernel-generator.js';
import type { GeneratorConfig } from './nexmark-config.js';
import type { NexmarkSplit } from './nexmark-split.js';

export interface EventProducer {
  /** To be called until it answers true, before the first event: it does a part of what takes time. */
  prepare(): boolean;
  /** Emits the next `count` events with their timestamps; there must be so many left. */
  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, count: number): void;
}

/** Makes each event when it is emitted. */
export class InlineProducer implements EventProducer {
  private readonly generator: EventGenerator;
  private readonly stride: number;
  private position: number;

  constructor(config: GeneratorConfig, { next, stride }: NexmarkSplit) {
    this.generator = new KernelGenerator(config);
    this.stride = stride;
    this.position = next;
  }

  prepare(): boolean {
    return true;
  }

  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, count: number): void {
    this.generator.emit(output, this.position, count, this.stride);
    this.position += count * this.stride;
  }
}

/** Makes all events of the split in advance, about 160 bytes each, and decodes them when they are emitted. */
export class EncodedProducer implements EventProducer {
  private readonly source: InlineProducer;
  private eventsToEncode: number;
  /** Those that are read are gone. */
  private readonly batches: (EventBatch | undefined)[] = [];
  private readonly encoded = new BidDictionaries();
  private readonly decoded = new DecodedDictionaries();
  private nextBatch = 0;
  private reader: EventBatchReader | undefined;

  constructor(config: GeneratorConfig, split: NexmarkSplit) {
    this.source = new InlineProducer(config, split);
    this.eventsToEncode = Math.ceil((split.end - split.next) / split.stride);
  }

  prepare(): boolean {
    const count = Math.min(this.eventsToEncode, BATCH_EVENTS);
    if (count > 0) {
      const events: NexmarkEvent[] = [];
      this.source.emit({ collect: (event) => events.push(event) }, count);
      this.batches.push(encodeEvents(events, this.encoded));
      this.eventsToEncode -= count;
    }
    return this.eventsToEncode === 0;
  }

  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, count: number): void {
    for (let left = count; left > 0; ) {
      const reader = this.reader ?? this.openBatch();
      const portion = Math.min(left, reader.remaining);
      reader.emit(output, portion);
      left -= portion;
      if (reader.remaining === 0) this.reader = undefined;
    }
  }

  private openBatch(): EventBatchReader {
    const batch = this.batches[this.nextBatch] as EventBatch;
    this.batches[this.nextBatch++] = undefined;
    this.reader = new EventBatchReader(batch, this.decoded);
    return this.reader;
  }
}

/** With the texts of so many, the string that they are cut out of is still a small object for V8's collector. */
const BATCH_EVENTS = 512;
