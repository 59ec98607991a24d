import { expect } from 'chai';
import { SourceAlignment } from '../../../../src/taskmanager/task/source-alignment.js';

describe('SourceAlignment', () => {
  let sent: number[];
  let passed: unknown[];
  let alignment: SourceAlignment;
  let target: { watermark(timestamp: number): void; idle(isIdle: boolean): void };

  beforeEach(() => {
    sent = [];
    passed = [];
    const params = { group: 'g', maxAllowedWatermarkDriftMs: 50, updateIntervalMs: 1_000 };
    alignment = new SourceAlignment(params, (watermark) => sent.push(watermark));
    target = alignment.watching({
      watermark: (timestamp) => void passed.push(timestamp),
      idle: (isIdle) => void passed.push(isIdle),
    });
  });

  it('waits only beyond what it was allowed', () => {
    target.watermark(1_000);
    expect([alignment.isAligned, alignment.isAhead]).to.deep.equal([false, false]);
    alignment.onMaxAllowedWatermark(1_000);
    expect([alignment.isAligned, alignment.isAhead]).to.deep.equal([true, false]);
    target.watermark(1_001);
    expect(alignment.isAhead).to.equal(true);
    alignment.onMaxAllowedWatermark(1_500);
    expect(alignment.isAhead).to.equal(false);
    expect(passed).to.deep.equal([1_000, 1_001]);
  });

  it('waits for nobody before its own first watermark', () => {
    alignment.onMaxAllowedWatermark(Number.NEGATIVE_INFINITY);
    expect(alignment.isAhead).to.equal(false);
    target.watermark(0);
    expect(alignment.isAhead).to.equal(true);
  });

  it('reports what is new: its watermark, and that it holds nobody while it is idle and after its end', () => {
    alignment.report();
    alignment.report();
    target.watermark(10);
    target.watermark(20);
    alignment.report();
    target.idle(true);
    alignment.report();
    target.idle(false);
    alignment.report();
    alignment.reportEnd();
    alignment.reportEnd();
    expect(sent).to.deep.equal([-Infinity, 20, Infinity, 20, Infinity]);
    expect(passed).to.deep.equal([10, 20, true, false]);
  });

  it('knows how far ahead it is, once there is somebody to be ahead of', () => {
    target.watermark(1_000);
    expect(alignment.watermarkAlignmentDrift).to.equal(0);
    alignment.onMaxAllowedWatermark(980);
    expect(alignment.watermarkAlignmentDrift).to.equal(70);
    alignment.onMaxAllowedWatermark(2_000);
    expect(alignment.watermarkAlignmentDrift).to.equal(0);
  });
});
