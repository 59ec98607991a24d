import { expect } from 'chai';
import fc from 'fast-check';
import { type WatermarkGenerator, WatermarkStrategy } from '../../../src/api/watermark-strategy.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';
import { recordingEnvironment } from '../../helpers/recording-environment.js';

/** What a generator emits when it is asked after each of these timestamps. */
function emitted(generator: WatermarkGenerator<number>, timestamps: readonly number[]): number[] {
  const watermarks: number[] = [];
  const output = { emitWatermark: (watermark: number) => watermarks.push(watermark) };
  generator.onPeriodicEmit(output);
  for (const timestamp of timestamps) {
    generator.onEvent(timestamp, timestamp, output);
    generator.onPeriodicEmit(output);
  }
  return watermarks;
}

describe('WatermarkStrategy', () => {
  it('for bounded disorder stays the bound behind the greatest timestamp', () => {
    const bounds = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(bounds, fc.array(fc.integer({ min: -1_000, max: 1_000 })), (bound, timestamps) => {
        const generator = WatermarkStrategy.forBoundedOutOfOrderness<number>(bound).createWatermarkGenerator();
        const expected = timestamps.map((_, i) => Math.max(...timestamps.slice(0, i + 1)) - bound - 1);
        expect(emitted(generator, timestamps)).to.deep.equal(expected);
      }),
    );
  });

  it('never calls a record late that keeps to the bound', () => {
    const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 20 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(records, (steps) => {
        const generator = WatermarkStrategy.forBoundedOutOfOrderness<number>(20).createWatermarkGenerator();
        let latest = 0;
        let watermark = Number.NEGATIVE_INFINITY;
        const output = { emitWatermark: (time: number) => (watermark = time) };
        for (const [step, delay] of steps) {
          latest += step;
          expect(latest - delay).to.be.greaterThan(watermark);
          generator.onEvent(0, latest - delay, output);
          generator.onPeriodicEmit(output);
        }
      }),
    );
  });

  it('for monotonous timestamps is one millisecond behind', () => {
    const generator = WatermarkStrategy.forMonotonousTimestamps<number>().createWatermarkGenerator();
    expect(emitted(generator, [5, 5, 9])).to.deep.equal([4, 4, 8]);
  });

  it('gives each caller a generator of its own', () => {
    const strategy = WatermarkStrategy.forMonotonousTimestamps<number>();
    emitted(strategy.createWatermarkGenerator(), [100]);
    expect(emitted(strategy.createWatermarkGenerator(), [5])).to.deep.equal([4]);
  });

  it('may have none, which the strategy shows', () => {
    const strategy = WatermarkStrategy.noWatermarks<number>();
    expect(emitted(strategy.createWatermarkGenerator(), [1, 2])).to.deep.equal([]);
    expect(strategy).to.include({ description: 'NoWatermarks()', hasWatermarks: false });
  });

  it('takes a generator, an assigner and a timeout; each call makes a new strategy', () => {
    const punctuated: WatermarkGenerator<{ readonly end: boolean }> = {
      onEvent: (value, timestamp, output) => value.end && output.emitWatermark(timestamp),
      onPeriodicEmit: () => undefined,
    };
    const plain = WatermarkStrategy.forGenerator(() => punctuated);
    const full = plain.withIdleness('1 min').withTimestampAssigner((value) => (value.end ? 1 : 0));
    expect(full.createWatermarkGenerator()).to.equal(punctuated);
    expect(full.timestampAssigner?.({ end: true }, 0)).to.equal(1);
    expect(full.idleTimeoutMs).to.equal(60_000);
    expect([plain.timestampAssigner, plain.idleTimeoutMs]).to.deep.equal([undefined, undefined]);
    expect(full.withIdleness(5).timestampAssigner).to.equal(full.timestampAssigner);
  });

  it('is described as plans show it', () => {
    const descriptions = [
      WatermarkStrategy.forBoundedOutOfOrderness('6 h'),
      WatermarkStrategy.forMonotonousTimestamps(),
      WatermarkStrategy.forGenerator(() => ({ onEvent: () => undefined, onPeriodicEmit: () => undefined })),
    ].map(({ description }) => description);
    expect(descriptions).to.deep.equal(['BoundedOutOfOrderness(21600000)', 'MonotonousTimestamps()', 'Generator()']);
  });

  it('refuses bounds and timeouts that cannot be', () => {
    flinkErrorOf('INVALID_DURATION', () => WatermarkStrategy.forBoundedOutOfOrderness(-1));
    flinkErrorOf('INVALID_DURATION', () => WatermarkStrategy.forMonotonousTimestamps().withIdleness(0));
  });

  it('keeps alignment, idleness and timestamps through further calls', () => {
    const strategy = WatermarkStrategy.forMonotonousTimestamps<number>()
      .withWatermarkAlignment('group', '20 s')
      .withIdleness('1 min')
      .withTimestampAssigner((n: number) => n * 2);
    expect(strategy.alignment).to.deep.equal({
      group: 'group',
      maxAllowedWatermarkDriftMs: 20_000,
      updateIntervalMs: 1_000,
    });
    expect(strategy.idleTimeoutMs).to.equal(60_000);
    expect(strategy.timestampAssigner?.(3, 0)).to.equal(6);
    expect(strategy.withWatermarkAlignment('g', 0, 5).alignment).to.deep.equal({
      group: 'g',
      maxAllowedWatermarkDriftMs: 0,
      updateIntervalMs: 5,
    });
  });

  it('refuses a group without a name, and times that are none', () => {
    const strategy = WatermarkStrategy.forMonotonousTimestamps();
    flinkErrorOf('ILLEGAL_ARGUMENT', () => strategy.withWatermarkAlignment('', '1 s'));
    flinkErrorOf('INVALID_DURATION', () => strategy.withWatermarkAlignment('g', -1));
    flinkErrorOf('INVALID_DURATION', () => strategy.withWatermarkAlignment('g', 1, 0));
  });

  it('refuses alignment behind a source, where nothing can be paused', () => {
    const { env } = recordingEnvironment();
    const strategy = WatermarkStrategy.forMonotonousTimestamps<number>().withWatermarkAlignment('orders', '1 s');
    const error = flinkErrorOf('WATERMARK_ALIGNMENT_NOT_SUPPORTED', () =>
      env.fromSequence(1, 2).assignTimestampsAndWatermarks(strategy),
    );
    expect(error.message).to.include("'orders'");
  });
});
