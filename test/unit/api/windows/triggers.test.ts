import { expect } from 'chai';
import fc from 'fast-check';
import { ContinuousEventTimeTrigger } from '../../../../src/api/windows/continuous-event-time-trigger.js';
import { ContinuousProcessingTimeTrigger } from '../../../../src/api/windows/continuous-processing-time-trigger.js';
import { CountTrigger } from '../../../../src/api/windows/count-trigger.js';
import { EventTimeTrigger } from '../../../../src/api/windows/event-time-trigger.js';
import { NeverTrigger } from '../../../../src/api/windows/never-trigger.js';
import { ProcessingTimeTrigger } from '../../../../src/api/windows/processing-time-trigger.js';
import { PurgingTrigger } from '../../../../src/api/windows/purging-trigger.js';
import type { Trigger } from '../../../../src/api/windows/trigger.js';
import { GlobalWindow, TimeWindow } from '../../../../src/api/windows/window.js';
import { FakeTriggerContext } from '../../../helpers/fake-trigger-context.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

const window = new TimeWindow(0, 100);

/** Advances event time one by one and notes when the trigger fires. */
function firingsUpTo(end: number, trigger: Trigger<unknown, TimeWindow>, context: FakeTriggerContext): number[] {
  const fired: number[] = [];
  for (let time = Math.max(0, context.currentWatermark + 1); time <= end; time++) {
    context.currentWatermark = time;
    if (!context.eventTimeTimers.delete(time)) continue;
    if (trigger.onEventTime(time, window, context) === 'FIRE') fired.push(time);
  }
  return fired;
}

describe('EventTimeTrigger', () => {
  const trigger = EventTimeTrigger.create();

  it('fires once when the watermark reaches the end of the window', () => {
    const context = new FakeTriggerContext();
    expect(trigger.onElement(0, 5, window, context)).to.equal('CONTINUE');
    expect(trigger.onElement(0, 7, window, context)).to.equal('CONTINUE');
    expect(firingsUpTo(150, trigger, context)).to.deep.equal([99]);
    expect(trigger.onProcessingTime()).to.equal('CONTINUE');
  });

  it('fires at once for a record that comes after the end', () => {
    const context = new FakeTriggerContext();
    context.currentWatermark = 99;
    expect(trigger.onElement(0, 5, window, context)).to.equal('FIRE');
    expect([...context.eventTimeTimers]).to.deep.equal([]);
  });

  it('waits for the end of a merged window, unless that has passed', () => {
    const context = new FakeTriggerContext();
    trigger.onMerge(window, context);
    expect([...context.eventTimeTimers]).to.deep.equal([99]);
    trigger.clear(window, context);
    context.currentWatermark = 99;
    trigger.onMerge(window, context);
    expect([...context.eventTimeTimers]).to.deep.equal([]);
  });
});

describe('ProcessingTimeTrigger', () => {
  const trigger = ProcessingTimeTrigger.create();

  it('fires when the clock reaches the end of the window', () => {
    const context = new FakeTriggerContext();
    expect(trigger.onElement(0, 5, window, context)).to.equal('CONTINUE');
    expect([...context.processingTimeTimers]).to.deep.equal([99]);
    expect(trigger.onProcessingTime()).to.equal('FIRE');
    expect(trigger.onEventTime()).to.equal('CONTINUE');
    trigger.clear(window, context);
    expect([...context.processingTimeTimers]).to.deep.equal([]);
    trigger.onMerge(window, context);
    expect([...context.processingTimeTimers]).to.deep.equal([99]);
  });
});

describe('CountTrigger', () => {
  it('fires after every n records, and begins anew', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 60 }), (size, count) => {
        const trigger = CountTrigger.of(size);
        const context = new FakeTriggerContext();
        const fired: number[] = [];
        for (let n = 1; n <= count; n++) {
          if (trigger.onElement(0, 0, GlobalWindow.instance, context) === 'FIRE') fired.push(n);
        }
        const expected = Array.from({ length: Math.floor(count / size) }, (_, i) => (i + 1) * size);
        expect(fired).to.deep.equal(expected);
      }),
    );
  });

  it('adds up the counts of merged windows, forgets them when cleared', () => {
    const trigger = CountTrigger.of(5);
    const [a, b, both] = [new FakeTriggerContext(), new FakeTriggerContext(), new FakeTriggerContext()];
    for (let n = 0; n < 2; n++) trigger.onElement(0, 0, window, a);
    for (let n = 0; n < 2; n++) trigger.onElement(0, 0, window, b);
    both.merged.push(a.state, b.state);
    trigger.onMerge(window, both);
    expect(trigger.onElement(0, 0, window, both)).to.equal('FIRE');
    trigger.clear(window, a);
    expect(a.state.size).to.equal(0);
  });

  it('refuses counts that never come', () => {
    for (const count of [0, -1, 1.5]) flinkErrorOf('ILLEGAL_ARGUMENT', () => CountTrigger.of(count));
  });
});

describe('ContinuousEventTimeTrigger', () => {
  it('fires at each interval after the first record and at the end of the window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 0, max: 98 }), (interval, first) => {
        const trigger = ContinuousEventTimeTrigger.of(interval);
        const context = new FakeTriggerContext();
        expect(trigger.onElement(0, first, window, context)).to.equal('CONTINUE');
        trigger.onElement(0, first, window, context);
        const expected: number[] = [];
        for (let time = 0; time < 99; time += interval) if (time > first) expected.push(time);
        expect(firingsUpTo(150, trigger, context)).to.deep.equal([...expected, 99]);
      }),
    );
  });

  it('fires for every late record, and takes its timers away when cleared', () => {
    const trigger = ContinuousEventTimeTrigger.of('10 ms');
    const context = new FakeTriggerContext();
    trigger.onElement(0, 5, window, context);
    expect([...context.eventTimeTimers].sort()).to.deep.equal([10, 99]);
    trigger.clear(window, context);
    expect([...context.eventTimeTimers]).to.deep.equal([]);
    context.currentWatermark = 99;
    expect(trigger.onElement(0, 5, window, context)).to.equal('FIRE');
    expect(trigger.onProcessingTime()).to.equal('CONTINUE');
  });

  it('goes on from the earliest time of merged windows', () => {
    const trigger = ContinuousEventTimeTrigger.of(10);
    const context = new FakeTriggerContext();
    context.merged.push(new Map([['fire-time', 40]]), new Map([['fire-time', 30]]));
    trigger.onMerge(window, context);
    expect([...context.eventTimeTimers]).to.deep.equal([30]);
    expect(trigger.onEventTime(30, window, context)).to.equal('FIRE');
    expect(trigger.onEventTime(31, window, context)).to.equal('CONTINUE');
  });
});

describe('ContinuousProcessingTimeTrigger', () => {
  it('fires at each interval of the clock, and last at the end of the window', () => {
    const trigger = ContinuousProcessingTimeTrigger.of(40);
    const context = new FakeTriggerContext();
    context.currentProcessingTime = 10;
    trigger.onElement(0, 0, window, context);
    const fired: number[] = [];
    for (let time = 11; time < 200; time++) {
      if (!context.processingTimeTimers.delete(time)) continue;
      if (trigger.onProcessingTime(time, window, context) === 'FIRE') fired.push(time);
    }
    expect(fired).to.deep.equal([40, 80, 99]);
    expect(trigger.onEventTime()).to.equal('CONTINUE');
    expect(trigger.onProcessingTime(300, window, context)).to.equal('CONTINUE');
  });

  it('takes its timer away when cleared, and goes on after a merge', () => {
    const trigger = ContinuousProcessingTimeTrigger.of(40);
    const context = new FakeTriggerContext();
    trigger.onElement(0, 0, window, context);
    expect([...context.processingTimeTimers]).to.deep.equal([40]);
    trigger.clear(window, context);
    expect([...context.processingTimeTimers]).to.deep.equal([]);
    context.merged.push(new Map([['fire-time', 80]]));
    trigger.onMerge(window, context);
    expect([...context.processingTimeTimers]).to.deep.equal([80]);
  });
});

describe('PurgingTrigger', () => {
  it('purges when the other trigger fires, and passes everything else on', () => {
    const trigger = PurgingTrigger.of(CountTrigger.of(2));
    const context = new FakeTriggerContext();
    expect(trigger.description).to.equal('PurgingTrigger(CountTrigger(2))');
    expect(trigger.onElement(0, 0, window, context)).to.equal('CONTINUE');
    expect(trigger.onElement(0, 0, window, context)).to.equal('FIRE_AND_PURGE');
    expect(trigger.onEventTime(0, window, context)).to.equal('CONTINUE');
    expect(PurgingTrigger.of(ProcessingTimeTrigger.create()).onProcessingTime(0, window, context)).to.equal(
      'FIRE_AND_PURGE',
    );
    trigger.onElement(0, 0, window, context);
    trigger.clear(window, context);
    expect(context.state.size).to.equal(0);
  });

  it('can merge exactly if the other trigger can', () => {
    const merging = new FakeTriggerContext();
    merging.merged.push(new Map([['count', 1]]));
    const trigger = PurgingTrigger.of(CountTrigger.of(2));
    trigger.onMerge?.(window, merging);
    expect(trigger.onElement(0, 0, window, merging)).to.equal('FIRE_AND_PURGE');
    const { onMerge: _, ...stubborn } = {
      description: 'Stubborn()',
      onElement: () => 'CONTINUE' as const,
      onEventTime: () => 'CONTINUE' as const,
      onProcessingTime: () => 'CONTINUE' as const,
      onMerge: undefined,
      clear: () => undefined,
    };
    expect(PurgingTrigger.of(stubborn).onMerge).to.equal(undefined);
  });
});

describe('NeverTrigger', () => {
  it('never fires', () => {
    const trigger = NeverTrigger.create();
    expect([trigger.onElement(), trigger.onEventTime(), trigger.onProcessingTime()]).to.deep.equal([
      'CONTINUE',
      'CONTINUE',
      'CONTINUE',
    ]);
  });
});
