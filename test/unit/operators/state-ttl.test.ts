/** State with a time to live in the functions of operators. */
import { expect } from 'chai';
import type { Collector, KeyedProcessFunction, ProcessWindowFunction } from '../../../src/api/functions.js';
import type { Key } from '../../../src/api/key.js';
import type { RuntimeContext } from '../../../src/api/runtime-context.js';
import { mapState, reducingState, type ValueState, valueState } from '../../../src/api/state.js';
import { StateTtlConfig } from '../../../src/api/state-ttl-config.js';
import { EventTimeTrigger } from '../../../src/api/windows/event-time-trigger.js';
import { TumblingEventTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { Trigger } from '../../../src/api/windows/trigger.js';
import type { TimeWindow, Window } from '../../../src/api/windows/window.js';
import type { OperatorDefinition } from '../../../src/api/transformation.js';
import { verifyOperator } from '../../../src/testing/verify-operator.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';
import { byKey, oneInput, type Reading, reading } from './operator-fixture.js';

const ONE_MINUTE = StateTtlConfig.newBuilder('1 min').build();

/** Emits each key once a minute at the most. */
class OncePerMinute implements KeyedProcessFunction<string, Reading, string> {
  private seen!: ValueState<boolean>;

  open(context: RuntimeContext): void {
    this.seen = context.getState(valueState<boolean>('seen').enableTimeToLive(ONE_MINUTE));
  }

  processElement(value: Reading, _context: unknown, out: Collector<string>): void {
    if (this.seen.value() === true) return;
    this.seen.update(true);
    out.collect(`${value.key}${value.value}`);
  }
}

function perWindow(
  fn: ProcessWindowFunction<Reading, unknown, Key, TimeWindow>,
  trigger: Trigger<Reading, TimeWindow> = EventTimeTrigger.create(),
): OperatorDefinition {
  return {
    kind: 'window',
    assigner: TumblingEventTimeWindows.of(10),
    trigger: trigger as Trigger<unknown, Window>,
    allowedLatenessMs: 0,
    lateTag: undefined,
    contents: { kind: 'list' },
    fn: fn as never,
  };
}

describe('State with a time to live in operators', () => {
  it('is forgotten after its time, whatever else happens to the operator', async () => {
    const records = (values: number) => ['a', 'b'].map((key) => ({ record: reading(key, values) }));
    await verifyOperator({
      createOperator: () => ({ kind: 'keyedProcess', fn: new OncePerMinute() as never }),
      keySelector: byKey,
      input: [
        ...records(1),
        { processingTime: 30_000 },
        ...records(2),
        { record: reading('c', 2) },
        { processingTime: 60_000 },
        ...records(3),
        { record: reading('c', 3) },
        { processingTime: 90_000 },
        { record: reading('c', 4) },
      ],
      expectedOutput: ['a1', 'b1', 'c2', 'a3', 'b3', 'c4'],
      ordered: true,
    });
  });

  it('is not in snapshots any more once it is over', async () => {
    const harness = await oneInput<Reading, string>(
      { kind: 'keyedProcess', fn: new OncePerMinute() as never },
      { keySelector: byKey },
    );
    for (const key of ['a', 'b', 'c']) harness.processElement(reading(key, 1));
    harness.setProcessingTime(60_000);
    harness.processElement(reading('d', 1));
    const keys = harness.snapshot().keyedState.flatMap(({ states }) => states.flatMap(({ entries }) => entries));
    expect(keys.map(([, key]) => key)).to.deep.equal(['d']);
  });

  it('serves window functions: per window, and over all windows of a key', async () => {
    const fired: unknown[] = [];
    const counts = mapState<string, number>('counts').enableTimeToLive(ONE_MINUTE);
    const definition = perWindow({
      process(key, context, elements) {
        const overall = context.globalState.getMapState(counts);
        const own = context.windowState.getState(valueState('own', 0).enableTimeToLive(ONE_MINUTE));
        own.update((own.value() ?? 0) + elements.length);
        overall.put('windows', (overall.get('windows') ?? 0) + 1);
        fired.push([key, own.value(), overall.get('windows')]);
      },
    });
    const harness = await oneInput<Reading>(definition, { keySelector: byKey });
    for (const time of [1, 2, 11]) harness.processElement(reading('a', 1), time);
    harness.processWatermark(9);
    harness.processWatermark(19);
    harness.setProcessingTime(60_000);
    harness.processElement(reading('a', 1), 21);
    harness.processWatermark(29);
    expect(fired).to.deep.equal([
      ['a', 2, 1],
      ['a', 1, 2],
      ['a', 1, 1],
    ]);
  });

  it('is refused in triggers, whose state goes with their window', async () => {
    const total = reducingState<number>('total', (a, b) => a + b).enableTimeToLive(ONE_MINUTE);
    const trigger: Trigger<Reading, TimeWindow> = {
      description: 'counting',
      onElement: (_element, _timestamp, _window, context) => {
        context.getReducingState(total).add(1);
        return 'CONTINUE';
      },
      onEventTime: () => 'FIRE',
      onProcessingTime: () => 'CONTINUE',
      clear: () => undefined,
    };
    const harness = await oneInput<Reading>(perWindow({ process: () => undefined }, trigger), { keySelector: byKey });
    const error = flinkErrorOf('STATE_TTL_NOT_SUPPORTED', () => harness.processElement(reading('a', 1), 1));
    expect(error.message).to.include("'total'").and.to.include('trigger');
  });
});
