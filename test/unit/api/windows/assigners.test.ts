import { expect } from 'chai';
import fc from 'fast-check';
import { GlobalWindows } from '../../../../src/api/windows/global-windows.js';
import { EventTimeSessionWindows, ProcessingTimeSessionWindows } from '../../../../src/api/windows/session-windows.js';
import { SlidingEventTimeWindows, SlidingProcessingTimeWindows } from '../../../../src/api/windows/sliding-windows.js';
import {
  TumblingEventTimeWindows,
  TumblingProcessingTimeWindows,
} from '../../../../src/api/windows/tumbling-windows.js';
import type { TimeWindow } from '../../../../src/api/windows/window.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

const HOUR = 3_600_000;
const at = (currentProcessingTime: number) => ({ currentProcessingTime });
const intervals = (windows: readonly TimeWindow[]) => windows.map(({ start, end }) => [start, end]);

/** All windows [offset + n·slide, + size) that hold a time, latest first, found by trying every n around it. */
function windowsByTrial(time: number, size: number, slide: number, offset: number): number[][] {
  const around = Math.round((time - offset) / slide);
  const reach = Math.ceil(size / slide) + 2;
  const found: number[][] = [];
  for (let n = around + reach; n >= around - reach; n--) {
    const start = offset + n * slide;
    if (start <= time && time < start + size) found.push([start, start + size]);
  }
  return found;
}

const times = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 30 });

describe('tumbling windows', () => {
  it('hold each time in exactly the window that a trial of all windows finds', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: -499, max: 499 }), times);
    fc.assert(
      fc.property(cases, ([size, anyOffset, all]) => {
        const offset = anyOffset % size;
        const eventTime = TumblingEventTimeWindows.of(size, offset);
        const processingTime = TumblingProcessingTimeWindows.of(size, offset);
        for (const time of all) {
          const expected = windowsByTrial(time, size, size, offset);
          expect(intervals(eventTime.assignWindows(0, time))).to.deep.equal(expected);
          expect(intervals(processingTime.assignWindows(0, -1, at(time)))).to.deep.equal(expected);
        }
      }),
    );
  });

  it('give the same window again while time stays in it', () => {
    const assigner = TumblingEventTimeWindows.of('1 h');
    expect(assigner.assignWindows(0, HOUR + 1)).to.equal(assigner.assignWindows(0, 2 * HOUR - 1));
    expect(intervals(assigner.assignWindows(0, 2 * HOUR))).to.deep.equal([[2 * HOUR, 3 * HOUR]]);
  });

  it('are described as plans show them, and know their size', () => {
    const assigner = TumblingEventTimeWindows.of('1 h', '-30 min');
    expect(TumblingEventTimeWindows.of('1 h').description).to.equal('TumblingEventTimeWindows(3600000)');
    expect(assigner.description).to.equal('TumblingEventTimeWindows(3600000, -1800000)');
    expect(assigner.fixedSize).to.deep.equal({ sizeMs: HOUR, slideMs: HOUR, offsetMs: -HOUR / 2 });
    expect(assigner.isEventTime).to.equal(true);
    expect(assigner.getDefaultTrigger().description).to.equal('EventTimeTrigger()');
    const processingTime = TumblingProcessingTimeWindows.of('1 h');
    expect(processingTime.isEventTime).to.equal(false);
    expect(processingTime.getDefaultTrigger().description).to.equal('ProcessingTimeTrigger()');
  });

  it('refuse sizes and offsets that make no windows', () => {
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      flinkErrorOf('INVALID_DURATION', () => TumblingEventTimeWindows.of(size));
    }
    flinkErrorOf('INVALID_DURATION', () => TumblingEventTimeWindows.of('soon' as never));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => TumblingEventTimeWindows.of(100, 100));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => TumblingProcessingTimeWindows.of(100, -100));
  });
});

describe('sliding windows', () => {
  it('hold each time in exactly the windows that a trial of all windows finds, also with gaps', () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: -99, max: 99 }),
      times,
    );
    fc.assert(
      fc.property(cases, ([size, slide, anyOffset, all]) => {
        const offset = anyOffset % slide;
        const eventTime = SlidingEventTimeWindows.of(size, slide, offset);
        const processingTime = SlidingProcessingTimeWindows.of(size, slide, offset);
        for (const time of all) {
          const expected = windowsByTrial(time, size, slide, offset);
          expect(intervals(eventTime.assignWindows(0, time))).to.deep.equal(expected);
          expect(intervals(processingTime.assignWindows(0, -1, at(time)))).to.deep.equal(expected);
        }
      }),
    );
  });

  it('are described as plans show them, and refuse what makes no windows', () => {
    const assigner = SlidingEventTimeWindows.of('1 h', '10 min', '1 min');
    expect(assigner.description).to.equal('SlidingEventTimeWindows(3600000, 600000, 60000)');
    expect(SlidingProcessingTimeWindows.of(9, 3).description).to.equal('SlidingProcessingTimeWindows(9, 3)');
    expect(assigner.fixedSize).to.deep.equal({ sizeMs: HOUR, slideMs: HOUR / 6, offsetMs: HOUR / 60 });
    expect(assigner.getDefaultTrigger().description).to.equal('EventTimeTrigger()');
    expect(SlidingProcessingTimeWindows.of(9, 3).getDefaultTrigger().description).to.equal('ProcessingTimeTrigger()');
    flinkErrorOf('INVALID_DURATION', () => SlidingEventTimeWindows.of(10, 0));
    flinkErrorOf('INVALID_DURATION', () => SlidingEventTimeWindows.of(-10, 1));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => SlidingEventTimeWindows.of(10, 5, 5));
  });
});

describe('session and global windows', () => {
  it('sessions begin with a window from the record to its gap, and merge', () => {
    const eventTime = EventTimeSessionWindows.withGap('5 ms');
    const processingTime = ProcessingTimeSessionWindows.withGap('5 ms');
    expect(intervals(eventTime.assignWindows(0, 100))).to.deep.equal([[100, 105]]);
    expect(intervals(processingTime.assignWindows(0, -1, at(200)))).to.deep.equal([[200, 205]]);
    expect([eventTime.isMerging, processingTime.isMerging]).to.deep.equal([true, true]);
    expect([eventTime.isEventTime, processingTime.isEventTime]).to.deep.equal([true, false]);
    expect(eventTime.description).to.equal('EventTimeSessionWindows(5)');
    expect(ProcessingTimeSessionWindows.withDynamicGap((n: number) => n).description).to.equal(
      'DynamicProcessingTimeSessionWindows()',
    );
    flinkErrorOf('INVALID_DURATION', () => EventTimeSessionWindows.withGap(0));
  });

  it('the global window is one, never ends, and fires only by a trigger of its own', () => {
    const assigner = GlobalWindows.create();
    const [window] = assigner.assignWindows();
    expect(assigner.assignWindows()).to.deep.equal([window]);
    expect(window?.maxTimestamp()).to.equal(Number.POSITIVE_INFINITY);
    expect(assigner.getDefaultTrigger().description).to.equal('NeverTrigger()');
  });
});
