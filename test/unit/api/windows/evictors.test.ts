import { expect } from 'chai';
import { CountEvictor } from '../../../../src/api/windows/count-evictor.js';
import { DeltaEvictor } from '../../../../src/api/windows/delta-evictor.js';
import { DeltaTrigger } from '../../../../src/api/windows/delta-trigger.js';
import type { Evictor, TimestampedValue } from '../../../../src/api/windows/evictor.js';
import { TimeEvictor } from '../../../../src/api/windows/time-evictor.js';
import { GlobalWindow, type Window } from '../../../../src/api/windows/window.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

const at = (value: number, timestamp: number | undefined = value): TimestampedValue<number> => ({ value, timestamp });

/** What the evictor leaves of the elements before and after the function. */
function left(evictor: Evictor<number, Window>, ...elements: TimestampedValue<number>[]): [number[], number[]] {
  const context = { currentProcessingTime: 0, currentWatermark: 0, metricGroup: {} as never };
  const list = [...elements];
  const values = () => list.map(({ value }) => value);
  evictor.evictBefore(list, list.length, GlobalWindow.instance, context);
  const before = values();
  evictor.evictAfter(list, list.length, GlobalWindow.instance, context);
  return [before, values()];
}

describe('evictors', () => {
  const four = [at(1), at(2), at(3), at(4)];

  it('by count keep the last ones', () => {
    expect(left(CountEvictor.of(3), ...four)).to.deep.equal([
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect(left(CountEvictor.of(4), ...four)[1]).to.deep.equal([1, 2, 3, 4]);
    expect(left(CountEvictor.of(9))[1]).to.deep.equal([]);
    expect(left(CountEvictor.of(1, true), ...four)).to.deep.equal([[1, 2, 3, 4], [4]]);
    expect(CountEvictor.of(3).description).to.equal('CountEvictor(3)');
  });

  it('by time keep what is less than the size older than the newest, wherever that stands', () => {
    const elements = [at(5), at(20), at(10), at(11), at(0)];
    expect(left(TimeEvictor.of(10), ...elements)).to.deep.equal([
      [20, 11],
      [20, 11],
    ]);
    expect(left(TimeEvictor.of(10, true), ...elements)).to.deep.equal([
      [5, 20, 10, 11, 0],
      [20, 11],
    ]);
    expect(left(TimeEvictor.of(10))[0]).to.deep.equal([]);
    expect(TimeEvictor.of('1 min').description).to.equal('TimeEvictor(60000)');
  });

  it('by time keep records without event time', () => {
    const untimed = [1, 2, 3].map((value): TimestampedValue<number> => ({ value, timestamp: undefined }));
    expect(left(TimeEvictor.of(1), ...untimed)[0]).to.deep.equal([1, 2, 3]);
  });

  it('by delta keep what is near the last one', () => {
    const distance = (old: number, last: number) => Math.abs(old - last);
    expect(left(DeltaEvictor.of(3, distance), at(9), at(6), at(2), at(8), at(5))).to.deep.equal([
      [6, 5],
      [6, 5],
    ]);
    expect(left(DeltaEvictor.of(3, distance, true), at(9), at(5))).to.deep.equal([[9, 5], [5]]);
    expect(left(DeltaEvictor.of(3, distance))[0]).to.deep.equal([]);
    expect(DeltaEvictor.of(0.5, distance).description).to.equal('DeltaEvictor(0.5)');
  });

  it('refuse counts, sizes and thresholds that cannot be', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) flinkErrorOf('ILLEGAL_ARGUMENT', () => CountEvictor.of(count));
    for (const size of [0, -1]) flinkErrorOf('INVALID_DURATION', () => TimeEvictor.of(size));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => DeltaEvictor.of(Number.NaN, () => 0));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => DeltaTrigger.of(Number.NaN, () => 0));
  });
});
