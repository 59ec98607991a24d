/** The chain of six functions as a job: source, map, filter, map, map, filter, map, sink in one task. */
import { type Sink, type Source, type SourceSplit, StreamExecutionEnvironment, WatermarkStrategy } from 'flink-yarn';
import {
  bidOf,
  Checksum,
  clamp,
  isInteresting,
  isPlausible,
  project,
  type Bid,
  type Result,
  score,
  toEuros,
} from './chain-functions.js';

const events = Number(process.argv[2] ?? 10_000_000);
/** The first fifth warms up. */
const measuredFrom = events / 5;
let measureStart = 0;

interface WholeRange extends SourceSplit {
  readonly splitId: string;
}

const bids: Source<Bid, WholeRange, null> = {
  description: 'bids',
  boundedness: 'BOUNDED',
  maxParallelism: 1,
  createEnumerator: (context) => ({
    start: () => undefined,
    addReader: (subtask) => {
      context.assignSplit({ splitId: 'all' }, subtask);
      context.signalNoMoreSplits(subtask);
    },
    handleSplitRequest: () => undefined,
    addSplitsBack: () => undefined,
    snapshotState: () => null,
  }),
  restoreEnumerator: (context) => bids.createEnumerator(context),
  createReader: () => {
    let next = 0;
    let isAssigned = false;
    return {
      start: () => undefined,
      pollNext: (output, maxRecords) => {
        if (!isAssigned) return 'NOTHING_AVAILABLE';
        if (next <= measuredFrom && measuredFrom < next + maxRecords) measureStart = performance.now();
        const end = Math.min(events, next + maxRecords);
        while (next < end) output.collect(bidOf(next++));
        return next === events ? 'END_OF_INPUT' : 'MORE_AVAILABLE';
      },
      isAvailable: () => Promise.resolve(),
      addSplits: () => {
        isAssigned = true;
      },
      notifyNoMoreSplits: () => undefined,
      snapshotState: () => [],
    };
  },
};

/** Sums up in the slot and reports once, so that the sink costs next to nothing. */
const checksumSink: Sink<Result> = {
  description: 'checksum',
  createWriter: (context) => {
    const checksum = new Checksum();
    return {
      write: (result) => checksum.add(result),
      flush: () => {
        const seconds = (performance.now() - measureStart) / 1000;
        context.sendToClient({ checked: checksum.text, eventsPerSecond: (events - measuredFrom) / seconds });
      },
      close: () => undefined,
    };
  },
};

const env = StreamExecutionEnvironment.getExecutionEnvironment();
env
  .fromSource(bids, WatermarkStrategy.noWatermarks(), 'bids')
  .map(toEuros)
  .filter(isPlausible)
  .map(score)
  .map(clamp)
  .filter(isInteresting)
  .map(project)
  .sinkTo(checksumSink)
  .uid('checksum');
const job = await env.executeAsync('chain');
const { records } = await job.collect('checksum');
await job.getJobExecutionResult();
console.log(JSON.stringify(records[0]));
