/** The collector handed to user functions: gives what they emit the event time at hand. Mirrors: TimestampedCollector. */
import type { Collector } from '../api/functions.js';
import type { OutputTag } from '../api/output-tag.js';
import { FlinkError } from '../core/errors.js';
import { NO_TIMESTAMP } from '../core/time-constants.js';
import type { Output } from './stream-operator.js';

export class TimestampedCollector implements Collector<unknown> {
  /** NO_TIMESTAMP when the record or timer at hand has none. */
  timestamp: number = NO_TIMESTAMP;
  private readonly output: Output;
  private readonly operator: string;
  private isOpen = false;

  constructor(output: Output, operator: string) {
    this.output = output;
    this.operator = operator;
  }

  /** Opens for one call of a user function. hot path */
  begin(timestamp: number): void {
    this.timestamp = timestamp;
    this.isOpen = true;
  }

  /** What is emitted from now on comes from a callback that outlived its call. */
  end(): void {
    this.isOpen = false;
  }

  /** hot path */
  collect(value: unknown): void {
    if (!this.isOpen) throw this.closed();
    this.output.collect(value, this.timestamp);
  }

  collectSide(tag: OutputTag<unknown>, value: unknown): void {
    if (!this.isOpen) throw this.closed();
    this.output.collectSide(tag.id, value, this.timestamp);
  }

  private closed(): FlinkError {
    return new FlinkError(
      'COLLECTOR_CLOSED',
      `operator '${this.operator}' emitted a record after its function had returned`,
      {
        domain: 'user',
        remedy: 'Emit only during the call that received the collector, not from promises or timers of your own.',
        details: { operator: this.operator },
      },
    );
  }
}
