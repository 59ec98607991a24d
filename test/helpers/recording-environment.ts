/** An environment whose jobs are recorded instead of run. */
import { type ExecutionContext, setExecutionContext } from '../../src/api/execution-context.js';
import type { CollectedRecords, JobClient } from '../../src/api/job-client.js';
import { JobExecutionResult } from '../../src/api/job-execution-result.js';
import type { Pipeline } from '../../src/api/pipeline-executor.js';
import { StreamExecutionEnvironment } from '../../src/api/stream-execution-environment.js';
import { Configuration } from '../../src/config/configuration.js';
import type { JobGraph } from '../../src/graph/job-graph.js';
import { createJobGraph } from '../../src/graph/job-graph-generator.js';
import type { StreamGraph } from '../../src/graph/stream-graph.js';
import { createStreamGraph } from '../../src/graph/stream-graph-generator.js';
import { TEST_JOB_ID } from './job-graphs.js';

export interface RecordingEnvironment {
  readonly env: StreamExecutionEnvironment;
  readonly context: ExecutionContext;
  readonly pipelines: readonly Pipeline[];
}

export type Options = Readonly<Record<string, string>>;

export function recordingEnvironment(
  options: Options = {},
  client: JobClient = fakeJobClient(),
  program: Options = {},
): RecordingEnvironment {
  const pipelines: Pipeline[] = [];
  const context: ExecutionContext = {
    configuration: new Configuration(options),
    executor: {
      execute: (pipeline) => {
        pipelines.push(pipeline);
        return Promise.resolve(client);
      },
    },
  };
  return { env: environmentIn(context, program), context, pipelines };
}

export function environmentIn(context: ExecutionContext, program: Options = {}): StreamExecutionEnvironment {
  setExecutionContext(context);
  try {
    return StreamExecutionEnvironment.getExecutionEnvironment(program);
  } finally {
    setExecutionContext(undefined);
  }
}

export type Program = (env: StreamExecutionEnvironment) => void;

export async function streamGraphOf(program: Program, options: Options = {}): Promise<StreamGraph> {
  const { env, pipelines } = recordingEnvironment(options);
  program(env);
  await env.executeAsync('test job');
  const [pipeline] = pipelines;
  if (pipeline === undefined) throw new Error('nothing was executed');
  return createStreamGraph(pipeline);
}

export async function planOf(program: Program, options: Options = {}): Promise<JobGraph> {
  const graph = await streamGraphOf(program, options);
  return createJobGraph(graph, { jobId: TEST_JOB_ID, configuration: new Configuration(options) });
}

/** A job that has finished, with the given batches of collected records. */
export function fakeJobClient(batches: readonly CollectedRecords[] = [], failure?: Error): JobClient & FakeCalls {
  const remaining = [...batches];
  const calls: FakeCalls = { collectedFrom: [], numCancels: 0 };
  return Object.assign(calls, {
    jobId: TEST_JOB_ID,
    getJobStatus: () => Promise.resolve('FINISHED' as const),
    cancel: () => {
      calls.numCancels++;
      return Promise.resolve();
    },
    getJobExecutionResult: () =>
      failure === undefined
        ? Promise.resolve(new JobExecutionResult(TEST_JOB_ID, 'test job', 1, {}))
        : Promise.reject(failure),
    getVertexMetrics: () => Promise.resolve([]),
    getAccumulators: () => Promise.resolve({}),
    collect: (sinkUid: string) => {
      calls.collectedFrom.push(sinkUid);
      return Promise.resolve(remaining.shift() ?? { attempt: 0, records: [], done: true });
    },
    getNumRestarts: () => Promise.resolve(0),
  });
}

export interface FakeCalls {
  readonly collectedFrom: string[];
  numCancels: number;
}
