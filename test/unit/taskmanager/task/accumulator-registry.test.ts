import { expect } from 'chai';
import { resultOf } from '../../../../src/api/accumulators/accumulator-snapshots.js';
import { DoubleCounter, IntCounter, ListAccumulator } from '../../../../src/index.js';
import { AccumulatorRegistry } from '../../../../src/taskmanager/task/accumulator-registry.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

describe('AccumulatorRegistry', () => {
  let registry: AccumulatorRegistry;

  beforeEach(() => {
    registry = new AccumulatorRegistry();
  });

  function results(which: 'interim' | 'final' = 'final'): Record<string, unknown> {
    const snapshots = Object.entries(registry.snapshot(which) ?? {});
    return Object.fromEntries(snapshots.map(([name, snapshot]) => [name, resultOf(snapshot)]));
  }

  it('reports nothing as long as nothing was added', () => {
    registry.contextOf('Map');
    expect(registry.snapshot('interim')).to.equal(undefined);
  });

  it('sums up those of one name over the operators of the task', () => {
    const [map, filter] = [registry.contextOf('Map'), registry.contextOf('Filter')];
    const counter = new IntCounter();
    map.addAccumulator('seen', counter);
    counter.add(3);
    filter.getIntCounter('seen').add(4);
    filter.getDoubleCounter('weight').add(0.5);
    filter.getLongCounter('bytes').add(10);
    expect(results()).to.deep.equal({ bytes: 10, seen: 7, weight: 0.5 });
  });

  it('gives an operator back what it added, and nothing of others', () => {
    const [map, filter] = [registry.contextOf('Map'), registry.contextOf('Filter')];
    const counter = new IntCounter();
    map.addAccumulator('seen', counter);
    expect(map.getAccumulator('seen')).to.equal(counter);
    expect(map.getIntCounter('seen')).to.equal(counter);
    expect(filter.getAccumulator('seen')).to.equal(undefined);
  });

  it('refuses a second accumulator of the name, by name', () => {
    const map = registry.contextOf('Map');
    map.addAccumulator('seen', new IntCounter());
    const error = flinkErrorOf('ACCUMULATOR_EXISTS', () => map.addAccumulator('seen', new IntCounter()));
    expect(error.message).to.include("'seen'").and.to.include("'Map'");
  });

  it('refuses another type under the name, in the same operator and beside it', () => {
    const map = registry.contextOf('Map');
    map.getIntCounter('seen');
    for (const wrong of [
      () => map.getDoubleCounter('seen'),
      () => registry.contextOf('Filter').addAccumulator('seen', new DoubleCounter()),
    ]) {
      const error = flinkErrorOf('ACCUMULATOR_TYPE_CONFLICT', wrong);
      expect(error.message).to.include("'seen'").and.to.include('IntCounter').and.to.include('DoubleCounter');
    }
    expect(results()).to.deep.equal({ seen: 0 });
  });

  it('refuses an object that counts elsewhere already', () => {
    const shared = new IntCounter();
    registry.contextOf('Map').addAccumulator('seen', shared);
    const other = new AccumulatorRegistry().contextOf('Map');
    flinkErrorOf('ACCUMULATOR_SHARED', () => other.addAccumulator('seen', shared));
    other.addAccumulator('seen', shared.clone());
  });

  it('leaves long lists for the final report', () => {
    const map = registry.contextOf('Map');
    const list = new ListAccumulator<string>();
    map.addAccumulator('lines', list);
    map.getIntCounter('seen').add(1);
    list.add('short');
    expect(results('interim')).to.deep.equal({ lines: ['short'], seen: 1 });
    const long = 'x'.repeat(1 << 20);
    list.add(long);
    expect(results('interim')).to.deep.equal({ seen: 1 });
    expect(results('final')).to.deep.equal({ lines: ['short', long], seen: 1 });
  });
});
