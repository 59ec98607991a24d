import { expect } from 'chai';
import type { OperatorId } from '../../../../src/core/ids.js';
import { WatermarkAlignment } from '../../../../src/taskmanager/slot/watermark-alignment.js';
import { SlotTimers } from '../../../../src/taskmanager/task/slot-timers.js';
import { ManualClock } from '../../../../src/testing/manual-clock.js';

const A = 'source-a' as OperatorId;
const B = 'source-b' as OperatorId;
const C = 'source-c' as OperatorId;

describe('WatermarkAlignment', () => {
  let clock: ManualClock;
  let timers: SlotTimers;
  let alignment: WatermarkAlignment;
  let announced: string[];

  beforeEach(() => {
    clock = new ManualClock();
    timers = new SlotTimers();
    announced = [];
    alignment = new WatermarkAlignment(clock, timers, (operatorId, subtask, max) =>
      announced.push(`${operatorId.at(-1)}${subtask} ${max}`),
    );
  });

  const params = (group: string, maxAllowedWatermarkDriftMs: number, updateIntervalMs = 1_000) => ({
    group,
    maxAllowedWatermarkDriftMs,
    updateIntervalMs,
  });

  /** What is announced within the time. */
  function after(ms: number): string[] {
    announced.length = 0;
    for (let i = 0; i < ms; i += 100) {
      clock.advance(100);
      timers.fireDue(clock.now());
    }
    return announced;
  }

  it('lets each reader go as far as the drift beyond the lowest of the others, over all sources of the group', () => {
    alignment.addSource(A, params('g', 50), 2);
    alignment.addSource(B, params('g', 70), 1);
    alignment.start();
    alignment.onReport(A, 0, 1_000);
    alignment.onReport(A, 1, 3_000);
    alignment.onReport(B, 0, 2_000);
    expect(after(900)).to.deep.equal([]);
    // The slowest one is held by nobody but the second slowest.
    expect(after(100)).to.deep.equal(['a0 2050', 'a1 1050', 'b0 1070']);
    expect(after(1_000)).to.deep.equal([]);
    alignment.onReport(A, 0, 2_500);
    expect(after(1_000)).to.deep.equal(['a1 2050', 'b0 2570']);
  });

  it('lets nobody go far before everybody has reported', () => {
    alignment.addSource(A, params('g', 50), 1);
    alignment.addSource(B, params('g', 50), 2);
    alignment.start();
    alignment.onReport(A, 0, 1_000);
    alignment.onReport(B, 0, 1_000);
    expect(after(1_000)).to.deep.equal(['a0 -Infinity', 'b0 -Infinity', 'b1 1050']);
    alignment.onReport(B, 1, 900);
    expect(after(1_000)).to.deep.equal(['a0 950', 'b0 950']);
  });

  it('is not held by readers that are idle or have ended, and lifts the limit when only one is left', () => {
    alignment.addSource(A, params('g', 50), 3);
    alignment.start();
    alignment.onReport(A, 0, 10);
    alignment.onReport(A, 1, Number.POSITIVE_INFINITY);
    alignment.onReport(A, 2, 500);
    expect(after(1_000)).to.deep.equal(['a0 550', 'a1 60', 'a2 60']);
    alignment.onReport(A, 0, Number.POSITIVE_INFINITY);
    expect(after(1_000)).to.deep.equal(['a1 550', 'a2 Infinity']);
    alignment.onReport(A, 2, Number.POSITIVE_INFINITY);
    expect(after(1_000)).to.deep.equal(['a0 Infinity', 'a1 Infinity']);
  });

  it('keeps groups apart, each source in its own interval', () => {
    alignment.addSource(A, params('g', 50, 300), 1);
    alignment.addSource(B, params('g', 50, 500), 1);
    alignment.addSource(C, params('other', 50, 100), 1);
    alignment.start();
    alignment.onReport(A, 0, 100);
    alignment.onReport(B, 0, 200);
    alignment.onReport(C, 0, 1);
    expect(after(200)).to.deep.equal(['c0 Infinity']);
    expect(after(100)).to.deep.equal(['a0 250']);
    expect(after(200)).to.deep.equal(['b0 150']);
  });

  it('forgets what a failed attempt had reported, and tells the next one anew', () => {
    alignment.addSource(A, params('g', 50), 2);
    alignment.start();
    alignment.onReport(A, 0, 100);
    alignment.onReport(A, 1, 200);
    expect(after(1_000)).to.deep.equal(['a0 250', 'a1 150']);
    alignment.onReset(A, 0);
    expect(after(1_000)).to.deep.equal(['a0 250', 'a1 -Infinity']);
  });

  it('says nothing to sources that are not aligned, nor after its end', () => {
    alignment.addSource(A, params('g', 50), 1);
    alignment.start();
    alignment.onReport(B, 0, 5);
    alignment.onReset(B, 0);
    alignment.close();
    expect(after(5_000)).to.deep.equal([]);
  });
});
