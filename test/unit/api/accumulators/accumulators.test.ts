import { expect } from 'chai';
import type { Accumulator } from '../../../../src/api/accumulators/accumulator.js';
import {
  type AccumulatorSnapshot,
  checkAccumulator,
  mergeSnapshots,
  resultOf,
  snapshotOf,
} from '../../../../src/api/accumulators/accumulator-snapshots.js';
import {
  AverageAccumulator,
  DoubleCounter,
  DoubleMaximum,
  DoubleMinimum,
  IntCounter,
  IntMaximum,
  IntMinimum,
  ListAccumulator,
  LongCounter,
  LongMaximum,
  LongMinimum,
} from '../../../../src/index.js';
import { flinkErrorOf } from '../../../helpers/flink-errors.js';

type Erased = Accumulator<unknown, unknown>;

/** As it arrives after it travelled between threads. */
function sent(accumulator: Accumulator<never, unknown>): AccumulatorSnapshot {
  return structuredClone(snapshotOf(accumulator as Erased));
}

function filled<A extends Accumulator<V, unknown>, V>(accumulator: A, values: readonly V[]): A {
  for (const value of values) accumulator.add(value);
  return accumulator;
}

describe('Accumulators', () => {
  const cases: readonly {
    readonly create: () => Accumulator<never, unknown>;
    readonly values: readonly unknown[];
    readonly before: unknown;
    readonly result: unknown;
  }[] = [
    { create: () => new IntCounter(), values: [1, 2, -5, 40], before: 0, result: 38 },
    { create: () => new LongCounter(), values: [2 ** 40, 3], before: 0, result: 2 ** 40 + 3 },
    { create: () => new DoubleCounter(), values: [0.5, 0.25, 2], before: 0, result: 2.75 },
    { create: () => new IntMinimum(), values: [4, -2, 7], before: 2 ** 31 - 1, result: -2 },
    { create: () => new IntMaximum(), values: [-4, -2, -7], before: -(2 ** 31), result: -2 },
    { create: () => new LongMinimum(), values: [2 ** 50, 2 ** 51], before: 2 ** 53 - 1, result: 2 ** 50 },
    { create: () => new LongMaximum(), values: [1, 2 ** 51], before: -(2 ** 53 - 1), result: 2 ** 51 },
    { create: () => new DoubleMinimum(), values: [1.5, -0.5], before: Number.POSITIVE_INFINITY, result: -0.5 },
    { create: () => new DoubleMaximum(), values: [1.5, -0.5], before: Number.NEGATIVE_INFINITY, result: 1.5 },
    { create: () => new AverageAccumulator(), values: [1, 2, 3, 10], before: 0, result: 4 },
    {
      create: () => new ListAccumulator(),
      values: [{ a: 1n }, { a: 2n, b: new Date(5) }, 'x', undefined],
      before: [],
      result: [{ a: 1n }, { a: 2n, b: new Date(5) }, 'x', undefined],
    },
  ];

  for (const { create, values, before, result } of cases) {
    const { type } = create();
    const split = Math.floor(values.length / 2);

    it(`${type}: has its result, and its first one again after resetLocal()`, () => {
      const accumulator = filled(create(), values as never[]);
      expect(accumulator.getLocalValue()).to.deep.equal(result);
      accumulator.resetLocal();
      expect(accumulator.getLocalValue()).to.deep.equal(before);
      expect(filled(accumulator, values as never[]).getLocalValue()).to.deep.equal(result);
    });

    it(`${type}: parts of subtasks make the same result, wherever they are merged`, () => {
      const parts = [values.slice(0, split), [], values.slice(split)].map((part) => filled(create(), part as never[]));
      const merged = mergeSnapshots(parts.map((part) => ({ it: sent(part) })));
      expect(resultOf(merged['it']!)).to.deep.equal(result);
      const [first, ...others] = parts;
      for (const other of others) first!.merge(other);
      expect(first!.getLocalValue()).to.deep.equal(result);
    });

    it(`${type}: a clone goes on by itself`, () => {
      const accumulator = filled(create(), values as never[]);
      const clone = accumulator.clone();
      accumulator.resetLocal();
      expect(clone.getLocalValue()).to.deep.equal(result);
    });
  }

  it('refuse what their type cannot hold, and keep what they had', () => {
    const refused: readonly [Accumulator<number, number>, unknown][] = [
      [new IntCounter(), 0.5],
      [new IntCounter(), Number.NaN],
      [new IntCounter(), undefined],
      [new IntCounter(), '7'],
      [new IntCounter(), 2 ** 31],
      [new LongCounter(), 2 ** 53],
      [new IntMinimum(), -(2 ** 31) - 1],
      [new LongMaximum(), 1.5],
      [new DoubleCounter(), '1.5'],
      [new DoubleMaximum(), null],
      [new AverageAccumulator(), '3'],
    ];
    for (const [accumulator, value] of refused) {
      const before = accumulator.getLocalValue();
      const error = flinkErrorOf('ACCUMULATOR_VALUE_INVALID', () => accumulator.add(value as number));
      expect(error.message).to.include(accumulator.type);
      expect(accumulator.getLocalValue()).to.equal(before);
    }
  });

  it('a sum that leaves the range is refused at the value that does it', () => {
    const counter = filled(new IntCounter(), [2 ** 31 - 1]);
    flinkErrorOf('ACCUMULATOR_VALUE_INVALID', () => counter.add(1));
    expect(counter.getLocalValue()).to.equal(2 ** 31 - 1);
  });

  it('a list keeps values as they were added, and refuses what is not plain data by its path', () => {
    const list = new ListAccumulator<{ n: number; f?: unknown }>();
    const value = { n: 1 };
    list.add(value);
    value.n = 2;
    const error = flinkErrorOf('VALUE_NOT_SERIALIZABLE', () => list.add({ n: 3, f: () => 1 }));
    expect(error.message).to.include('f');
    list.add({ n: 4 });
    expect(list.getLocalValue()).to.deep.equal([{ n: 1 }, { n: 4 }]);
  });

  it('only those that the JobManager can merge are accumulators', () => {
    const own = { type: 'MyOwn', add: () => undefined, getLocalValue: () => 1 };
    for (const wrong of [own, undefined, {}, 'IntCounter', { type: 'toString' }]) {
      const error = flinkErrorOf('INVALID_ACCUMULATOR', () => checkAccumulator('mine', wrong));
      expect(error.message).to.include("'mine'");
    }
  });

  describe('merged by name', () => {
    it('those of one name become one, whatever the names are', () => {
      const part = (n: number) => ({ ['__proto__']: sent(filled(new IntCounter(), [n])), b: sent(new LongCounter()) });
      const merged = mergeSnapshots([part(1), part(2), {}]);
      expect(Object.keys(merged)).to.have.members(['__proto__', 'b']);
      expect(resultOf(Object.getOwnPropertyDescriptor(merged, '__proto__')?.value as AccumulatorSnapshot)).to.equal(3);
    });

    it('two types under one name have no result, but the name in an error', () => {
      const parts = [{ n: sent(new IntCounter()) }, { n: sent(new LongCounter()) }, { n: sent(new IntCounter()) }];
      const merged = structuredClone(mergeSnapshots(parts));
      const error = flinkErrorOf('ACCUMULATOR_TYPE_CONFLICT', () => resultOf(merged['n']!));
      expect(error.message).to.include("'n'").and.to.include('IntCounter').and.to.include('LongCounter');
    });

    it('sums of subtasks that leave the range together have no result', () => {
      const half = { n: sent(filled(new IntCounter(), [2 ** 30])) };
      flinkErrorOf('ACCUMULATOR_VALUE_INVALID', () => resultOf(mergeSnapshots([half, half])['n']!));
    });
  });
});
