/** What a query written by hand has to be: it takes the events in order of their time, and adds up its rows. */
import type { ReaderOutput } from 'flink-yarn';
import type { NexmarkEvent } from '../../examples/nexmark/model.js';
import { finishRow } from '../../examples/nexmark/row-checksum.js';
import type { SinkResult } from '../nexmark/run-arguments.js';

export abstract class LimitQuery implements ReaderOutput<NexmarkEvent> {
  private rows = 0;
  private checksum = 0;

  /** Takes the next event. */
  abstract collect(event: NexmarkEvent): void;

  /** Behind the last event: what has waited for a later one is due. */
  finish(): void {
    // Most queries have said it all.
  }

  get result(): SinkResult {
    return { rows: this.rows, checksum: this.checksum >>> 0 };
  }

  emitWatermark(): void {
    // Events come in order.
  }

  markIdle(): void {
    // There is one source only.
  }

  markActive(): void {
    // There is one source only.
  }

  /** Counts a row, whose columns are in the hash. */
  protected emit(hash: number): void {
    this.rows++;
    this.checksum = (this.checksum + finishRow(hash)) | 0;
  }
}
