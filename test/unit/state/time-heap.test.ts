import { expect } from 'chai';
import fc from 'fast-check';
import { TimeHeap } from '../../../src/state/time-heap.js';

describe('TimeHeap', () => {
  it('hands times out in order, whatever was added in between', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: -20, max: 20 }))), (operations) => {
        const heap = new TimeHeap();
        let model: number[] = [];
        for (const time of operations) {
          if (time === null) {
            heap.removeFirst();
            model = model.slice(1);
          } else {
            heap.add(time);
            model = [...model, time].sort((a, b) => a - b);
          }
          expect(heap.first).to.equal(model[0]);
          expect(heap.size).to.equal(model.length);
        }
      }),
    );
  });

  it('takes the end of time', () => {
    const heap = new TimeHeap();
    for (const time of [Number.POSITIVE_INFINITY, 5, Number.NEGATIVE_INFINITY]) heap.add(time);
    expect(heap.first).to.equal(Number.NEGATIVE_INFINITY);
  });
});
