/** Windows of one size that overlap. Mirrors: SlidingEventTimeWindows, SlidingProcessingTimeWindows. */
import { formatWindowArguments, windowStart } from './aligned-windows.js';
import { type Duration, toPositiveMillis, toSignedMillis } from '../duration.js';
import { checkArgument } from '../../core/assert.js';
import { EventTimeTrigger } from './event-time-trigger.js';
import { ProcessingTimeTrigger } from './processing-time-trigger.js';
import type { Trigger } from './trigger.js';
import { TimeWindow } from './window.js';
import type { WindowAssigner, WindowAssignerContext } from './window-assigner.js';

type FixedSize = { readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number };

/** Windows of `size` over event time, one starting every `slide`. */
export class SlidingEventTimeWindows implements WindowAssigner<unknown, TimeWindow> {
  readonly isEventTime = true;
  readonly isMerging = false;
  readonly description: string;
  readonly fixedSize: FixedSize;
  private last: readonly TimeWindow[] = [];

  private constructor(fixedSize: FixedSize) {
    this.fixedSize = fixedSize;
    this.description = `SlidingEventTimeWindows(${describe(fixedSize)})`;
  }

  /** `offset` shifts the windows; it is smaller than the slide. */
  static of(size: Duration, slide: Duration, offset: Duration = 0): SlidingEventTimeWindows {
    return new SlidingEventTimeWindows(checkSliding(size, slide, offset));
  }

  // hot path
  assignWindows(_value: unknown, timestamp: number): readonly TimeWindow[] {
    this.last = slidingWindows(this.last, timestamp, this.fixedSize);
    return this.last;
  }

  getDefaultTrigger(): Trigger<unknown, TimeWindow> {
    return EventTimeTrigger.create();
  }
}

/** The same over the clock of the machine that processes the record. */
export class SlidingProcessingTimeWindows implements WindowAssigner<unknown, TimeWindow> {
  readonly isEventTime = false;
  readonly isMerging = false;
  readonly description: string;
  readonly fixedSize: FixedSize;
  private last: readonly TimeWindow[] = [];

  private constructor(fixedSize: FixedSize) {
    this.fixedSize = fixedSize;
    this.description = `SlidingProcessingTimeWindows(${describe(fixedSize)})`;
  }

  static of(size: Duration, slide: Duration, offset: Duration = 0): SlidingProcessingTimeWindows {
    return new SlidingProcessingTimeWindows(checkSliding(size, slide, offset));
  }

  // hot path
  assignWindows(_value: unknown, _timestamp: number, context: WindowAssignerContext): readonly TimeWindow[] {
    this.last = slidingWindows(this.last, context.currentProcessingTime, this.fixedSize);
    return this.last;
  }

  getDefaultTrigger(): Trigger<unknown, TimeWindow> {
    return ProcessingTimeTrigger.create();
  }
}

/** The windows that hold a time, latest first; `last` again while they are the same. Empty in a gap between windows. */
function slidingWindows(last: readonly TimeWindow[], time: number, fixedSize: FixedSize): readonly TimeWindow[] {
  const { sizeMs, slideMs, offsetMs } = fixedSize;
  const lastStart = windowStart(time, offsetMs, slideMs);
  const oldest = last.at(-1);
  if (last[0]?.start === lastStart && oldest !== undefined && time < oldest.end && time >= oldest.end - slideMs)
    return last;
  const windows: TimeWindow[] = [];
  for (let start = lastStart; start > time - sizeMs; start -= slideMs)
    windows.push(new TimeWindow(start, start + sizeMs));
  return windows;
}

function describe({ sizeMs, slideMs, offsetMs }: FixedSize): string {
  return formatWindowArguments(sizeMs, slideMs, offsetMs);
}

function checkSliding(size: Duration, slide: Duration, offset: Duration): FixedSize {
  const sizeMs = toPositiveMillis(size, 'size of sliding windows');
  const slideMs = toPositiveMillis(slide, 'slide of sliding windows');
  const offsetMs = toSignedMillis(offset, 'offset of sliding windows');
  checkArgument(
    Math.abs(offsetMs) < slideMs,
    `sliding windows: the offset ${offsetMs} ms must be smaller than the slide ${slideMs} ms`,
  );
  return { sizeMs, slideMs, offsetMs };
}
