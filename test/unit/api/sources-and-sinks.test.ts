import { expect } from 'chai';
import fc from 'fast-check';
import type { ReaderOutput, Source, SourceReader, SourceSplit } from '../../../src/api/source.js';
import { CollectSink } from '../../../src/api/sinks/collect-sink.js';
import { PrintSink } from '../../../src/api/sinks/print-sink.js';
import type { SinkWriterContext } from '../../../src/api/sink.js';
import { CollectionSource } from '../../../src/api/sources/collection-source.js';
import { NumberSequenceSource, splitSequence } from '../../../src/api/sources/number-sequence-source.js';
import { flinkErrorOf } from '../../helpers/flink-errors.js';

/** Readers with their enumerator, joined without delay: what each reader has emitted so far. */
class PlayedSource<T, SplitT extends SourceSplit> {
  readonly emitted: T[][];
  readonly readers: SourceReader<T, SplitT>[];

  constructor(source: Source<T, SplitT>, parallelism: number) {
    const enumerator = source.createEnumerator({
      currentParallelism: parallelism,
      registeredReaders: () => this.readers.map((_, i) => i),
      assignSplit: (split, subtask) => this.readers[subtask]?.addSplits([split]),
      signalNoMoreSplits: (subtask) => this.readers[subtask]?.notifyNoMoreSplits(),
      sendEventToSourceReader: () => undefined,
      callAsync: () => undefined,
    });
    this.emitted = Array.from({ length: parallelism }, () => []);
    this.readers = this.emitted.map((_, indexOfSubtask) =>
      source.createReader({
        indexOfSubtask,
        currentParallelism: parallelism,
        sendSplitRequest: () => enumerator.handleSplitRequest(indexOfSubtask),
        sendSourceEventToCoordinator: () => undefined,
      }),
    );
    void enumerator.start();
    for (const reader of this.readers) void reader.start();
  }

  /** Polls all readers in turn until the end; records of one poll never exceed `maxRecords`. */
  run(maxRecords: number): T[][] {
    const running = new Set(this.readers.keys());
    for (let rounds = 0; running.size > 0; rounds++) {
      if (rounds > 100_000) throw new Error('the source does not end');
      for (const i of running) if (this.poll(i, maxRecords) === 'END_OF_INPUT') running.delete(i);
    }
    return this.emitted;
  }

  poll(subtask: number, maxRecords: number) {
    const collected: T[] = [];
    const status = this.readers[subtask]?.pollNext(outputInto(collected), maxRecords);
    expect(collected.length).to.be.at.most(maxRecords);
    this.emitted[subtask]?.push(...collected);
    return status;
  }
}

function outputInto<T>(collected: T[]): ReaderOutput<T> {
  const ignored = () => undefined;
  return { collect: (value) => collected.push(value), emitWatermark: ignored, markIdle: ignored, markActive: ignored };
}

describe('CollectionSource', () => {
  it('emits the elements in their order, whatever the size of the polls', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 7 }), (elements, maxRecords) => {
        expect(new PlayedSource(new CollectionSource(elements), 1).run(maxRecords)).to.deep.equal([elements]);
      }),
    );
  });

  it('goes on from a snapshot where it was', () => {
    const source = new CollectionSource(['a', 'b', 'c', 'd', 'e']);
    const played = new PlayedSource(source, 1);
    played.poll(0, 2);
    const [split] = played.readers[0]?.snapshotState(1) ?? [];
    expect(split).to.deep.equal({ splitId: 'collection', position: 2 });
    let numRequests = 0;
    const reader = source.createReader({
      indexOfSubtask: 0,
      currentParallelism: 1,
      sendSplitRequest: () => numRequests++,
      sendSourceEventToCoordinator: () => undefined,
    });
    if (split !== undefined) reader.addSplits([split]);
    void reader.start();
    expect(numRequests).to.equal(0);
    const rest: string[] = [];
    while (numRequests === 0) reader.pollNext(outputInto(rest), 2);
    expect(rest).to.deep.equal(['c', 'd', 'e']);
  });

  it('hands a split that came back to the next reader that asks', () => {
    const source = new CollectionSource([1]);
    const assigned: unknown[] = [];
    const context = {
      currentParallelism: 1,
      registeredReaders: () => [0],
      assignSplit: (split: unknown) => assigned.push(split),
      signalNoMoreSplits: () => assigned.push('none'),
      sendEventToSourceReader: () => undefined,
      callAsync: () => undefined,
    };
    const enumerator = source.restoreEnumerator(context, []);
    enumerator.handleSplitRequest(0);
    const split = { splitId: 'collection', position: 0 };
    enumerator.addSplitsBack([split]);
    expect(enumerator.snapshotState()).to.deep.equal([split]);
    enumerator.handleSplitRequest(0);
    expect(assigned).to.deep.equal(['none', split]);
  });
});

describe('NumberSequenceSource', () => {
  it('emits every number once, ascending within a subtask', () => {
    const ranges = fc.tuple(fc.integer({ min: -100, max: 100 }), fc.nat(200), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 50 }), ([from, count, parallelism], maxRecords) => {
        const emitted = new PlayedSource(new NumberSequenceSource(from, from + count), parallelism).run(maxRecords);
        for (const numbers of emitted) expect(numbers).to.deep.equal(numbers.toSorted((a, b) => a - b));
        const all = emitted.flat().sort((a, b) => a - b);
        expect(all).to.deep.equal(Array.from({ length: count + 1 }, (_, i) => from + i));
      }),
    );
  });

  it('splits a range into parts of nearly equal size', () => {
    expect(splitSequence(1, 10, 3).map(({ next, to }) => [next, to])).to.deep.equal([
      [1, 4],
      [5, 7],
      [8, 10],
    ]);
    expect(splitSequence(1, 2, 5).map(({ splitId }) => splitId)).to.deep.equal(['1', '2']);
  });

  it('refuses ranges that have no numbers', () => {
    for (const [from, to] of [
      [5, 4],
      [0.5, 2],
      [0, Number.POSITIVE_INFINITY],
    ] as const) {
      flinkErrorOf('ILLEGAL_ARGUMENT', () => new NumberSequenceSource(from, to));
    }
  });
});

function writerContext(subtaskIndex: number, parallelism: number, sent: unknown[] = []): SinkWriterContext {
  const taskInfo = { numberOfParallelSubtasks: parallelism };
  return {
    runtimeContext: { taskInfo } as SinkWriterContext['runtimeContext'],
    subtaskIndex,
    attemptNumber: 0,
    attemptId: 'attempt',
    sendToClient: (record) => sent.push(record),
  };
}

describe('PrintSink', () => {
  function printed(identifier: string, subtask: number, parallelism: number, value: unknown): string {
    const original = console.log;
    let line = '';
    console.log = (text: string) => (line = text);
    try {
      const writer = new PrintSink(identifier).createWriter(writerContext(subtask, parallelism));
      void writer.write(value, { timestamp: undefined, currentWatermark: 0 });
    } finally {
      console.log = original;
    }
    return line;
  }

  it("prints Flink's prefix: identifier and subtask from 1, where there are any", () => {
    expect(printed('', 0, 1, 'a')).to.equal('a');
    expect(printed('', 1, 2, 'a')).to.equal('2> a');
    expect(printed('out', 0, 1, 'a')).to.equal('out> a');
    expect(printed('out', 1, 2, 'a')).to.equal('out:2> a');
  });

  it('prints each record on one line', () => {
    const nested = { key: 'x'.repeat(90), list: [1, { deep: { deeper: { deepest: 1n } } }], at: new Date(0) };
    const line = printed('', 0, 1, nested);
    expect(line.split('\n')).to.have.length(1);
    expect(line).to.include('deepest: 1n').and.to.include('1970-01-01');
  });
});

describe('CollectSink', () => {
  it('sends every record to the client', () => {
    const sent: unknown[] = [];
    const writer = new CollectSink<number>().createWriter(writerContext(0, 1, sent));
    for (const n of [1, 2]) void writer.write(n, { timestamp: undefined, currentWatermark: 0 });
    expect(sent).to.deep.equal([1, 2]);
  });
});
