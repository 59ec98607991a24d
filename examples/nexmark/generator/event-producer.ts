/** What a reader emits the events of one split with. */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';
import type { GeneratorConfig } from './nexmark-config.js';
import type { NexmarkSplit } from './nexmark-split.js';
import { PlainGenerator } from './plain-generator.js';

export interface EventProducer {
  /** Emits the next `count` events with their timestamps; there must be so many left. */
  emit(output: ReaderOutput<NexmarkEvent>, count: number): void;
}

/** Makes each event when it is emitted. */
export class PlainProducer implements EventProducer {
  private readonly generator: PlainGenerator;
  private readonly stride: number;
  private position: number;

  constructor(config: GeneratorConfig, { next, stride }: NexmarkSplit) {
    this.generator = new PlainGenerator(config);
    this.stride = stride;
    this.position = next;
  }

  emit(output: ReaderOutput<NexmarkEvent>, count: number): void {
    const { generator, stride } = this;
    const from = this.position;
    const to = from + count * stride;
    for (let position = from; position < to; position += stride) {
      const event = generator.eventAt(position);
      output.collect(event, event.dateTime);
    }
    this.position = to;
  }
}
