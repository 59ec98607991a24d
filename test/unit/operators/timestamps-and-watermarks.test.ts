import { expect } from 'chai';
import { WatermarkStrategy } from '../../../src/api/watermark-strategy.js';
import { WatermarkDriver } from '../../../src/operators/timestamps-and-watermarks.js';
import { ManualClock } from '../../../src/testing/manual-clock.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { oneInput } from './operator-fixture.js';

interface Event {
  readonly time: number;
}

const bounded = WatermarkStrategy.forBoundedOutOfOrderness<Event>(10).withTimestampAssigner((event) => event.time);
const at = (time: unknown) => ({ time }) as Event;

describe('TimestampsAndWatermarksOperator', () => {
  it('assigns event time and emits watermarks that lag behind, once an interval', async () => {
    const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: bounded });
    harness.processElement(at(100));
    harness.processElement(at(50));
    expect(harness.watermarks()).to.deep.equal([]);
    harness.setProcessingTime(200);
    expect(harness.watermarks()).to.deep.equal([89]);
    harness.setProcessingTime(400);
    harness.processElement(at(120));
    harness.setProcessingTime(600);
    expect(harness.output).to.deep.equal([
      { type: 'record', value: at(100), timestamp: 100 },
      { type: 'record', value: at(50), timestamp: 50 },
      { type: 'watermark', timestamp: 89 },
      { type: 'record', value: at(120), timestamp: 120 },
      { type: 'watermark', timestamp: 109 },
    ]);
  });

  it('emits after every record when the interval is 0, behind the record', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'timestampsAndWatermarks', strategy: bounded }),
      autoWatermarkIntervalMs: 0,
      input: [{ record: at(100) }, { record: at(90) }, { record: at(130) }],
      expectedOutput: [at(100), at(90), at(130)],
      except: ['restore after every event'],
    });
    const harness = await oneInput<Event>(
      { kind: 'timestampsAndWatermarks', strategy: bounded },
      { autoWatermarkIntervalMs: 0 },
    );
    for (const time of [100, 90, 130]) harness.processElement(at(time));
    expect(harness.output.map(({ type }) => type)).to.deep.equal([
      'record',
      'watermark',
      'record',
      'record',
      'watermark',
    ]);
    expect(harness.watermarks()).to.deep.equal([89, 119]);
  });

  it('forgets watermarks and idleness of its input, but not the end of event time', async () => {
    const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: bounded });
    harness.processWatermark(1_000);
    harness.processIdle(true);
    harness.processWatermark(Number.POSITIVE_INFINITY);
    expect(harness.output).to.deep.equal([{ type: 'watermark', timestamp: Number.POSITIVE_INFINITY }]);
  });

  it('keeps the timestamp of the source where there is no assigner', async () => {
    const strategy = WatermarkStrategy.forMonotonousTimestamps<Event>();
    const harness = await oneInput<Event>(
      { kind: 'timestampsAndWatermarks', strategy },
      { autoWatermarkIntervalMs: 0 },
    );
    harness.processElement(at(1), 7);
    harness.processElement(at(1));
    expect(harness.output).to.deep.equal([
      { type: 'record', value: at(1), timestamp: 7 },
      { type: 'watermark', timestamp: 6 },
      { type: 'record', value: at(1), timestamp: undefined },
    ]);
  });

  it('hands the timestamp of the source to the assigner', async () => {
    const strategy = WatermarkStrategy.noWatermarks<Event>();
    const harness = await oneInput<Event>({
      kind: 'timestampsAndWatermarks',
      strategy: {
        ...strategy,
        timestampAssigner: (_e: Event, t: number) => (t === Number.NEGATIVE_INFINITY ? 0 : t + 1),
      },
    });
    harness.processElement(at(1), 7);
    harness.processElement(at(1));
    expect(harness.output.map((element) => 'timestamp' in element && element.timestamp)).to.deep.equal([8, 0]);
  });

  it('cuts fractions of milliseconds', async () => {
    const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: bounded });
    for (const time of [1.9, -1.5]) harness.processElement(at(time));
    expect(harness.output.map((element) => 'timestamp' in element && element.timestamp)).to.deep.equal([1, -2]);
  });

  it('refuses timestamps that are no finite numbers, with the record and what to do', async () => {
    const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: bounded }, { name: 'Times' });
    for (const [time, remedy] of [
      [undefined, 'Filter out'],
      [Number.NaN, 'Filter out'],
      [Number.POSITIVE_INFINITY, 'Filter out'],
      [null, 'Date'],
      [5n, 'Number(...)'],
      ['2001-01-01', 'Date.parse'],
      [new Date(0), 'getTime()'],
    ] as const) {
      const attempt = () => harness.processElement(at(time));
      expect(attempt).to.throw(`operator 'Times' got`).with.property('code', 'INVALID_TIMESTAMP');
      expect(attempt).to.throw().with.property('remedy').that.contains(remedy);
      expect(attempt).to.throw('{ time: ');
    }
    expect(harness.output).to.deep.equal([]);
  });

  it('lets watermarks of a custom generator only rise, and refuses NaN', async () => {
    const strategy = WatermarkStrategy.forGenerator<Event>(() => ({
      onEvent: (event, _timestamp, output) => output.emitWatermark(event.time),
      onPeriodicEmit: () => undefined,
    }));
    const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy });
    for (const time of [5, 3, 5, 9]) harness.processElement(at(time));
    expect(harness.watermarks()).to.deep.equal([5, 9]);
    for (const time of [Number.NaN, undefined]) {
      expect(() => harness.processElement(at(time)))
        .to.throw("generator of operator 'operator' emitted")
        .with.property('code', 'INVALID_TIMESTAMP');
    }
  });

  describe('idleness', () => {
    it('does not begin while a source is paused, nor from before', () => {
      const clock = new ManualClock();
      const emitted: unknown[] = [];
      const driver = new WatermarkDriver({
        name: 'source',
        strategy: bounded.withIdleness(500),
        output: { emitWatermark: (time) => emitted.push(time), emitIdle: (isIdle) => emitted.push(isIdle) },
        clock,
        intervalMs: 200,
      });
      const wait = (isPaused: boolean): void => {
        clock.advance(200);
        driver.onPeriodic(isPaused);
      };
      driver.onRecord(at(100), 100);
      wait(false);
      for (let i = 0; i < 10; i++) wait(true);
      wait(false);
      wait(false);
      expect(emitted).to.deep.equal([89]);
      for (let i = 0; i < 3; i++) wait(false);
      expect(emitted).to.deep.equal([89, true]);
    });

    const idling = bounded.withIdleness(1_000);

    it('is declared without records for the timeout, and ends with the next record', async () => {
      const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: idling });
      harness.processElement(at(100));
      harness.setProcessingTime(1_200);
      expect(harness.watermarks()).to.deep.equal([89]);
      expect(harness.output.some(({ type }) => type === 'idle')).to.equal(false);
      harness.setProcessingTime(3_000);
      harness.processElement(at(200));
      harness.setProcessingTime(3_200);
      expect(harness.output.slice(2)).to.deep.equal([
        { type: 'idle', isIdle: true },
        { type: 'idle', isIdle: false },
        { type: 'record', value: at(200), timestamp: 200 },
        { type: 'watermark', timestamp: 189 },
      ]);
    });

    it('is found for an input without any record, also with watermarks after every record', async () => {
      for (const autoWatermarkIntervalMs of [0, 200]) {
        const harness = await oneInput<Event>(
          { kind: 'timestampsAndWatermarks', strategy: idling },
          { autoWatermarkIntervalMs },
        );
        harness.setProcessingTime(10_000);
        expect(harness.output).to.deep.equal([{ type: 'idle', isIdle: true }]);
      }
    });

    it('asks for nothing after the operator is closed', async () => {
      const harness = await oneInput<Event>({ kind: 'timestampsAndWatermarks', strategy: idling });
      await harness.close();
      harness.setProcessingTime(10_000);
      expect(harness.output).to.deep.equal([]);
    });
  });
});
