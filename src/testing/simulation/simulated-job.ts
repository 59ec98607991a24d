/**
 * The job that the schedules run, with everything real: a sequence, grouped by remainder, counted, sent to the client
 * and, beside that, to an outside store that only shows what was committed.
 */
import { setExecutionContext } from '../../api/execution-context.js';
import type { JobClient } from '../../api/job-client.js';
import type { Pipeline } from '../../api/pipeline-executor.js';
import type { Sink, SinkWriter, SinkWriterContext } from '../../api/sink.js';
import { CollectSink } from '../../api/sinks/collect-sink.js';
import { StreamExecutionEnvironment } from '../../api/stream-execution-environment.js';
import { Configuration } from '../../config/configuration.js';
import { FlinkError } from '../../core/errors.js';
import type { JobId } from '../../core/ids.js';
import type { JobGraph } from '../../graph/job-graph.js';
import { createJobGraph } from '../../graph/job-graph-generator.js';
import type { StreamGraph } from '../../graph/stream-graph.js';
import { createStreamGraph } from '../../graph/stream-graph-generator.js';
import type { FaultPlan } from './fault-plan.js';

const NUM_KEYS = 5;
export const COLLECT_UID = 'collect';

/** How many values with this remainder came so far, this one included. */
export interface Count {
  readonly key: number;
  readonly count: number;
}

/** An outside system with transactions: invisible until committed, committed as often as one likes. */
export class TransactionalStore {
  private readonly open = new Map<string, readonly Count[]>();
  private readonly committed = new Map<string, readonly Count[]>();

  prepare(transaction: string, records: readonly Count[]): void {
    this.open.set(transaction, records);
  }

  commit(transaction: string): void {
    const records = this.open.get(transaction);
    if (records === undefined)
      throw new FlinkError('TRANSACTION_UNKNOWN', `transaction ${transaction} was never prepared`);
    this.committed.set(transaction, records);
  }

  /** What everybody can see, by transaction. */
  get visible(): ReadonlyMap<string, readonly Count[]> {
    return this.committed;
  }
}

class TransactionalSink implements Sink<Count, string> {
  readonly description = 'TransactionalSink()';
  private readonly store: TransactionalStore;

  constructor(store: TransactionalStore) {
    this.store = store;
  }

  createWriter({ subtaskIndex, attemptId }: SinkWriterContext): SinkWriter<Count, string> {
    const transaction = `${subtaskIndex}/${attemptId}`;
    const records: Count[] = [];
    return {
      write: (value) => void records.push(value),
      flush: () => this.store.prepare(transaction, [...records]),
      prepareCommit: () => [transaction],
      close: () => undefined,
    };
  }

  createCommitter(): { commit(transactions: readonly string[]): void } {
    return {
      commit: (transactions) => {
        for (const transaction of transactions) this.store.commit(transaction);
      },
    };
  }
}

export interface SimulatedJob {
  readonly jobGraph: JobGraph;
  readonly streamGraph: StreamGraph;
  readonly store: TransactionalStore;
  /** What the sink must have got, as sorted text. */
  readonly expected: readonly string[];
}

/** `failsNow` is asked for each record: true throws out of the user's function. */
export function createSimulatedJob(plan: FaultPlan, jobId: JobId, failsNow: () => boolean): SimulatedJob {
  const store = new TransactionalStore();
  const configuration = {
    'restart-strategy.type': plan.restartAttempts === 0 ? 'none' : 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': String(plan.restartAttempts),
    'restart-strategy.fixed-delay.delay': `${plan.restartDelayMs} ms`,
  };
  const pipeline = recordPipeline(new Configuration(configuration), (env) => {
    const counts = env
      .setParallelism(plan.parallelism)
      .fromSequence(1, plan.numRecords)
      .uid('numbers')
      .map((value) => {
        if (failsNow()) throw new Error('the simulation makes this function fail');
        return { key: value % NUM_KEYS, count: 1 };
      })
      .uid('pairs')
      .keyBy((pair) => pair.key)
      .reduce((a, b) => ({ key: a.key, count: a.count + b.count }))
      .uid('counts');
    counts.sinkTo(new CollectSink<Count>()).uid(COLLECT_UID);
    counts.sinkTo(new TransactionalSink(store)).uid('store');
  });
  const streamGraph = createStreamGraph(pipeline);
  const jobGraph = createJobGraph(streamGraph, { jobId, configuration: pipeline.configuration });
  return { jobGraph, streamGraph, store, expected: expectedCounts(plan.numRecords) };
}

export function asSortedText(counts: readonly unknown[]): readonly string[] {
  return counts.map((value) => `${(value as Count).key}: ${(value as Count).count}`).sort();
}

/** Plain arithmetic: the n-th value with a remainder is counted as n, whoever counts and in whichever order. */
function expectedCounts(numRecords: number): readonly string[] {
  const counts: Count[] = [];
  for (let value = 1; value <= numRecords; value++)
    counts.push({ key: value % NUM_KEYS, count: Math.ceil(value / NUM_KEYS) });
  return asSortedText(counts);
}

/** Runs `main` up to its end and returns what it recorded, as an execute() would get it. */
function recordPipeline(configuration: Configuration, main: (env: StreamExecutionEnvironment) => void): Pipeline {
  let recorded: Pipeline | undefined;
  const execute = (pipeline: Pipeline): Promise<JobClient> => {
    recorded = pipeline;
    // Nothing runs here: the cluster gets the plan.
    return new Promise(() => undefined);
  };
  setExecutionContext({ executor: { execute }, configuration });
  try {
    const env = StreamExecutionEnvironment.getExecutionEnvironment();
    main(env);
    void env.executeAsync('simulated job');
  } finally {
    setExecutionContext(undefined);
  }
  if (recorded === undefined) throw new FlinkError('ILLEGAL_STATE', 'execute() did not hand over a pipeline');
  return recorded;
}
