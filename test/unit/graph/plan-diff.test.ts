import { expect } from 'chai';
import { describePlanDifference, logicalPlanText } from '../../../src/graph/plan-diff.js';
import { type Program, streamGraphOf } from '../../helpers/recording-environment.js';

async function difference(planned: Program, actual: Program): Promise<string> {
  const text = logicalPlanText(await streamGraphOf(planned));
  return describePlanDifference(text, await streamGraphOf(actual));
}

describe('describePlanDifference', () => {
  it('says that plans are equal, whatever the parallelism', async () => {
    const same = await difference(
      (env) => void env.fromSequence(1, 9).print(),
      (env) => void env.fromSequence(1, 9).print().setParallelism(4),
    );
    expect(same).to.equal('the plans are equal');
  });

  it('names what is missing and what is new, in the order of the data flow', async () => {
    const text = await difference(
      (env) =>
        void env
          .fromSequence(1, 9)
          .map((n) => n)
          .uid('m')
          .print()
          .uid('p'),
      (env) =>
        void env
          .fromSequence(1, 9)
          .filter(() => true)
          .uid('f')
          .print()
          .uid('p'),
    );
    expect(text).to.match(/^operator 'Map' \(uid m\) is missing; operator 'Filter' \(uid f\) is new; /);
    expect(text).to.include("(uid p): inputs 'm by default to input 1' became 'f by default to input 1'");
  });

  it('names the property that differs', async () => {
    const text = await difference(
      (env) => void env.fromSequence(1, 9).uid('s').print().uid('p'),
      (env) => void env.fromSequence(1, 8).uid('s').rebalance().print('id').uid('p').name('q'),
    );
    expect(text).to.equal(
      "operator 'Source: Sequence Source' (uid s): description 'NumberSequenceSource(1, 9), NoWatermarks()' " +
        "became 'NumberSequenceSource(1, 8), NoWatermarks()'; " +
        "operator 'Sink: Print to Std. Out' (uid p): name 'Sink: Print to Std. Out' became 'Sink: q'; " +
        "operator 'Sink: Print to Std. Out' (uid p): description 'PrintSink()' became 'PrintSink(id)'; and 1 more",
    );
  });
});
