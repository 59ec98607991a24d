/**
 * Runs a program again, up to the `execute()` that made the job, only to bind its functions to the plan. That execute()
 * never returns here; earlier ones answer with the results recorded by the plan run. Mirrors: nothing in Flink, which
 * serializes functions: of seven kinds of closures tried, none survived serialization.
 */
import { setExecutionContext } from '../api/execution-context.js';
import type { JobClient } from '../api/job-client.js';
import { accumulatorResults, JobExecutionResult } from '../api/job-execution-result.js';
import type { Pipeline } from '../api/pipeline-executor.js';
import { Configuration } from '../config/configuration.js';
import type { Clock } from '../core/clock.js';
import { FlinkError } from '../core/errors.js';
import { describePlanDifference } from '../graph/plan-diff.js';
import type { StreamGraph } from '../graph/stream-graph.js';
import { createStreamGraph } from '../graph/stream-graph-generator.js';
import type { EarlierJob, ProgramReference } from '../protocol/job-messages.js';
import { enterRecordedWorld } from './recorded-world.js';

/** How long after loading a program its execute() may take to come. */
const EXECUTE_DEADLINE_MS = 10_000;

type BundleReference = Extract<ProgramReference, { kind: 'bundle' }>;

/** Resolves with the bound graph; rejects with PLAN_MISMATCH when the program built another plan than before. */
export async function bindRun(program: BundleReference, expectedPlanHash: string, clock: Clock): Promise<StreamGraph> {
  const leave = enterRecordedWorld(program.world);
  const quietConsole = silenceConsole();
  process.argv = [...program.world.argv];
  try {
    const pipeline = await reachExecute(program, clock);
    const graph = createStreamGraph(pipeline);
    if (graph.planHash !== expectedPlanHash) throw planMismatch(graph, program.planText);
    return graph;
  } finally {
    quietConsole();
    leave();
    setExecutionContext(undefined);
  }
}

/** Loads the program; whichever comes first counts: the target execute(), its end, or its failure. */
function reachExecute(program: BundleReference, clock: Clock): Promise<Pipeline> {
  return new Promise((resolve, reject) => {
    setExecutionContext({
      configuration: new Configuration(program.configuration),
      executor: {
        execute: (pipeline) => {
          const earlier = program.earlierJobs[pipeline.executionIndex];
          if (pipeline.executionIndex < program.executionIndex && earlier !== undefined)
            return Promise.resolve(replayClient(earlier));
          if (pipeline.executionIndex === program.executionIndex) resolve(pipeline);
          return new Promise<never>(() => undefined);
        },
      },
    });
    import(program.bundleUrl).then(
      // A program need not await its main(): execute() may come after the module has loaded.
      () => clock.schedule(EXECUTE_DEADLINE_MS, () => reject(neverExecuted(program.executionIndex))),
      (error: unknown) => reject(error as Error),
    );
  });
}

/** Answers for a job that ran before this one, as the program saw it then. */
function replayClient(job: EarlierJob): JobClient {
  const { jobId, jobName, netRuntimeMs, accumulators } = job.result;
  const result = new JobExecutionResult(jobId, jobName, netRuntimeMs, accumulators);
  return {
    jobId,
    getJobStatus: () => Promise.resolve('FINISHED'),
    cancel: () => Promise.resolve(),
    getJobExecutionResult: () => Promise.resolve(result),
    getVertexMetrics: () => Promise.resolve([]),
    getAccumulators: async () => accumulatorResults(accumulators),
    getNumRestarts: () => Promise.resolve(0),
    collect: async (sinkUid) => {
      const records = job.collected[sinkUid];
      if (records === undefined) throw notReplayable(jobName);
      return { attempt: 0, records, done: true };
    },
  };
}

function notReplayable(jobName: string): FlinkError {
  return new FlinkError(
    'COLLECT_NOT_REPLAYABLE',
    `the program collected more records of job '${jobName}' than are kept to run its main() again`,
    {
      domain: 'user',
      retry: 'never',
      remedy: 'Write large results to a sink and read them in the second job with a source.',
    },
  );
}

function silenceConsole(): () => void {
  const names = ['log', 'info', 'warn', 'error', 'debug', 'table'] as const;
  const originals = names.map((name) => console[name]);
  for (const name of names) console[name] = () => undefined;
  return () => names.forEach((name, i) => Object.assign(console, { [name]: originals[i] }));
}

function neverExecuted(executionIndex: number): FlinkError {
  return new FlinkError(
    'PLAN_MISMATCH',
    `run again in a slot, the program ended before its execute() number ${executionIndex + 1}`,
    {
      domain: 'user',
      retry: 'never',
      remedy:
        'Let main() take the same way each time: what it does must not depend on files, the environment or the order of completion.',
    },
  );
}

function planMismatch(graph: StreamGraph, planText: string): FlinkError {
  return new FlinkError(
    'PLAN_MISMATCH',
    `run again in a slot, the program built another plan: ${describePlanDifference(planText, graph)}`,
    {
      domain: 'user',
      retry: 'never',
      remedy:
        'Let main() build the same plan each time: it must not depend on files, the environment or the order of completion.',
    },
  );
}
