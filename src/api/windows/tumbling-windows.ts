/** Windows of one size that follow each other. Mirrors: TumblingEventTimeWindows, TumblingProcessingTimeWindows. */
import { formatWindowArguments, windowStart } from './aligned-windows.js';
import { type Duration, toPositiveMillis, toSignedMillis } from '../duration.js';
import { checkArgument } from '../../core/assert.js';
import { EventTimeTrigger } from './event-time-trigger.js';
import { ProcessingTimeTrigger } from './processing-time-trigger.js';
import type { Trigger } from './trigger.js';
import { TimeWindow } from './window.js';
import type { WindowAssigner, WindowAssignerContext } from './window-assigner.js';

/** Windows over event time: [n·size + offset, (n + 1)·size + offset). */
export class TumblingEventTimeWindows implements WindowAssigner<unknown, TimeWindow> {
  readonly isEventTime = true;
  readonly isMerging = false;
  readonly description: string;
  readonly fixedSize: { readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };
  private last: readonly [TimeWindow];

  private constructor(sizeMs: number, offsetMs: number) {
    this.fixedSize = { sizeMs, slideMs: sizeMs, offsetMs };
    this.description = `TumblingEventTimeWindows(${formatWindowArguments(sizeMs, offsetMs)})`;
    this.last = [new TimeWindow(0, 0)];
  }

  /** `offset` shifts the windows, e.g. `-8 h` for days that begin at midnight in UTC+8; smaller than the size. */
  static of(size: Duration, offset: Duration = 0): TumblingEventTimeWindows {
    const [sizeMs, offsetMs] = checkTumbling(size, offset);
    return new TumblingEventTimeWindows(sizeMs, offsetMs);
  }

  // hot path
  assignWindows(_value: unknown, timestamp: number): readonly TimeWindow[] {
    const { sizeMs, offsetMs } = this.fixedSize;
    this.last = tumblingWindow(this.last, timestamp, sizeMs, offsetMs);
    return this.last;
  }

  getDefaultTrigger(): Trigger<unknown, TimeWindow> {
    return EventTimeTrigger.create();
  }
}

/** Windows over the clock of the machine that processes the record. */
export class TumblingProcessingTimeWindows implements WindowAssigner<unknown, TimeWindow> {
  readonly isEventTime = false;
  readonly isMerging = false;
  readonly description: string;
  readonly fixedSize: { readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };
  private last: readonly [TimeWindow];

  private constructor(sizeMs: number, offsetMs: number) {
    this.fixedSize = { sizeMs, slideMs: sizeMs, offsetMs };
    this.description = `TumblingProcessingTimeWindows(${formatWindowArguments(sizeMs, offsetMs)})`;
    this.last = [new TimeWindow(0, 0)];
  }

  static of(size: Duration, offset: Duration = 0): TumblingProcessingTimeWindows {
    const [sizeMs, offsetMs] = checkTumbling(size, offset);
    return new TumblingProcessingTimeWindows(sizeMs, offsetMs);
  }

  // hot path
  assignWindows(_value: unknown, _timestamp: number, context: WindowAssignerContext): readonly TimeWindow[] {
    const { sizeMs, offsetMs } = this.fixedSize;
    this.last = tumblingWindow(this.last, context.currentProcessingTime, sizeMs, offsetMs);
    return this.last;
  }

  getDefaultTrigger(): Trigger<unknown, TimeWindow> {
    return ProcessingTimeTrigger.create();
  }
}

/** The window of a time; `last` again while time stays in it, so that most records allocate nothing. */
function tumblingWindow(
  last: readonly [TimeWindow],
  time: number,
  sizeMs: number,
  offsetMs: number,
): readonly [TimeWindow] {
  if (time >= last[0].start && time < last[0].end) return last;
  const start = windowStart(time, offsetMs, sizeMs);
  return [new TimeWindow(start, start + sizeMs)];
}

function checkTumbling(size: Duration, offset: Duration): [sizeMs: number, offsetMs: number] {
  const sizeMs = toPositiveMillis(size, 'size of tumbling windows');
  const offsetMs = toSignedMillis(offset, 'offset of tumbling windows');
  checkArgument(
    Math.abs(offsetMs) < sizeMs,
    `tumbling windows: the offset ${offsetMs} ms must be smaller than the size ${sizeMs} ms`,
  );
  return [sizeMs, offsetMs];
}
