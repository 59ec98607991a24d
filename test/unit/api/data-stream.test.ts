import { expect } from 'chai';
import { valueState, mapState } from '../../../src/api/state.js';
import type { Collector, FlatMapFunction, ReduceFunction } from '../../../src/api/functions.js';
import { OutputTag } from '../../../src/api/output-tag.js';
import type { DataStream } from '../../../src/api/data-stream.js';
import type {
  OperatorDefinition,
  OperatorTransformation,
  Transformation,
  WindowDefinition,
} from '../../../src/api/transformation.js';
import { CountEvictor } from '../../../src/api/windows/count-evictor.js';
import { CountTrigger } from '../../../src/api/windows/count-trigger.js';
import { EventTimeSessionWindows, ProcessingTimeSessionWindows } from '../../../src/api/windows/session-windows.js';
import type { Trigger } from '../../../src/api/windows/trigger.js';
import { TumblingProcessingTimeWindows } from '../../../src/api/windows/tumbling-windows.js';
import type { TimeWindow } from '../../../src/api/windows/window.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';
import { recordingEnvironment } from '../../helpers/recording-environment.js';

interface Trip {
  readonly city: string;
  readonly km: number;
}

function trips() {
  return recordingEnvironment().env.fromData<Trip>({ city: 'Rome', km: 3 });
}

function operatorOf(stream: { readonly transformation: Transformation }): OperatorTransformation {
  const { transformation } = stream;
  if (transformation.type !== 'operator') throw new Error(`a ${transformation.type} is no operator`);
  return transformation;
}

function definitionOf<K extends OperatorDefinition['kind']>(
  stream: { readonly transformation: Transformation },
  kind: K,
): Extract<OperatorDefinition, { kind: K }> {
  const { definition } = operatorOf(stream);
  expect(definition.kind).to.equal(kind);
  return definition as Extract<OperatorDefinition, { kind: K }>;
}

describe('DataStream', () => {
  it("records operators under Flink's names", () => {
    const stream = trips();
    const keyed = stream.keyBy((trip) => trip.city);
    const rules = stream.broadcast(mapState<string, number>('rules'));
    const windows = keyed.window(TumblingProcessingTimeWindows.of('1 min'));
    const names = [
      stream.map((trip) => trip.km),
      stream.filter((trip) => trip.km > 1),
      stream.flatMap((trip) => [trip]),
      stream.process((trip) => [trip]),
      keyed.process((trip) => [trip]),
      keyed.reduce((a) => a),
      keyed.sum('km'),
      stream.connect(stream).map({ map1: (a) => a, map2: (b) => b }),
      stream.connect(stream).flatMap({ flatMap1: () => undefined, flatMap2: () => undefined }),
      stream.connect(stream).process({ processElement1: () => undefined, processElement2: () => undefined }),
      keyed.connect(keyed).process({ processElement1: () => undefined, processElement2: () => undefined }),
      stream.connect(rules).process({ processElement: () => undefined, processBroadcastElement: () => undefined }),
      keyed.connect(rules).process({ processElement: () => undefined, processBroadcastElement: () => undefined }),
      windows.reduce((a) => a),
      keyed.countWindow(2).reduce((a) => a),
      stream.print(),
    ].map((result) => operatorOf(result).defaultName);
    expect(names).to.deep.equal([
      'Map',
      'Filter',
      'Flat Map',
      'Process',
      'KeyedProcess',
      'Keyed Reduce',
      'Keyed Aggregation',
      'Co-Map',
      'Co-Flat Map',
      'Co-Process',
      'Co-Keyed-Process',
      'Co-Process-Broadcast',
      'Co-Process-Broadcast-Keyed',
      'TumblingProcessingTimeWindows',
      'GlobalWindows',
      'Print to Std. Out',
    ]);
  });

  it('records the line of the program that called it', () => {
    const { createdAt } = operatorOf(trips().map((trip) => trip.km));
    expect(createdAt).to.match(/data-stream\.test\.[jt]s:\d+:\d+$/);
  });

  it('records partitioners between operators', () => {
    const stream = trips();
    const partitions: DataStream<Trip>[] = [
      stream.forward(),
      stream.rebalance(),
      stream.rescale(),
      stream.shuffle(),
      stream.broadcast(),
      stream.global(),
      stream.partitionCustom(
        (key: string, count) => key.length % count,
        (trip) => trip.city,
      ),
      stream.keyBy((trip) => trip.city),
    ];
    const kinds = partitions.map(({ transformation }) =>
      transformation.type === 'partition' ? transformation.partitioner.kind : transformation.type,
    );
    expect(kinds).to.deep.equal([
      'forward',
      'rebalance',
      'rescale',
      'shuffle',
      'broadcast',
      'global',
      'custom',
      'hash',
    ]);
  });

  it('gives operators after keyBy the selector of the key, those of every kind', () => {
    const selector = (trip: Trip) => trip.city;
    const keyed = trips().keyBy(selector);
    for (const stream of [keyed.map((t) => t), keyed.flatMap((t) => [t]), keyed.process((t) => [t]), keyed.sum('km')]) {
      expect(operatorOf(stream).keySelectors).to.deep.equal([selector]);
    }
    expect(operatorOf(keyed.rebalance().map((t) => t)).keySelectors).to.deep.equal([undefined]);
    const other = (trip: Trip) => `${trip.km}`;
    const both = trips().connect(trips()).keyBy(selector, other);
    const process = both.process({ processElement1: () => undefined, processElement2: () => undefined });
    expect(operatorOf(process).keySelectors).to.deep.equal([selector, other]);
  });

  it('keeps the settings of an operator', () => {
    const stream = trips()
      .map((trip) => trip.km)
      .name('kilometres')
      .uid('km', { was: ['distance'] })
      .setDescription('how far')
      .setParallelism(3)
      .setMaxParallelism(12)
      .slotSharingGroup('heavy')
      .startNewChain();
    expect(operatorOf(stream).settings).to.deep.equal({
      name: 'kilometres',
      uid: 'km',
      formerUids: ['distance'],
      description: 'how far',
      parallelism: 3,
      maxParallelism: 12,
      slotSharingGroup: 'heavy',
      chaining: 'HEAD',
    });
    const sink = trips().print('id').name('out').uid('out').setDescription('prints').disableChaining();
    sink.setParallelism(2).setMaxParallelism(4).slotSharingGroup('io');
    expect(operatorOf(sink).settings).to.include({ name: 'out', chaining: 'NEVER', slotSharingGroup: 'io' });
  });

  it('refuses settings that cannot be, naming the operator and its line', () => {
    const stream = trips()
      .map((trip) => trip.km)
      .name('kilometres');
    for (const parallelism of [0, -1, 2.5]) {
      const error = flinkErrorOf('INVALID_PARALLELISM', () => stream.setParallelism(parallelism));
      expect(error.message).to.match(/^kilometres \(.*data-stream\.test\.[jt]s:\d+:\d+\): .* is (0|-1|2\.5)$/);
    }
    for (const max of [0, -1, 40_000]) flinkErrorOf('INVALID_MAX_PARALLELISM', () => stream.setMaxParallelism(max));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => stream.uid(' '));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => stream.uid('a', { was: [''] }));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => stream.name(''));
    flinkErrorOf('ILLEGAL_ARGUMENT', () => stream.slotSharingGroup(''));
  });

  it('refuses parallelism for what has an order or sees the whole stream', () => {
    const { env } = recordingEnvironment();
    flinkErrorOf('INVALID_PARALLELISM', () => env.fromData(1, 2).setParallelism(2));
    const counts = env
      .fromData(1, 2)
      .countWindowAll(2)
      .reduce((a, b) => a + b);
    expect(flinkErrorOf('INVALID_PARALLELISM', () => counts.setParallelism(2)).message).to.include('GlobalWindows');
    expect(operatorOf(counts.setParallelism(1)).settings.parallelism).to.equal(1);
  });
});

describe('functions in their arrow form', () => {
  const into = <T>(collected: T[]): Collector<T> => ({ collect: (value) => collected.push(value) });

  it('emit what they collect and what they return', () => {
    const stream = trips();
    const flatMap = stream.flatMap((trip, out: Collector<string>) => {
      out.collect('first');
      return new Set([trip.city, trip.city, 'third']);
    });
    const emitted: string[] = [];
    const fn = definitionOf(flatMap, 'flatMap').fn as FlatMapFunction<Trip, string>;
    if (typeof fn === 'function') fn({ city: 'Oslo', km: 1 }, into(emitted));
    expect(emitted).to.deep.equal(['first', 'Oslo', 'third']);
  });

  it('hand back what is neither nothing nor a collection, so that it can be refused', () => {
    const promise = Promise.resolve();
    const stream = trips().flatMap((() => promise) as never);
    const fn = definitionOf(stream, 'flatMap').fn as (value: unknown, out: unknown) => unknown;
    expect(fn({}, into([]))).to.equal(promise);
    const none = trips().flatMap((() => null) as never);
    const nullFn = definitionOf(none, 'flatMap').fn as (value: unknown, out: unknown) => unknown;
    expect(nullFn({}, into([]))).to.equal(null);
  });

  it('become process functions', () => {
    const process = definitionOf(
      trips().process((trip) => [trip.km]),
      'process',
    ).fn;
    const keyed = definitionOf(
      trips()
        .keyBy((t) => t.city)
        .process((_trip, context) => [context.currentKey]),
      'keyedProcess',
    ).fn;
    const emitted: unknown[] = [];
    process.processElement({ city: 'Bern', km: 9 }, {} as never, into(emitted));
    keyed.processElement({ city: 'Bern', km: 9 }, { currentKey: 'Bern' } as never, into(emitted));
    expect(emitted).to.deep.equal([9, 'Bern']);
  });

  it('become window functions, for windows over the whole stream without the key', () => {
    const emitted: unknown[] = [];
    const perKey = trips()
      .keyBy((t) => t.city)
      .countWindow(2)
      .process((key, _context, all) => [key, all.length]);
    definitionOf(perKey, 'window').fn?.process('Bern', {} as never, [1, 2], into(emitted));
    const calls: string[] = [];
    const all = trips()
      .countWindowAll(2)
      .process({
        open: () => void calls.push('open'),
        process: (_context, elements, out: Collector<number>) => out.collect(elements.length),
        clear: () => void calls.push('clear'),
        close: () => void calls.push('close'),
      });
    const { fn } = definitionOf(all, 'window');
    void fn?.open?.({} as never);
    fn?.process(0, {} as never, [1, 2, 3], into(emitted));
    fn?.clear?.({} as never);
    void fn?.close?.();
    const lambda = trips()
      .countWindowAll(2)
      .process((_context, elements) => [`all ${elements.length}`]);
    definitionOf(lambda, 'window').fn?.process(0, {} as never, [1], into(emitted));
    expect(emitted).to.deep.equal(['Bern', 2, 3, 'all 1']);
    expect(calls).to.deep.equal(['open', 'clear', 'close']);
  });
});

describe('aggregations over a field', () => {
  interface Entry {
    readonly id: string;
    readonly n: number;
    readonly at: Date;
  }
  const entry = (id: string, n: number, day: number): Entry => ({ id, n, at: new Date(day) });
  const keyed = () =>
    recordingEnvironment()
      .env.fromData<Entry>([])
      .keyBy(({ id }) => id);
  const fold = (stream: { readonly transformation: Transformation }, ...entries: Entry[]): Entry => {
    const fn = definitionOf(stream, 'reduce').fn as ReduceFunction<Entry>;
    if (typeof fn !== 'function') throw new Error('an aggregation is an arrow');
    return entries.reduce((a, b) => fn(a, b));
  };

  it('keep the other fields of the first record and change none that came before', () => {
    const entries = [entry('a', 5, 3), entry('b', 2, 9), entry('c', 7, 1)] as const;
    const copy = structuredClone(entries);
    expect(fold(keyed().sum('n'), ...entries)).to.deep.equal(entry('a', 14, 3));
    expect(fold(keyed().min('n'), ...entries)).to.deep.equal(entry('a', 2, 3));
    expect(fold(keyed().max('n'), ...entries)).to.deep.equal(entry('a', 7, 3));
    expect(fold(keyed().max('at'), ...entries)).to.deep.equal({ id: 'a', n: 5, at: new Date(9) });
    expect(entries).to.deep.equal(copy);
  });

  it('minBy and maxBy give the record itself, of equal ones the first or the last', () => {
    const entries = [entry('a', 5, 3), entry('b', 2, 9), entry('c', 2, 1), entry('d', 5, 0)] as const;
    expect(fold(keyed().minBy('n'), ...entries)).to.equal(entries[1]);
    expect(fold(keyed().minBy('n', false), ...entries)).to.equal(entries[2]);
    expect(fold(keyed().maxBy('n'), ...entries)).to.equal(entries[0]);
    expect(fold(keyed().maxBy('n', false), ...entries)).to.equal(entries[3]);
    expect(fold(keyed().minBy('id'), ...entries)).to.equal(entries[0]);
  });
});

describe('WindowedStream', () => {
  const late = new OutputTag<Trip>('late');

  it('records assigner, trigger, lateness, tag and contents', () => {
    const windows = trips()
      .keyBy((trip) => trip.city)
      .window(TumblingProcessingTimeWindows.of('1 min'));
    const count = CountTrigger.of(3);
    const changed = windows.trigger(count).allowedLateness('2 s').sideOutputLateData(late);
    const sums = definitionOf(changed.sum('km'), 'window');
    expect(sums).to.include({ trigger: count, allowedLatenessMs: 2_000, lateTag: late, fn: undefined });
    expect(sums.contents.kind).to.equal('reduce');
    const original = definitionOf(
      windows.process((key) => [key]),
      'window',
    );
    expect(original.trigger.description).to.equal('ProcessingTimeTrigger()');
    expect(original).to.include({ allowedLatenessMs: 0, lateTag: undefined });
    expect(original.contents.kind).to.equal('list');
    flinkErrorOf('INVALID_DURATION', () => windows.allowedLateness(1.5));
    const evictor = CountEvictor.of(3);
    expect(definitionOf(windows.evictor(evictor).sum('km'), 'window').evictor).to.equal(evictor);
    const all = trips().windowAll(TumblingProcessingTimeWindows.of('1 min'));
    expect(definitionOf(all.evictor(evictor).sum('km'), 'window').evictor).to.equal(evictor);
  });

  it('counts by a trigger that purges, and slides by an evictor', () => {
    const keyed = trips().keyBy((trip) => trip.city);
    const describe = ({ trigger, evictor }: WindowDefinition) => [trigger.description, evictor?.description];
    for (const windows of [keyed.countWindow(5), trips().countWindowAll(5)])
      expect(describe(definitionOf(windows.sum('km'), 'window'))).to.deep.equal([
        'PurgingTrigger(CountTrigger(5))',
        undefined,
      ]);
    for (const windows of [keyed.countWindow(5, 2), trips().countWindowAll(5, 2)])
      expect(describe(definitionOf(windows.sum('km'), 'window'))).to.deep.equal(['CountTrigger(2)', 'CountEvictor(5)']);
    for (const count of [0, -1, 2.5]) {
      for (const [size, slide] of [[count], [count, 1], [1, count]] as const) {
        flinkErrorOf('ILLEGAL_ARGUMENT', () => keyed.countWindow(size, slide));
        flinkErrorOf('ILLEGAL_ARGUMENT', () => trips().countWindowAll(size, slide));
      }
    }
  });

  it('refuses triggers and aggregate functions that cannot merge, where windows merge', () => {
    const sessions = trips()
      .keyBy((trip) => trip.city)
      .window(ProcessingTimeSessionWindows.withGap('1 min'));
    const stubborn: Trigger<unknown, TimeWindow> = {
      description: 'Stubborn()',
      onElement: (_value, _time, _window, context) => {
        context.getState(valueState<number>('n')).update(1);
        return 'CONTINUE';
      },
      onEventTime: () => 'CONTINUE',
      onProcessingTime: () => 'CONTINUE',
      clear: () => undefined,
    };
    const error = flinkErrorOf('TRIGGER_CANNOT_MERGE', () => sessions.trigger(stubborn).reduce((a) => a));
    expect(error.message).to.include('Stubborn()').and.to.include('ProcessingTimeSessionWindows(60000)');
    const count = { createAccumulator: () => 0, add: (_trip: Trip, n: number) => n + 1, getResult: (n: number) => n };
    flinkErrorOf('AGGREGATE_CANNOT_MERGE', () => sessions.aggregate(count));
    const listed = sessions.evictor(CountEvictor.of(9)).aggregate(count);
    expect(definitionOf(listed, 'window').contents.kind).to.equal('aggregate');
    const merging = sessions.aggregate({ ...count, merge: (a, b) => a + b });
    expect(definitionOf(merging, 'window').contents.kind).to.equal('aggregate');
  });

  it('takes gaps from the records', () => {
    const windows = EventTimeSessionWindows.withDynamicGap((trip: Trip) => trip.km);
    expect(windows.assignWindows({ city: 'Rome', km: 7 }, 100)).to.deep.equal([{ start: 100, end: 107 }]);
    flinkErrorOf('INVALID_SESSION_GAP', () => windows.assignWindows({ city: 'Rome', km: 0 }, 100));
    flinkErrorOf('INVALID_SESSION_GAP', () => windows.assignWindows({ city: 'Rome', km: Number.NaN }, 100));
  });
});
