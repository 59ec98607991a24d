import { expect } from 'chai';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { Transformation } from '../../../src/api/transformation.js';
import { WatermarkStrategy } from '../../../src/api/watermark-strategy.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';
import { recordingEnvironment, streamGraphOf } from '../../helpers/recording-environment.js';

function keyed(env = recordingEnvironment().env) {
  return env
    .fromData(1, 2, 3)
    .assignTimestampsAndWatermarks(WatermarkStrategy.forMonotonousTimestamps<number>().withTimestampAssigner((n) => n))
    .keyBy((n) => n % 2);
}

const join = () => {
  const stream = keyed();
  return stream.intervalJoin(stream);
};

function definitionOf({ transformation }: { readonly transformation: Transformation }) {
  if (transformation.type !== 'operator' || transformation.definition.kind !== 'intervalJoin')
    throw new Error('not an interval join');
  return transformation.definition;
}

describe('interval joins', () => {
  it('record bounds, which are included unless excluded', () => {
    const between = join().between('-5 s', '1 min');
    const boundsOf = (joined: typeof between) => {
      const { lowerMs, upperMs } = definitionOf(joined.process(() => [1]));
      return [lowerMs, upperMs];
    };
    expect(boundsOf(between)).to.deep.equal([-5_000, 60_000]);
    expect(boundsOf(between.lowerBoundExclusive())).to.deep.equal([-4_999, 60_000]);
    expect(boundsOf(between.upperBoundExclusive())).to.deep.equal([-5_000, 59_999]);
    const both = between.upperBoundExclusive().lowerBoundExclusive().lowerBoundExclusive();
    expect(boundsOf(both)).to.deep.equal([-4_999, 59_999]);
    expect(boundsOf(join().between(0, 0))).to.deep.equal([0, 0]);
  });

  it('refuse intervals that hold no time', () => {
    const above = flinkErrorOf('INVALID_INTERVAL', () => join().between(5, 4));
    expect(above.message).to.include('the lower bound 5 ms is above the upper bound 4 ms');
    const point = join().between(3, 3);
    flinkErrorOf('INVALID_INTERVAL', () => point.lowerBoundExclusive().process(() => [1]));
    const open = join().between(3, 4).lowerBoundExclusive().upperBoundExclusive();
    const empty = flinkErrorOf('INVALID_INTERVAL', () => open.process(() => [1]));
    expect(empty.message).to.include('no time is between 3 ms and 4 ms');
    flinkErrorOf('INVALID_DURATION', () => join().between(0.5, 1));
  });

  it('record the tags of late records, and the function in either form', () => {
    const left = new OutputTag<number>('left');
    const right = new OutputTag<number>('right');
    const between = join().between(0, 1);
    const fn = { processElement: () => undefined };
    const tagged = between.sideOutputLeftLateData(left).sideOutputRightLateData(right).process(fn);
    expect(definitionOf(tagged)).to.include({ leftLateTag: left, rightLateTag: right, fn });
    const lambda = definitionOf(between.process((a, b) => [a + b, a * b]));
    expect(lambda).to.include({ leftLateTag: undefined, rightLateTag: undefined });
    const collected: unknown[] = [];
    lambda.fn.processElement(2, 3, {} as never, { collect: (value) => collected.push(value) });
    expect(collected).to.deep.equal([5, 6]);
  });

  it('have two hash edges and a name in the plan', async () => {
    const { nodes } = await streamGraphOf((env) => {
      const stream = keyed(env);
      stream
        .intervalJoin(stream)
        .between(-1, 2)
        .process((a, b) => [a + b])
        .print();
    });
    const node = nodes.find(({ definition }) => definition.kind === 'intervalJoin');
    expect(node?.name).to.equal('Interval Join');
    expect(node?.description).to.equal('IntervalJoin([-1, 2])');
    expect(node?.inEdges.map(({ inputIndex, partitioner }) => [inputIndex, partitioner.kind])).to.deep.equal([
      [0, 'hash'],
      [1, 'hash'],
    ]);
  });
});
