import { expect } from 'chai';
import type { BroadcastProcessFunction, KeyedBroadcastProcessFunction } from '../../../src/api/functions.js';
import type { RuntimeContext } from '../../../src/api/runtime-context.js';
import { mapState, type ValueState, valueState } from '../../../src/api/state.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { byKey, type Reading, reading, twoInputs } from './operator-fixture.js';

interface Rule {
  readonly key: string;
  readonly limit: number | null;
}

const RULES = mapState<string, number>('rules');
const OTHER = mapState<string, number>('other');

const applyRules: BroadcastProcessFunction<Reading, Rule, string> = {
  processElement(value, context, out) {
    const limit = context.getBroadcastState(RULES).get(value.key);
    if (limit !== undefined && value.value > limit) out.collect(`${value.key}: ${value.value} > ${limit}`);
  },
  processBroadcastElement(rule, context) {
    const rules = context.getBroadcastState(RULES);
    if (rule.limit === null) rules.remove(rule.key);
    else rules.put(rule.key, rule.limit);
  },
};

const definition = { kind: 'broadcastProcess', fn: applyRules, states: [RULES] } as const;

describe('BroadcastProcessOperator', () => {
  it('reads on one side what the other side wrote, however it is run', async () => {
    await verifyOperator({
      createOperator: () => definition as never,
      hasTwoInputs: true,
      input: [
        { record: reading('a', 10) },
        { record: { key: 'a', limit: 5 }, input: 2 },
        { record: reading('a', 10) },
        { record: reading('b', 10) },
        { record: { key: 'a', limit: null }, input: 2 },
        { record: reading('a', 10) },
      ],
      expectedOutput: ['a: 10 > 5'],
    });
  });

  it('refuses states that were not declared, and says which are', async () => {
    const fn = {
      processElement: (_: unknown, context: { getBroadcastState(d: unknown): unknown }) =>
        context.getBroadcastState(OTHER),
      processBroadcastElement: () => undefined,
    };
    const harness = await twoInputs({ kind: 'broadcastProcess', fn: fn as never, states: [RULES as never] });
    expect(() => harness.processElement1(1))
      .to.throw("no broadcast state 'other'; it declares 'rules'")
      .with.property('code', 'UNKNOWN_BROADCAST_STATE');
  });

  it('gives the other side nothing to write with', async () => {
    let view: object = {};
    const fn: BroadcastProcessFunction<Reading, Rule, string> = {
      ...applyRules,
      processElement: (_value, context) => {
        view = context.getBroadcastState(RULES);
      },
    };
    const harness = await twoInputs({ ...definition, fn } as never);
    harness.processElement1(reading('a', 1));
    for (const method of ['put', 'remove', 'clear']) expect(view).not.to.have.property(method);
    expect(Object.values(view)).to.deep.equal([]);
  });

  it('iterates over the state from both sides', async () => {
    const fn: BroadcastProcessFunction<Reading, Rule, string> = {
      processElement: (_value, context, out) => out.collect([...context.getBroadcastState(RULES).entries()].join(' ')),
      processBroadcastElement(rule, context, out) {
        const rules = context.getBroadcastState(RULES);
        if (rule.limit === null) rules.clear();
        else rules.put(rule.key, rule.limit);
        out.collect(`${[...rules.entries()].join(' ')} ${rules.has('x')} ${rules.get('x')}`);
      },
    };
    const harness = await twoInputs({ ...definition, fn } as never);
    harness.processElement2({ key: 'x', limit: 1 });
    harness.processElement1(reading('a', 1));
    harness.processElement2({ key: 'x', limit: null });
    expect(harness.records()).to.deep.equal(['x,1 true 1', 'x,1', ' false undefined']);
  });
});

/** Counts per key up to the limit of a rule; resets a second after the first record. */
class CountUpTo implements KeyedBroadcastProcessFunction<string, Reading, Rule, string> {
  private count!: ValueState<number>;

  open(context: RuntimeContext): void {
    this.count = context.getState(valueState('count', 0));
  }

  processElement(
    value: Reading,
    context: Parameters<KeyedBroadcastProcessFunction<string, Reading, Rule, string>['processElement']>[1],
    out: { collect(value: string): void },
  ): void {
    const count = (this.count.value() ?? 0) + 1;
    this.count.update(count);
    if (count === 1) context.timerService.registerEventTimeTimer((context.timestamp ?? 0) + 1_000);
    if (count === context.getBroadcastState(RULES).get(value.key))
      out.collect(`${context.currentKey} reached ${count}`);
  }

  processBroadcastElement(
    rule: Rule,
    context: Parameters<KeyedBroadcastProcessFunction<string, Reading, Rule, string>['processBroadcastElement']>[1],
  ): void {
    context.getBroadcastState(RULES).put(rule.key, rule.limit ?? 0);
  }

  onTimer(
    timestamp: number,
    context: Parameters<Required<KeyedBroadcastProcessFunction<string, Reading, Rule, string>>['onTimer']>[1],
    out: { collect(value: string): void },
  ): void {
    out.collect(
      `${context.currentKey} had ${this.count.value()} of ${context.getBroadcastState(RULES).get(context.currentKey)} at ${timestamp}`,
    );
    this.count.clear();
  }
}

describe('KeyedBroadcastProcessOperator', () => {
  it('joins keyed state, timers and broadcast state, however it is run', async () => {
    await verifyOperator({
      createOperator: () => ({ kind: 'keyedBroadcastProcess', fn: new CountUpTo() as never, states: [RULES as never] }),
      hasTwoInputs: true,
      keySelector: byKey,
      input: [
        { record: { key: 'a', limit: 2 }, input: 2 },
        { record: reading('a', 1), timestamp: 0 },
        { record: reading('b', 1), timestamp: 10 },
        { record: reading('a', 1), timestamp: 20 },
        { watermark: 1_000 },
        { record: reading('a', 1), timestamp: 1_500 },
      ],
      expectedOutput: ['a reached 2', 'a had 2 of 2 at 1000', 'b had 1 of undefined at 1010', 'a had 1 of 2 at 2500'],
      ordered: true,
    });
  });

  it('has no key and no timers for broadcast records', async () => {
    class WritesFromBroadcast extends CountUpTo {
      override processBroadcastElement(rule: Rule, context: Parameters<CountUpTo['processBroadcastElement']>[1]): void {
        if (rule.limit === 0) (this as unknown as { count: ValueState<number> }).count.update(1);
        else context.timerService.registerEventTimeTimer(1);
      }
    }
    const harness = await twoInputs(
      { kind: 'keyedBroadcastProcess', fn: new WritesFromBroadcast() as never, states: [RULES as never] },
      { keySelector: byKey },
    );
    harness.processElement1(reading('a', 1), 0);
    expect(() => harness.processElement2({ key: 'a', limit: 0 }))
      .to.throw()
      .with.property('code', 'NO_CURRENT_KEY');
    expect(() => harness.processElement2({ key: 'a', limit: 1 }))
      .to.throw()
      .with.property('code', 'TIMER_WITHOUT_KEY');
  });
});
