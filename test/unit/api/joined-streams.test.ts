import { expect } from 'chai';
import type { JoinFunction } from '../../../src/api/functions.js';
import type { OperatorDefinition, Transformation } from '../../../src/api/transformation.js';
import { CountEvictor } from '../../../src/api/windows/count-evictor.js';
import { CountTrigger } from '../../../src/api/windows/count-trigger.js';
import { ProcessingTimeSessionWindows } from '../../../src/api/windows/session-windows.js';
import { TumblingProcessingTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { Collector, Trigger, TimeWindow } from '../../../src/index.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';
import { planOf, recordingEnvironment, streamGraphOf } from '../../helpers/recording-environment.js';

interface Person {
  readonly id: number;
  readonly name: string;
}
interface Auction {
  readonly seller: number;
  readonly item: string;
}

function streams(env = recordingEnvironment().env) {
  return {
    persons: env.fromData<Person>([{ id: 1, name: 'Ada' }]),
    auctions: env.fromData<Auction>([{ seller: 1, item: 'abacus' }]),
  };
}

const joined = () => {
  const { persons, auctions } = streams();
  return persons
    .join(auctions)
    .where((person) => person.id)
    .equalTo((auction) => auction.seller);
};

function definitionOf(stream: { readonly transformation: Transformation }) {
  const { transformation } = stream;
  if (transformation.type !== 'operator') throw new Error(`not an operator but a ${transformation.type}`);
  const definition: OperatorDefinition = transformation.definition;
  if (definition.kind !== 'windowCoGroup') throw new Error(`not a co-group but a ${definition.kind}`);
  return definition;
}

describe('joins', () => {
  it('record both inputs by key, the windows and the function', () => {
    const join: JoinFunction<Person, Auction, string> = ({ name }, { item }) => `${name}: ${item}`;
    const windows = joined().window(TumblingProcessingTimeWindows.of('10 s'));
    const stream = windows.trigger(CountTrigger.of(3)).allowedLateness('2 s').apply(join);
    const definition = definitionOf(stream);
    expect(definition).to.include({ form: 'join', fn: join, allowedLatenessMs: 2_000 });
    expect(definition.trigger.description).to.equal('CountTrigger(3)');
    const evictor = CountEvictor.of(3);
    expect(definitionOf(windows.evictor(evictor).apply(join)).evictor).to.equal(evictor);
    expect(definition.evictor).to.equal(undefined);
    expect(definitionOf(windows.apply(join)).trigger.description).to.equal('ProcessingTimeTrigger()');
    const { transformation } = stream;
    if (transformation.type !== 'operator') throw new Error('not an operator');
    expect(transformation.inputs.map(({ type }) => type)).to.deep.equal(['partition', 'partition']);
    const [first, second] = transformation.keySelectors;
    expect([first?.({ id: 7 }), second?.({ seller: 8 })]).to.deep.equal([7, 8]);
    flinkErrorOf('INVALID_DURATION', () => windows.allowedLateness(-1));
  });

  it('tell a function with a collector by its third parameter', () => {
    const windows = joined().window(TumblingProcessingTimeWindows.of('10 s'));
    const out = (_person: Person, { item }: Auction, collector: Collector<string>) => collector.collect(item);
    const formOf = (fn: unknown) => definitionOf(windows.apply(fn as never)).form;
    expect([out, { join: out }].map(formOf)).to.deep.equal(['flatJoin', 'flatJoin']);
    const pair = (person: Person, auction: Auction) => [person, auction];
    const one = ({ name }: Person) => name;
    class Rich {
      join(person: Person, auction: Auction): string {
        return person.name + auction.item;
      }
    }
    expect([pair, one, { join: pair }, new Rich()].map(formOf)).to.deep.equal(['join', 'join', 'join', 'join']);
  });

  it('refuse triggers that cannot merge, where windows merge', () => {
    const stubborn: Trigger<unknown, TimeWindow> = {
      description: 'Stubborn()',
      onElement: () => 'CONTINUE',
      onEventTime: () => 'CONTINUE',
      onProcessingTime: () => 'CONTINUE',
      clear: () => undefined,
    };
    const sessions = joined().window(ProcessingTimeSessionWindows.withGap('1 min'));
    flinkErrorOf('TRIGGER_CANNOT_MERGE', () => sessions.trigger(stubborn).apply(() => 1));
  });

  it('have two hash edges in the plan, and the names of their windows', async () => {
    const { nodes } = await streamGraphOf((env) => {
      const { persons, auctions } = streams(env);
      persons
        .join(auctions)
        .where(({ id }) => id)
        .equalTo(({ seller }) => seller)
        .window(ProcessingTimeSessionWindows.withGap('10 s'))
        .apply(({ name }) => name)
        .print();
    });
    const node = nodes.find(({ definition }) => definition.kind === 'windowCoGroup');
    expect(node?.name).to.equal('ProcessingTimeSessionWindows');
    expect(node?.description).to.equal('Window(ProcessingTimeSessionWindows(10000), ProcessingTimeTrigger(), join)');
    expect(node?.inEdges.map(({ inputIndex, partitioner }) => [inputIndex, partitioner.kind])).to.deep.equal([
      [0, 'hash'],
      [1, 'hash'],
    ]);
  });

  it('join a stream with itself', async () => {
    const plan = await planOf((env) => {
      const { persons } = streams(env);
      persons
        .join(persons)
        .where(({ id }) => id)
        .equalTo(({ id }) => id)
        .window(TumblingProcessingTimeWindows.of('10 s'))
        .apply((a, b) => a.id + b.id)
        .print();
    });
    expect(plan.vertices).to.have.length(2);
  });
});

describe('co-groups', () => {
  it('record the function, in either form', () => {
    const { env } = recordingEnvironment();
    const timed = env.fromSequence(1, 3).map((n) => n);
    const windows = timed
      .coGroup(timed)
      .where((n) => n)
      .equalTo((n) => n)
      .window(TumblingProcessingTimeWindows.of('10 s'));
    const lambda = definitionOf(windows.apply((first, second) => [first.length, second.length]));
    const collected: unknown[] = [];
    if (lambda.form !== 'coGroup' || typeof lambda.fn !== 'function') throw new Error('not a co-group');
    lambda.fn([1], [2, 3], { collect: (value) => collected.push(value) });
    expect(collected).to.deep.equal([1, 2]);
    const fn = {
      coGroup: (_first: readonly number[], _second: readonly number[], _out: Collector<string>) => undefined,
    };
    const evictor = CountEvictor.of(3);
    const settings = definitionOf(windows.trigger(CountTrigger.of(2)).evictor(evictor).allowedLateness(5).apply(fn));
    expect(settings).to.include({ form: 'coGroup', fn, allowedLatenessMs: 5, evictor });
    expect(settings.trigger.description).to.equal('CountTrigger(2)');
  });
});
