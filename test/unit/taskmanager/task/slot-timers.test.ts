/** Processing-time callbacks fire in order of time, then of registration. */
import { expect } from 'chai';
import fc from 'fast-check';
import { SlotTimers } from '../../../../src/taskmanager/task/slot-timers.js';

describe('SlotTimers', () => {
  it('fires what is due, in order, and nothing that was cancelled', () => {
    const timers = fc.array(fc.record({ time: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(timers, fc.integer({ min: 0, max: 20 }), (entries, now) => {
        const slot = new SlotTimers();
        const fired: number[] = [];
        entries.forEach(({ time, cancelled }, i) => {
          const cancel = slot.schedule(time, () => fired.push(i));
          if (cancelled) cancel();
        });
        slot.fireDue(now);
        const live = entries.map((entry, i) => ({ ...entry, i })).filter((entry) => !entry.cancelled);
        const expected = live.filter(({ time }) => time <= now).sort((a, b) => a.time - b.time || a.i - b.i);
        expect(fired).to.deep.equal(expected.map(({ i }) => i));
        const rest = live.filter(({ time }) => time > now).map(({ time }) => time);
        expect(slot.nextTime()).to.equal(Math.min(...rest, Number.POSITIVE_INFINITY));
      }),
    );
  });
});
