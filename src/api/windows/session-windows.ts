/** Windows that last while records come, and end after a gap. Mirrors: EventTimeSessionWindows, ProcessingTimeSessionWindows. */
import { FlinkError } from '../../core/errors.js';
import { type Duration, toPositiveMillis } from '../duration.js';
import { EventTimeTrigger } from './event-time-trigger.js';
import { ProcessingTimeTrigger } from './processing-time-trigger.js';
import type { Trigger } from './trigger.js';
import { TimeWindow } from './window.js';
import type { WindowAssigner, WindowAssignerContext } from './window-assigner.js';

/** The gap after a record, in milliseconds; greater than 0. Mirrors: SessionWindowTimeGapExtractor. */
export type SessionWindowTimeGapExtractor<T> = (value: T) => number;

/** Sessions over event time. */
export class EventTimeSessionWindows<T = unknown> implements WindowAssigner<T, TimeWindow> {
  readonly isEventTime = true;
  readonly isMerging = true;
  readonly description: string;
  private readonly gap: number | SessionWindowTimeGapExtractor<T>;

  private constructor(gap: number | SessionWindowTimeGapExtractor<T>) {
    this.gap = gap;
    this.description = typeof gap === 'number' ? `EventTimeSessionWindows(${gap})` : 'DynamicEventTimeSessionWindows()';
  }

  /** A session ends when no record came for `gap`. */
  static withGap(gap: Duration): EventTimeSessionWindows {
    return new EventTimeSessionWindows(toPositiveMillis(gap, 'gap of session windows'));
  }

  /** Each record says itself how long the session waits for the next. */
  static withDynamicGap<T>(gap: SessionWindowTimeGapExtractor<T>): EventTimeSessionWindows<T> {
    return new EventTimeSessionWindows(gap);
  }

  assignWindows(value: T, timestamp: number): readonly TimeWindow[] {
    return [new TimeWindow(timestamp, timestamp + gapOf(this.gap, value))];
  }

  getDefaultTrigger(): Trigger<T, TimeWindow> {
    return EventTimeTrigger.create();
  }
}

/** Sessions over the clock of the machine that processes the record. */
export class ProcessingTimeSessionWindows<T = unknown> implements WindowAssigner<T, TimeWindow> {
  readonly isEventTime = false;
  readonly isMerging = true;
  readonly description: string;
  private readonly gap: number | SessionWindowTimeGapExtractor<T>;

  private constructor(gap: number | SessionWindowTimeGapExtractor<T>) {
    this.gap = gap;
    this.description =
      typeof gap === 'number' ? `ProcessingTimeSessionWindows(${gap})` : 'DynamicProcessingTimeSessionWindows()';
  }

  static withGap(gap: Duration): ProcessingTimeSessionWindows {
    return new ProcessingTimeSessionWindows(toPositiveMillis(gap, 'gap of session windows'));
  }

  static withDynamicGap<T>(gap: SessionWindowTimeGapExtractor<T>): ProcessingTimeSessionWindows<T> {
    return new ProcessingTimeSessionWindows(gap);
  }

  assignWindows(value: T, _timestamp: number, context: WindowAssignerContext): readonly TimeWindow[] {
    const now = context.currentProcessingTime;
    return [new TimeWindow(now, now + gapOf(this.gap, value))];
  }

  getDefaultTrigger(): Trigger<T, TimeWindow> {
    return ProcessingTimeTrigger.create();
  }
}

function gapOf<T>(gap: number | SessionWindowTimeGapExtractor<T>, value: T): number {
  if (typeof gap === 'number') return gap;
  const millis = gap(value);
  if (Number.isFinite(millis) && millis > 0) return millis;
  throw new FlinkError(
    'INVALID_SESSION_GAP',
    `session windows: the gap of a record must be greater than 0 ms, but is ${millis}`,
    {
      domain: 'user',
    },
  );
}
