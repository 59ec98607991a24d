/** The receiving end of a stream of messages that are repeated when their acknowledgement is missing. */
import { FlinkError } from '../core/errors.js';

export class EventSequence {
  private expected = 0;

  /** True for the next message, false for one that was taken already. Throws EVENT_LOST when one is missing before it. */
  accept(sequence: number): boolean {
    if (sequence < this.expected) return false;
    if (sequence > this.expected) {
      throw new FlinkError('EVENT_LOST', `message ${sequence} arrived where ${this.expected} was expected`, {
        details: { sequence, expected: this.expected },
      });
    }
    this.expected++;
    return true;
  }
}
