/** What makes the events of one timeline. The two implementations make the same ones. */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../model.js';

export interface EventGenerator {
  /** Emits the events at `count` positions, from `position` on and `stride` apart, with their timestamps. */
  emit(output: Pick<ReaderOutput<NexmarkEvent>, 'collect'>, position: number, count: number, stride: number): void;
}
