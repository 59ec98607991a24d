/** What a reader emits the events of one split with. */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import type { EventGenerator } from './event-generator.js';
import { KernelGenerator } from './kernel-generator.js';
import type { GeneratorConfig } from './nexmark-config.js';
import type { NexmarkSplit } from './nexmark-split.js';

export interface EventProducer {
  /** Emits the next `count` events with their timestamps; there must be so many left. */
  emit(output: ReaderOutput<NexmarkEvent>, count: number): void;
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

  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, count: number): void {
    this.generator.emit(output, this.position, count, this.stride);
    this.position += count * this.stride;
  }
}
