/** Watermarks of several channels become one. */
import { expect } from 'chai';
import fc from 'fast-check';
import { WatermarkValve } from '../../../../src/taskmanager/task/watermark-valve.js';

describe('WatermarkValve', () => {
  it('gives the minimum over its channels, which only rises', () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: -100, max: 100 })));
    fc.assert(
      fc.property(events, (watermarks) => {
        const valve = new WatermarkValve(3);
        const highest = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const [channel, watermark] of watermarks) {
          const before = valve.watermark;
          highest[channel] = Math.max(highest[channel] as number, watermark);
          expect(valve.onWatermark(channel, watermark)).to.equal(Math.min(...highest) > before);
          expect(valve.watermark).to.equal(Math.min(...highest));
        }
      }),
    );
  });

  it('does not wait for an idle channel', () => {
    const valve = new WatermarkValve(2);
    valve.onWatermark(0, 10);
    expect(valve.onIdle(1, true)).to.deep.equal({ watermarkRose: true, idleChanged: false });
    expect(valve.watermark).to.equal(10);
  });

  it('is idle only while all channels are', () => {
    const valve = new WatermarkValve(2);
    expect(valve.onIdle(0, true).idleChanged).to.equal(false);
    expect(valve.onIdle(1, true).idleChanged).to.equal(true);
    expect(valve.isIdle).to.equal(true);
    expect(valve.onIdle(0, false).idleChanged).to.equal(true);
    expect(valve.isIdle).to.equal(false);
  });

  it('ignores a channel that came back behind the others until it has caught up', () => {
    const valve = new WatermarkValve(2);
    valve.onWatermark(1, 5);
    valve.onIdle(1, true);
    valve.onWatermark(0, 10);
    valve.onIdle(1, false);
    expect(valve.onWatermark(0, 20)).to.equal(true);
    expect(valve.watermark).to.equal(20);
    valve.onWatermark(1, 25);
    valve.onWatermark(0, 40);
    expect(valve.watermark).to.equal(25);
  });
});
